/** What the agent does as a process while it watches: how it starts, what it keeps, how it ends. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { asInstalled, LiveAgent, skipWithoutSensor, within } from './live-agent.ts';
import { inTurn } from './live-turn.ts';
import { call } from './shell-text.ts';

const READY_MS = 15_000;
const ALERT_MS = 5000;
/** An agent that takes longer to see anything has a fault; what it should take is measured. */
const START_MS_MAX = 5000;
/** More than a pipe and what lies before it can hold. */
const MANY = 20_000;

interface Scene {
  readonly folder: string;
  readonly agent: LiveAgent;
  /** From the start to the first alert. */
  readonly startMs: number;
  /** Opens a file of the folder so many times, in a process of its own. */
  open(name: string, count?: number): void;
}

/** An agent that tells of every file of a folder that is opened for writing. */
async function watch(
  context: TestContext,
  options: readonly string[] = [],
  more: { readonly reads?: boolean; readonly command?: readonly string[] } = {},
): Promise<Scene> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'saker-watch-')));
  const rules = join(folder, 'rules.yaml');
  const rule = {
    rule: 'Written',
    desc: 'A file of the folder is written',
    condition: `evt.type in (open, openat) and evt.is_open_write = true and fd.directory = ${folder}`,
    output: '%fd.name by %proc.name',
    priority: 'INFO',
  };
  writeFileSync(rules, JSON.stringify([rule]));
  const started = performance.now();
  const text = options.map((option) => option.replaceAll('{folder}', folder));
  const agent = new LiveAgent({ rules: [rules], options: text, ...more });
  context.after(async () => {
    await agent.stop('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const open = (name: string, count = 1): void => {
    const script = 'for ((at = 0; at < $1; at++)); do : >>"$0"; done';
    execFileSync('bash', ['-c', script, join(folder, name), String(count)]);
  };
  const lines = (): string => agentLines(agent, folder);
  const isReady = await within(READY_MS, () => {
    if (agent.child.exitCode !== null) throw new Error(`the agent ended: ${agent.stderr}`);
    open('ready');
    return lines().includes('ready') ? true : undefined;
  });
  assert.ok(isReady, `no alert in ${READY_MS} ms: ${agent.stderr}`);
  return { folder, agent, startMs: performance.now() - started, open };
}

/** What came out, wherever it went. */
function agentLines(agent: LiveAgent, folder: string): string {
  const told = agent.alerts.map(({ output }) => output).join('\n');
  return told === '' ? read(join(folder, 'alerts')) : told;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const alertsOf = (agent: LiveAgent, name: string): number =>
  agent.alerts.filter(({ output }) => output.includes(`/${name} by`)).length;

describe('a watching agent', { skip: skipWithoutSensor }, () => {
  inTurn();

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal}: every alert is written, exit code 0`, async (context) => {
      const { agent, open } = await watch(context);
      open('last', 300);
      const { code, stderr } = await agent.stop(signal);
      assert.equal(code, 0);
      assert.equal(alertsOf(agent, 'last'), 300);
      assert.match(stderr, new RegExp(`${signal} received, exiting`, 'u'));
      assert.match(stderr, /Events: \d+, lost: 0, alerts: \d+/u);
    });
  }

  test('SIGKILL: no program stays in the kernel', async (context) => {
    const { agent } = await watch(context);
    const programs = programsOf(agent.pid);
    assert.ok(programs.length >= 4, `programs: ${programs.join(', ')}`);
    assert.ok(programs.every(isLoaded));
    await agent.stop('SIGKILL');
    const gone = await within(ALERT_MS, () => (programs.some(isLoaded) ? undefined : true));
    assert.ok(gone, `still loaded: ${programs.filter(isLoaded).join(', ')}`);
  });

  test('SIGUSR1: the file is opened again', async (context) => {
    const { agent, folder, open } = await watch(context, [
      'file_output.enabled=true',
      'file_output.keep_alive=true',
      'file_output.filename={folder}/alerts',
    ]);
    const file = join(folder, 'alerts');
    renameSync(file, `${file}.1`);
    open('before');
    assert.ok(await within(ALERT_MS, () => read(`${file}.1`).includes('before') || undefined));
    agent.child.kill('SIGUSR1');
    assert.ok(
      await within(ALERT_MS, () => agent.stderr.includes('reopening outputs') || undefined),
    );
    open('after');
    assert.ok(await within(ALERT_MS, () => read(file).includes('after') || undefined));
    assert.ok(!read(`${file}.1`).includes('after'));
    assert.doesNotMatch(agent.stderr, /Debugger/u);
  });

  test('only the capabilities that it needs are left, in every thread', async (context) => {
    const { agent } = await watch(context);
    const threads = readdirSync(`/proc/${agent.pid}/task`);
    assert.ok(threads.length > 1);
    for (const thread of threads) {
      const status = readFileSync(`/proc/${agent.pid}/task/${thread}/status`, 'utf8');
      for (const set of ['CapEff', 'CapPrm', 'CapBnd']) {
        const left = BigInt(`0x${new RegExp(`^${set}:\\s*(\\w+)`, 'mu').exec(status)?.[1]}`);
        assert.deepEqual(namesOf(left), needed, `${set} of thread ${thread}`);
      }
    }
  });

  test('it leaves itself out, and not others of its name', async (context) => {
    const { agent, folder, open } = await watch(context, [
      'file_output.enabled=true',
      'file_output.filename={folder}/alerts',
    ]);
    const script = `require('fs').writeFileSync('${join(folder, 'by-node')}', '')`;
    spawnSync(process.execPath, ['-e', script]);
    open('end');
    assert.ok(await agent.alert(({ output }) => output.includes('/end by'), ALERT_MS));
    assert.equal(alertsOf(agent, 'by-node'), 1);
    assert.match(read(join(folder, 'alerts')), /by-node by node/u);
    // It opened that file for each alert.
    assert.equal(alertsOf(agent, 'alerts'), 0);
  });

  test('an output that nobody reads stops neither the events nor the other outputs', async (context) => {
    const options = ['file_output.enabled=true', 'file_output.filename={folder}/alerts'];
    const { agent, folder, open } = await watch(context, options, { reads: false });
    open('many', MANY);
    open('end');
    const file = join(folder, 'alerts');
    assert.ok(
      await within(ALERT_MS, () => read(file).includes('/end by') || undefined),
      agent.stderr,
    );
    assert.equal(read(file).split('/many by').length - 1, MANY);
    const { code, stderr } = await agent.stop();
    assert.equal(code, 0, stderr);
  });

  test('it sees the first action soon after its start', async (context) => {
    const { startMs } = await watch(context, [], { command: asInstalled });
    context.diagnostic(`from the start to the first alert: ${Math.round(startMs)} ms`);
    assert.ok(startMs < START_MS_MAX);
  });
});

/** Ids of the BPF programs that a process holds. */
function programsOf(pid: number): readonly number[] {
  const ids = readdirSync(`/proc/${pid}/fdinfo`).flatMap((fd) => {
    const id = /^prog_id:\s*(\d+)/mu.exec(read(`/proc/${pid}/fdinfo/${fd}`))?.[1];
    return id === undefined ? [] : [Number(id)];
  });
  return [...new Set(ids)];
}

const BPF_PROG_GET_FD_BY_ID = 13;

function isLoaded(program: number): boolean {
  const attributes = new Uint8Array(128);
  new DataView(attributes.buffer).setUint32(0, program, true);
  const command = call('bpf', BPF_PROG_GET_FD_BY_ID, attributes, attributes.length);
  return spawnSync('bash', ['-c', command]).status === 0;
}

/** Of linux/capability.h. */
const capabilities: ReadonlyMap<number, string> = new Map([
  [2, 'DAC_READ_SEARCH'],
  [19, 'SYS_PTRACE'],
  [38, 'PERFMON'],
  [39, 'BPF'],
]);
const needed = [...capabilities.values()];

function namesOf(set: bigint): readonly string[] {
  const numbers = Array.from({ length: 64 }, (_, number) => number);
  return numbers
    .filter((number) => ((set >> BigInt(number)) & 1n) === 1n)
    .map((number) => capabilities.get(number) ?? String(number));
}
