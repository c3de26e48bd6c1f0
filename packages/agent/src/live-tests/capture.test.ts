/** Captures around alerts of this machine: their replay gives the same alerts. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { saker } from '../testing.ts';
import { LiveAgent, skipWithoutSensor, within } from './live-agent.ts';

const START_MS = 20_000;
const DURATION_MS = 500;

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'saker-capture-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** Reads of a secret start a capture; programs are in it. */
function rulesAbout(marked: string): string {
  const about = `(proc.cmdline contains ${marked} or proc.pcmdline contains ${marked})`;
  const output = '%evt.rawtime %evt.type %proc.cmdline %proc.cwd %proc.pname %fd.name %user.name';
  const common = { desc: 'd', output, priority: 'NOTICE' };
  return JSON.stringify([
    {
      rule: 'secret',
      condition: `evt.type in (open, openat) and fd.name = /etc/shadow and ${about}`,
      ...common,
      capture: true,
      capture_duration: DURATION_MS,
    },
    {
      rule: 'program',
      condition: `evt.type = execve and evt.res = SUCCESS and ${about}`,
      ...common,
    },
  ]);
}

const lineOf = ({ rule, output }: { readonly rule: string; readonly output: string }): string =>
  `${rule}: ${output}`;

test('captures hold what followed', { skip: skipWithoutSensor }, async (c) => {
  const path = folder(c);
  const rules = join(path, 'rules.yaml');
  writeFileSync(rules, rulesAbout(path));
  symlinkSync('/etc/shadow', join(path, 'link'));
  writeFileSync(
    join(path, 'actions'),
    `cd ${path}; cat actions; cat link; cat actions; (cd /; ls)`,
  );
  const agent = new LiveAgent({
    rules: [rules],
    options: ['capture.enabled=true', `capture.path_prefix=${path}/c`],
  });
  const captures = () => readdirSync(path).filter((name) => name.endsWith('.scap'));
  try {
    await within(START_MS, () => (agent.stderr.includes("Opening 'syscall'") ? true : undefined));
    assert.equal(spawnSync('bash', [join(path, 'actions')]).status, 0);
    await agent.alert(({ output }) => output.includes(' ls '), START_MS);
    assert.equal(captures().length, 1);
    // The capture ends by itself, and its last events are written then.
    const size = () => statSync(join(path, captures()[0] ?? '')).size;
    await within(START_MS, () => (size() > 1000 ? true : undefined));
  } finally {
    await agent.stop();
  }
  const live = agent.alerts.filter(({ rule }) => !rule.startsWith('Falco internal')).map(lineOf);
  const first = live.findIndex((line) => line.startsWith('secret: '));
  assert.ok(first > 0);
  const file = `engine.replay.capture_file=${join(path, captures()[0] ?? '')}`;
  const options = ['json_output=true', 'engine.kind=replay', file];
  const set = options.flatMap((option) => ['-o', option]);
  const { stdout } = await saker('-c', '/dev/null', '-r', rules, ...set);
  const replayed = stdout
    .trim()
    .split('\n')
    .map((line) => lineOf(JSON.parse(line) as { rule: string; output: string }));
  assert.deepEqual(replayed, live.slice(first));
});
