/** `npm start`: what it decides, with another command in the place of bin/saker. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

/** A checkout whose `saker doctor` says and returns what is given. */
function checkout(context: TestContext, doctor: string, detect = 'echo "$@"'): string {
  const root = mkdtempSync(join(tmpdir(), 'saker-start-'));
  context.after(() => rmSync(root, { recursive: true }));
  for (const folder of ['bin', 'tools']) mkdirSync(join(root, folder));
  copyFileSync(resolve(import.meta.dirname, 'start.sh'), join(root, 'tools/start.sh'));
  const script = `#!/bin/sh\nif [ "$*" = "doctor --short" ]; then ${doctor}; fi\n${detect}\n`;
  writeFileSync(join(root, 'bin/saker'), script);
  chmodSync(join(root, 'bin/saker'), 0o755);
  return join(root, 'tools/start.sh');
}

function start(script: string, ...args: readonly string[]): { stdout: string; stderr: string } {
  return spawnSync(script, args, { cwd: '/', encoding: 'utf8' });
}

test('where live detection works it watches, and says so', (context) => {
  const script = checkout(context, 'echo "Live detection works here."; exit 0');
  const { stdout, stderr } = start(script, '-o', 'json_output=true');
  assert.equal(stdout, '-r rules/saker_rules.yaml -o json_output=true\n');
  assert.match(stderr, /^Live detection works here\.\nWatching this host .*Ctrl-C ends it\.\n$/);
});

test('elsewhere it replays the sample, and says why', (context) => {
  const script = checkout(context, 'echo "Live detection does not work here: no BTF."; exit 1');
  const { stdout, stderr } = start(script);
  const replay = '-o engine.kind=replay -o engine.replay.capture_file=samples/story.scap';
  assert.equal(stdout, `-r rules/saker_rules.yaml ${replay}\n`);
  assert.match(stderr, /^Live .*: no BTF\.\nReplaying samples\/story\.scap instead/);
});

test('a doctor that fails is no reason not to start', (context) => {
  const script = checkout(context, 'echo "it broke" >&2; exit 70');
  const { stdout, stderr } = start(script);
  assert.match(stdout, /engine\.kind=replay/);
  assert.match(stderr, /^it broke\nReplaying/);
});

test('Ctrl-C reaches saker itself, whose exit code it is', async (context) => {
  const trap = 'trap "exit 7" INT; echo ready; while :; do sleep 0.05; done';
  const child = spawn(checkout(context, 'exit 0', trap), { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number | null];
  assert.equal(code, 7);
});
