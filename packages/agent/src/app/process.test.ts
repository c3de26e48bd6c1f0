/** What only a process of its own can show: signals, readers that go away, pipes. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';

const saker = resolve(import.meta.dirname, '../../../../bin/saker');
/** Long enough that a signal arrives before its end. */
const longCapture = sharedPath('compat/bench1.scap');
const shortCapture = sharedPath('compat/open1.scap');

interface Replay {
  readonly capture: string;
  /** Default: matches nothing. */
  readonly condition?: string;
  readonly options?: readonly string[];
}

/** The command line of a replay with one rule. */
function argumentsOf(context: TestContext, replay: Replay): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'saker-process-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const rules = join(folder, 'rules.yaml');
  const { capture, condition = 'evt.num < 0', options = [] } = replay;
  const rule = { rule: 'All', desc: 'Every event', condition, output: 'o', priority: 'INFO' };
  writeFileSync(rules, JSON.stringify([{ ...rule, warn_evttypes: false }]));
  const engine = ['engine.kind=replay', `engine.replay.capture_file=${capture}`, ...options];
  return ['-c', '/dev/null', '-r', rules, ...engine.flatMap((option) => ['-o', option])];
}

const WATCHING = "Opening 'syscall' source";

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Calls `onSign` once, when the command has said `sign`: that it has begun to read events. */
async function watch(
  child: ChildProcess,
  onSign: () => void,
  sign = 'Replaying events',
): Promise<Ended> {
  let stderr = '';
  let isTold = false;
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString();
    if (isTold || !stderr.includes(sign)) return;
    isTold = true;
    onSign();
  });
  child.stdout?.resume();
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stderr };
}

describe('signals', { skip: skipWithoutShared }, () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} ends the replay in order`, async (context) => {
      const child = spawn(saker, argumentsOf(context, { capture: longCapture }));
      const { code, stderr } = await watch(child, () => child.kill(signal));
      assert.equal(code, 0);
      assert.match(stderr, new RegExp(`: ${signal} received, exiting...\nEvents detected: \\d+\n`));
    });
  }

  test('SIGUSR1 opens the outputs again and no debugger', async (context) => {
    const child = spawn(saker, argumentsOf(context, { capture: longCapture }));
    const { code, stderr } = await watch(child, () => child.kill('SIGUSR1'));
    assert.equal(code, 0);
    assert.match(stderr, /: SIGUSR1 received, reopening outputs\.\.\.\n/);
    assert.doesNotMatch(stderr, /Debugger/);
  });
});

test('a reader that goes away ends the replay quietly', {
  skip: skipWithoutShared,
}, async (context) => {
  const replay = { capture: longCapture, condition: 'evt.num > 0' };
  const child = spawn(saker, argumentsOf(context, replay));
  child.stdout.once('data', () => child.stdout.destroy());
  const { code, stderr } = await watch(child, () => undefined);
  assert.equal(code, 0);
  const [, detected] = /Events detected: (\d+)/.exec(stderr) ?? [];
  assert.ok(Number(detected) < 1_000_000, `${detected} events were read for nobody`);
  assert.doesNotMatch(stderr, /EPIPE/);
});

test('a standard output that cannot be written to is an error in words', {
  skip: existsSync('/dev/full') ? false : 'there is no /dev/full',
}, async () => {
  const full = openSync('/dev/full', 'w');
  for (const words of [['--version'], ['help']]) {
    const child = spawn(saker, words, { stdio: ['ignore', full, 'pipe'] });
    const { code, stderr } = await watch(child, () => undefined);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^(?:Error|saker): cannot write to the standard output: no space left on device$/m,
    );
    assert.doesNotMatch(stderr, /\n {4}at /, 'no stack');
  }
  closeSync(full);
});

test('a capture can come from a pipe', { skip: skipWithoutShared }, async (context) => {
  const condition = 'evt.type = execve';
  const detected = async (capture: string): Promise<string | undefined> => {
    const command = [saker, ...argumentsOf(context, { capture, condition })];
    const child = spawn('sh', ['-c', 'cat "$0" | "$@"', shortCapture, ...command]);
    const { code, stderr } = await watch(child, () => undefined);
    assert.equal(code, 0);
    return /Events detected: [1-9]\d*/.exec(stderr)?.[0];
  };
  const fromFile = await detected(shortCapture);
  assert.ok(fromFile !== undefined);
  assert.equal(await detected('/dev/stdin'), fromFile);
});

test('without arguments it watches this machine, or says why it cannot', async () => {
  const child = spawn(saker, [], { env: { ...process.env, HOME: tmpdir() } });
  const { code, stderr } = await watch(child, () => child.kill('SIGINT'), WATCHING);
  const isWatching = stderr.includes(WATCHING);
  assert.equal(code, isWatching ? 0 : 1);
  if (isWatching) assert.match(stderr, /SIGINT received, exiting/);
  else assert.match(stderr, /^Error: cannot watch this machine: /m);
});
