/**
 * Under some 2,000 alerts a second each output in turn hangs and is killed: the others go on, and
 * every alert is accounted for at every output.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { skipWithoutRsyslog } from '../../testing/rsyslog.ts';
import { until } from '../outgoing.cases.ts';
import { type OutputCounters, sumOf } from '../output-counters.ts';
import type { FloodReport } from './flood.cases.ts';
import { startVictims, type Victim } from './victims.cases.ts';

/** That others must deliver while one hangs or is dead. */
const MEANWHILE = 400;

class Flood {
  report: FloodReport = { produced: 0, counters: [], logs: [], isDone: undefined };
  readonly #child: ChildProcess;

  constructor(context: TestContext, config: unknown) {
    const script = join(import.meta.dirname, 'flood.cases.ts');
    this.#child = fork(script, [JSON.stringify(config)], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: { ...process.env, no_proxy: '*' },
    });
    context.after(() => this.#child.kill('SIGKILL'));
    this.#child.on('message', (report: FloodReport) => {
      this.report = report;
    });
    this.#child.stdout?.resume();
  }

  get stdout(): Victim {
    const { stdout } = this.#child;
    return {
      name: 'stdout',
      hang: () => stdout?.pause(),
      resume: () => stdout?.resume(),
      kill: () => void stdout?.destroy(),
      revive: () => undefined,
    };
  }

  stop(): void {
    this.#child.send('stop');
  }

  of(name: string): OutputCounters {
    const found = this.report.counters.find((counters) => counters.name === name);
    assert.ok(found !== undefined, `there is an output ${name}`);
    return found;
  }

  /** All but one deliver so many more. */
  async othersGoOn(victim: Victim | undefined, why: string): Promise<void> {
    const before = this.report.counters;
    await until(`others go on while ${victim?.name} ${why}`, () =>
      before
        .filter(({ name }) => name !== victim?.name)
        .every(({ name, delivered }) => this.of(name).delivered >= delivered + MEANWHILE),
    );
  }

  async deliversAgain({ name }: Victim): Promise<void> {
    const { delivered } = this.of(name);
    await until(`${name} goes on`, () => this.of(name).delivered >= delivered + MEANWHILE);
  }
}

test('no output holds up another, and counters add up', {
  skip: skipWithoutRsyslog,
}, async (context) => {
  const { config, receiver, all, grpc } = await startVictims(context);
  const flood = new Flood(context, config);
  await until('alerts come', () => flood.report.produced > 0);
  const victims = [...all, await grpc(), flood.stdout];
  await flood.othersGoOn(undefined, 'all is well');
  for (const victim of victims) {
    victim.hang();
    await flood.othersGoOn(victim, 'hangs');
    await until(`${victim.name} drops`, () => sumOf(flood.of(victim.name).dropped) > 0);
    victim.resume();
    await flood.deliversAgain(victim);
  }
  for (const victim of victims) {
    await victim.kill();
    await flood.othersGoOn(victim, 'is dead');
    await victim.revive();
    if (victim.name !== 'stdout') await flood.deliversAgain(victim);
  }
  flood.stop();
  await until('all is done', () => flood.report.isDone !== undefined);
  const { produced, counters, isDone, logs } = flood.report;
  assert.equal(isDone, true);
  assert.equal(counters.length, 6);
  for (const { name, delivered, dropped, failed, queued } of counters) {
    const accounts = `${name}: ${delivered} + ${sumOf(dropped)} + ${failed} of ${produced}`;
    assert.equal(delivered + sumOf(dropped) + failed, produced, accounts);
    assert.equal(queued, 0);
    // What is dropped is the least important as long as there is any.
    assert.equal(dropped[0], 0, `${name} dropped ${dropped.join(' ')}`);
  }
  assert.equal(receiver.requests.length, flood.of('http').delivered);
  assert.ok(logs.some((line) => line.includes('cannot post to localhost')));
  assert.ok(flood.of('stdout').failed > 0);
  context.diagnostic(`${produced} alerts`);
});
