/** What the running sensor and the kernel tell: the programs are loaded and attached here. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { syscallsNamed } from '@saker/core/engine/plan/syscall-index.ts';
import { sensorImage } from '@saker/sensor/image.ts';
import { skipWithoutSensor } from '@saker/sensor/records/harness.ts';
import { Sensor } from '@saker/sensor/sensor.ts';
import { inTurn } from '@saker/sensor/testing.ts';
import { kernelCountsRuns, readSensor } from './sensor-readings.ts';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';
/** As in Falco, where a program is attached to the same tracepoint. */
const PROGRAMS = ['sched_p_exec', 'sched_p_fork', 'sched_proc_exit', 'sys_exit'];

function open(context: TestContext): Sensor {
  const syscalls = new Set(syscallsNamed('openat'));
  const sensor = new Sensor({ image: sensorImage(), syscalls, ringBytes: 1 << 20 });
  context.after(() => sensor.close());
  return sensor;
}

/** The switch is the whole machine's: it is put back at once. */
function whileCounting<Result>(isOn: boolean, read: () => Result): Result {
  const before = readFileSync(SWITCH, 'latin1');
  writeFileSync(SWITCH, isOn ? '1' : '0');
  try {
    return read();
  } finally {
    writeFileSync(SWITCH, before);
  }
}

describe('a sensor', { skip: skipWithoutSensor }, () => {
  inTurn();

  test('counts what each processor recorded', (context) => {
    const sensor = open(context);
    spawnSync('/bin/true');
    const { events, cpus, ringBytes, lost, tooLong } = readSensor(sensor, 5);
    assert.ok(events > 0);
    assert.equal(ringBytes, 1 << 20);
    assert.ok(cpus.length >= 1);
    // Others go on meanwhile: what is read later can only be more.
    assert.ok(cpus.reduce((sum, cpu) => sum + cpu.events, 0) >= events - sum(lost));
    assert.ok(sum(lost) + tooLong >= 0);
  });

  test('tells the runs of its programs while the kernel counts them', (context) => {
    const sensor = open(context);
    const programs = whileCounting(true, () => {
      spawnSync('/bin/true');
      return readSensor(sensor, 0).programs ?? [];
    });
    assert.deepEqual(programs.map(({ name }) => name).toSorted(), PROGRAMS);
    for (const { name, runs, timeNs } of programs) {
      assert.ok(runs > 0 && timeNs > 0, `${name}: ${runs} runs, ${timeNs} ns`);
    }
  });

  test('tells nothing of them while it does not', (context) => {
    const sensor = open(context);
    const { programs } = whileCounting(false, () => readSensor(sensor, 0));
    assert.equal(programs, undefined);
  });
});

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

test('a kernel without the switch counts nothing', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'saker-switch-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'bpf_stats_enabled');
  assert.equal(kernelCountsRuns(path), false);
  writeFileSync(path, '0\n');
  assert.equal(kernelCountsRuns(path), false);
  writeFileSync(path, '1\n');
  assert.equal(kernelCountsRuns(path), true);
});
