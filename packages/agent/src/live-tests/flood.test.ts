/**
 * A flood hides nothing: while more files are opened than anybody can read of, each program that is
 * started is still seen. SAKER_LONG_TESTS=1 floods for as long as an attacker might.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LiveAgent, type LiveAlert, skipWithoutSensor, within } from './live-agent.ts';

const FLOOD_MS = process.env['SAKER_LONG_TESTS'] === '1' ? 20_000 : 6000;
const PROGRAMS = 200;
const READY_MS = 15_000;
/** From the end of the flood until everything is read and told. */
const CATCH_UP_MS = 15_000;
/** How long a flooder goes on when nobody ends it. */
const FLOODER_MS_MAX = 60_000;
const DROPPED = 'Falco internal: syscall event drop';

/** One megabyte of ring; each second in which anything was lost is told. */
const options = [
  'engine.modern_ebpf.buf_size_preset=1',
  'syscall_event_drops.threshold=0',
  'syscall_event_drops.rate=100',
  'syscall_event_drops.max_burst=100',
];

/** Kinds of floods, by the name that is opened. */
const floods = [
  { name: 'many small records', path: '/etc/hostname' },
  { name: 'records as large as names can be', path: `/etc/${'./'.repeat(2000)}hostname` },
] as const;

interface Told {
  /** Numbers of the programs that were told of. */
  readonly programs: ReadonlySet<number>;
  /** What was lost, by class. */
  readonly lost: ReadonlyMap<string, number>;
}

/** An agent that tells of programs whose argument is `mark` and a number. */
async function watch(context: TestContext, mark: string): Promise<LiveAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'saker-flood-'));
  const rules = join(folder, 'rules.yaml');
  const rule = {
    rule: 'Started',
    desc: 'A program of the test starts',
    condition: `evt.type in (execve, execveat) and proc.args startswith ${mark}`,
    output: '%proc.args',
    priority: 'INFO',
  };
  writeFileSync(rules, JSON.stringify([rule]));
  const agent = new LiveAgent({ rules: [rules], options });
  context.after(async () => {
    await agent.stop('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const isReady = await within(READY_MS, async () => {
    await start(`${mark}ready`);
    return agent.alerts.length > 0 ? true : undefined;
  });
  assert.ok(isReady, `no alert in ${READY_MS} ms: ${agent.stderr}`);
  return agent;
}

const runProgram = promisify(execFile);
const start = async (argument: string): Promise<unknown> => runProgram('/bin/true', [argument]);

/** Opens and closes a file as fast as it can; says when it begins. */
function startFlooder(context: TestContext, path: string): ChildProcess {
  const script = `
    const { closeSync, openSync } = require('fs');
    const [, path, ms] = process.argv;
    const end = Date.now() + Number(ms);
    const name = Buffer.from(path);
    console.log('open');
    while (Date.now() < end) for (let at = 0; at < 1000; at++) closeSync(openSync(name));`;
  const args = ['-e', script, path, String(FLOODER_MS_MAX)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  return child;
}

/** The programs, one after the other, over the whole time of the flood. */
async function startPrograms(mark: string): Promise<void> {
  const begin = performance.now();
  for (let number = 0; number < PROGRAMS; number++) {
    /* oxlint-disable no-await-in-loop -- one after the other is the point */
    await start(`${mark}${number}`);
    const due = begin + ((number + 1) * FLOOD_MS) / PROGRAMS;
    await pause(Math.max(0, due - performance.now()));
    /* oxlint-enable no-await-in-loop */
  }
}

function toldBy(alerts: readonly LiveAlert[], mark: string): Told {
  const programs = new Set<number>();
  const lost = new Map<string, number>();
  for (const { rule, output, output_fields: fields } of alerts) {
    if (rule === 'Started') programs.add(Number(output.slice(mark.length)));
    if (rule !== DROPPED) continue;
    for (const [field, value] of Object.entries(fields)) {
      const name = /^n_drops_buffer_(\w+)_exit$/.exec(field)?.[1];
      if (name !== undefined) lost.set(name, (lost.get(name) ?? 0) + Number(value));
    }
  }
  programs.delete(Number.NaN);
  return { programs, lost };
}

describe('a flood of opened files', { skip: skipWithoutSensor }, () => {
  for (const [index, { name, path }] of floods.entries()) {
    test(`${name}: every program is seen`, async (context) => {
      const mark = `flooded-${process.pid}-${index}-`;
      const agent = await watch(context, mark);
      const flooders = [startFlooder(context, path), startFlooder(context, path)];
      await Promise.all(flooders.map(({ stdout }) => stdout !== null && once(stdout, 'data')));
      await startPrograms(mark);
      for (const flooder of flooders) flooder.kill('SIGKILL');
      const told = () => toldBy(agent.alerts, mark);
      await within(CATCH_UP_MS, () => (told().programs.size === PROGRAMS ? true : undefined));
      const { stderr } = await agent.stop('SIGINT');
      const { programs, lost } = told();
      const text = [...lost].map(([kind, count]) => `${kind} ${count}`).join(', ');
      context.diagnostic(`seen ${programs.size} of ${PROGRAMS} programs; lost: ${text}`);
      context.diagnostic(/Events: .*/.exec(stderr)?.[0] ?? stderr);
      assert.ok((lost.get('open') ?? 0) > 0, 'the ring was never full: nothing is shown');
      for (const kind of ['execve', 'clone_fork', 'proc']) assert.equal(lost.get(kind), 0, kind);
      assert.equal(programs.size, PROGRAMS);
    });
  }
});
