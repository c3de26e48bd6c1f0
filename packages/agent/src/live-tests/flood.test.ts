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
import { inTurn } from '@saker/sensor/testing.ts';
import { LiveAgent, skipWithoutSensor, within } from './live-agent.ts';

const FLOOD_MS = process.env['SAKER_LONG_TESTS'] === '1' ? 20_000 : 6000;
const PROGRAMS = 200;
const READY_MS = 15_000;
/** From the end of the flood until everything is read and told. */
const CATCH_UP_MS = 15_000;
/** How long a flooder goes on when nobody ends it. */
const FLOODER_MS_MAX = 60_000;
const DROPPED = 'Falco internal: syscall event drop';
/** So much is wanted of one ring; by `engine.modern_ebpf.buf_size_preset`. */
const SMALL_RING = 1;
const USUAL_RING = 4;

interface Scene {
  readonly agent: LiveAgent;
  /** Runs a program whose argument nobody else has. */
  readonly start: (number: number) => Promise<unknown>;
  /** Numbers of the programs that there was an alert about. */
  readonly seen: () => ReadonlySet<number>;
  /** Ends the agent. The result is what it said was lost, by class. */
  readonly lost: () => Promise<ReadonlyMap<string, number>>;
}

const READY = -1;
const run = promisify(execFile);

async function watch(context: TestContext, ringPreset: number): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'saker-flood-'));
  const mark = `${folder}-`;
  const rules = join(folder, 'rules.yaml');
  const rule = {
    rule: 'Started',
    desc: 'A program of the test starts',
    condition: `evt.type in (execve, execveat) and proc.args startswith ${mark}`,
    output: '%proc.args',
    priority: 'INFO',
  };
  writeFileSync(rules, JSON.stringify([rule]));
  // Each second in which anything was lost is told.
  const told = ['threshold=0', 'rate=100', 'max_burst=100'];
  const agent = new LiveAgent({
    rules: [rules],
    options: [
      `engine.modern_ebpf.buf_size_preset=${ringPreset}`,
      ...told.map((option) => `syscall_event_drops.${option}`),
    ],
  });
  context.after(async () => {
    await agent.stop('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  const scene: Scene = {
    agent,
    start: async (number) => run('/bin/true', [`${mark}${number}`]),
    seen: () => {
      const args = agent.alerts.map(({ output_fields: fields }) => String(fields['proc.args']));
      const own = args.filter((text) => text.startsWith(mark));
      return new Set(own.map((text) => Number(text.slice(mark.length))));
    },
    lost: async () => lostOf(context, agent),
  };
  const isReady = await within(READY_MS, async () => {
    await scene.start(READY);
    return scene.seen().has(READY) ? true : undefined;
  });
  assert.ok(isReady, `no alert in ${READY_MS} ms: ${agent.stderr}`);
  return scene;
}

async function lostOf(
  context: TestContext,
  agent: LiveAgent,
): Promise<ReadonlyMap<string, number>> {
  const { stderr } = await agent.stop('SIGINT');
  const lost = new Map<string, number>();
  for (const { rule, output_fields: fields } of agent.alerts) {
    if (rule !== DROPPED) continue;
    for (const [field, value] of Object.entries(fields)) {
      const name = /^n_drops_buffer_(\w+)_exit$/.exec(field)?.[1];
      if (name !== undefined) lost.set(name, (lost.get(name) ?? 0) + Number(value));
    }
  }
  const text = [...lost].map(([name, count]) => `${name} ${count}`).join(', ');
  context.diagnostic(`lost: ${text === '' ? 'nothing' : text}`);
  context.diagnostic(/Events: .*/.exec(stderr)?.[0] ?? stderr);
  return lost;
}

/** Two processes do something as fast as they can. The result stops them. */
async function flood(context: TestContext, command: readonly string[]): Promise<() => void> {
  const [program = '', ...args] = command;
  const flooder = (): ChildProcess =>
    spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: FLOODER_MS_MAX });
  const flooders = [flooder(), flooder()];
  const end = (): void => {
    for (const child of flooders) child.kill('SIGKILL');
  };
  context.after(end);
  const outputs = flooders.flatMap(({ stdout }) => stdout ?? []);
  await Promise.all(outputs.map(async (output) => once(output, 'data')));
  return end;
}

/**
 * Opens and closes a file. Its name is so long that a record is as large as one of an opened file
 * can be: then the ring is full for certain.
 */
const opensFiles: readonly string[] = [
  process.execPath,
  '-e',
  `const { closeSync, openSync } = require('fs');
  const name = Buffer.from('/etc' + '/'.repeat(4000) + 'hostname');
  console.log('begins');
  for (;;) closeSync(openSync(name));`,
];

/** Asks for programs that do not exist, with a large environment. */
const asksForPrograms: readonly string[] = [
  'bash',
  '-c',
  `shopt -s execfail
  export LARGE=$(printf %04000d 0)
  echo begins
  exec 2>/dev/null
  while :; do exec /no/such/program; done`,
];

/** `count` programs one after the other, spread over `overMs`. */
async function startPrograms({ start }: Scene, count: number, overMs: number): Promise<void> {
  const begin = performance.now();
  for (let number = 0; number < count; number++) {
    /* oxlint-disable no-await-in-loop -- one after the other is the point */
    await start(number);
    const due = begin + ((number + 1) * overMs) / count;
    await pause(Math.max(0, due - performance.now()));
    /* oxlint-enable no-await-in-loop */
  }
}

async function expectAllSeen({ seen }: Scene, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const missing = (): readonly number[] => numbers.filter((number) => !seen().has(number));
  await within(CATCH_UP_MS, () => (missing().length === 0 ? true : undefined));
  assert.deepEqual(missing(), []);
}

describe('a flood', { skip: skipWithoutSensor }, () => {
  inTurn();

  test('of opened files: every program is seen', async (context) => {
    const scene = await watch(context, SMALL_RING);
    const end = await flood(context, opensFiles);
    await startPrograms(scene, PROGRAMS, FLOOD_MS);
    end();
    await expectAllSeen(scene, PROGRAMS);
    const lost = await scene.lost();
    assert.ok((lost.get('open') ?? 0) > 0, 'the ring was never full: nothing is shown');
  });

  // What fails changes nothing, and anybody can ask for it as often as they like.
  test('of programs that cannot be started: those that can are seen', async (context) => {
    const scene = await watch(context, SMALL_RING);
    const end = await flood(context, asksForPrograms);
    await startPrograms(scene, PROGRAMS, FLOOD_MS);
    end();
    await expectAllSeen(scene, PROGRAMS);
    await scene.lost();
  });

  test('while nobody reads: programs still find room', async (context) => {
    const count = 50;
    const scene = await watch(context, USUAL_RING);
    scene.agent.child.kill('SIGSTOP');
    const end = await flood(context, opensFiles);
    await pause(1000);
    await startPrograms(scene, count, 0);
    end();
    scene.agent.child.kill('SIGCONT');
    await expectAllSeen(scene, count);
    const lost = await scene.lost();
    assert.ok((lost.get('open') ?? 0) > 0, 'the ring was never full: nothing is shown');
  });
});
