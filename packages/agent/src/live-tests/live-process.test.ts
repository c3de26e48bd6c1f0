/** What the agent does as a process while it watches: how it starts, what it keeps, how it ends. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inTurn } from '@saker/sensor/testing.ts';
import { loadedPrograms, programsOf } from './bpf-programs.ts';
import { asInstalled, skipWithoutSensor, within } from './live-agent.ts';
import { WatchedFolder } from './watched-folder.ts';

const SOON_MS = 5000;
/** An agent that takes longer has a fault; what it should take is for benchmarks to say. */
const START_MS_MAX = 5000;
/** More than a pipe and all that lies before it can hold. */
const MANY = 5000;
const MANY_MS = 15_000;

/** linux/capability.h. */
const needed: ReadonlyMap<number, string> = new Map([
  [2, 'DAC_READ_SEARCH'],
  [19, 'SYS_PTRACE'],
  [38, 'PERFMON'],
  [39, 'BPF'],
]);
const CAPABILITIES = 64;

describe('a watching agent', { skip: skipWithoutSensor }, () => {
  inTurn();

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal}: every alert is written, exit code 0`, async (context) => {
      const folder = await WatchedFolder.watch(context);
      folder.write('last', 300);
      const { code, stderr } = await folder.agent.stop(signal);
      assert.equal(code, 0);
      assert.equal(folder.count('last'), 300);
      assert.match(stderr, new RegExp(`${signal} received, exiting`, 'u'));
      assert.match(stderr, /Events: \d+, lost: 0, alerts: \d+/u);
    });
  }

  test('SIGKILL: no program stays in the kernel', async (context) => {
    const { agent } = await WatchedFolder.watch(context);
    const programs = programsOf(agent.pid);
    assert.ok(programs.length >= 4, `programs: ${programs.join(', ')}`);
    const left = (): readonly number[] => {
      const loaded = loadedPrograms();
      return programs.filter((program) => loaded.has(program));
    };
    assert.deepEqual(left(), programs);
    await agent.stop('SIGKILL');
    await within(SOON_MS, () => (left().length > 0 ? undefined : true));
    assert.deepEqual(left(), []);
  });

  test('SIGUSR1: the file is opened again', async (context) => {
    const options = ['file_output.keep_alive=true'];
    const folder = await WatchedFolder.watch(context, { withFile: true, options });
    const { agent, file } = folder;
    const rotated = `${file}.1`;
    const has = (path: string, name: string) =>
      within(SOON_MS, () => folder.written(path).includes(`/${name} by`) || undefined);
    renameSync(file, rotated);
    folder.write('before');
    assert.ok(await has(rotated, 'before'));
    agent.child.kill('SIGUSR1');
    assert.ok(await within(SOON_MS, () => agent.stderr.includes('reopening') || undefined));
    folder.write('after');
    assert.ok(await has(file, 'after'));
    assert.ok(!folder.written(rotated).includes('/after by'));
    assert.doesNotMatch(agent.stderr, /Debugger/u);
  });

  test('only the capabilities that it needs are left, in every thread', async (context) => {
    const { agent } = await WatchedFolder.watch(context);
    const tasks = `/proc/${agent.pid}/task`;
    const threads = readdirSync(tasks);
    assert.ok(threads.length > 1);
    for (const thread of threads) {
      const status = readFileSync(join(tasks, thread, 'status'), 'utf8');
      for (const set of ['CapEff', 'CapPrm', 'CapBnd']) {
        assert.deepEqual(capabilities(status, set), [...needed.values()], `${set} of ${thread}`);
      }
    }
  });

  test('it leaves itself out, and not others of its name', async (context) => {
    const folder = await WatchedFolder.watch(context, { withFile: true });
    const other = JSON.stringify(join(folder.path, 'by-node'));
    spawnSync(process.execPath, ['-e', `require('fs').writeFileSync(${other}, '')`]);
    await within(SOON_MS, () => folder.count('by-node') > 0 || undefined);
    folder.write('end');
    await within(SOON_MS, () => folder.count('end') > 0 || undefined);
    assert.equal(folder.count('end'), 1);
    assert.equal(folder.count('by-node'), 1);
    // It has opened that one for each of its alerts.
    assert.match(folder.written(), /by-node by node/u);
    assert.equal(folder.count('alerts.txt'), 0);
  });

  for (const [what, command] of [
    ['an output', asInstalled],
    // As on a terminal, or behind `2>&1 |`: the message that the output hangs has no reader either.
    ['an output with the log', ['sh', '-c', 'exec "$0" "$@" 2>&1', ...asInstalled]],
  ] as const) {
    test(`${what} that nobody reads stops neither events nor other outputs`, async (context) => {
      const options = ['output_timeout=200'];
      const setting = { withFile: true, reads: false, options, command };
      const folder = await WatchedFolder.watch(context, setting);
      folder.write('many', MANY);
      folder.write('end');
      const { agent } = folder;
      const isEnd = within(MANY_MS, () => folder.written().includes('/end by') || undefined);
      assert.ok(await isEnd, agent.stderr);
      const { code, stderr } = await agent.stop();
      assert.equal(folder.written().split('/many by').length - 1, MANY, stderr);
      assert.equal(code, 0, stderr);
    });
  }

  test('it sees something soon after its start', async (context) => {
    const started = performance.now();
    await WatchedFolder.watch(context, { command: asInstalled });
    const tookMs = Math.round(performance.now() - started);
    context.diagnostic(`from the start to the first alert: ${tookMs} ms`);
    assert.ok(tookMs < START_MS_MAX);
  });
});

/** Their names where they are needed ones, else their numbers. */
function capabilities(status: string, set: string): readonly string[] {
  const bits = BigInt(`0x${new RegExp(`^${set}:\\s*(\\w+)`, 'mu').exec(status)?.[1]}`);
  return Array.from({ length: CAPABILITIES }, (_, number) => number)
    .filter((number) => ((bits >> BigInt(number)) & 1n) === 1n)
    .map((number) => needed.get(number) ?? String(number));
}
