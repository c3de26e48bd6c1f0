import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { syscallsNamed } from '@saker/core/engine/plan/syscall-index.ts';
import { sensorImage } from './image.ts';
import { skipWithoutSensor } from './records/harness.ts';
import { Sensor } from './sensor.ts';

const RECORDS_MAX = 100_000;
/** Far longer than a process takes to start on a busy machine. */
const WAIT_MS = 10_000;

/** Of calls that nothing else makes all the time. */
function openSensor(self = false): Sensor {
  const syscalls = new Set(syscallsNamed('mknod'));
  return new Sensor({ image: sensorImage(), syscalls, ringBytes: 1 << 20, self });
}

/** A process of its own, which `unshare` may put into a pid namespace of its own. */
const SCRIPT = `
  import { Sensor } from ${JSON.stringify(join(import.meta.dirname, 'sensor.ts'))};
  import { sensorImage } from ${JSON.stringify(join(import.meta.dirname, 'image.ts'))};
  const sensor = new Sensor({ image: sensorImage(), syscalls: new Set(), ringBytes: 1 << 20 });
  console.log(JSON.stringify([process.pid, sensor.pid]));
  sensor.close();
`;

describe('Sensor', { skip: skipWithoutSensor }, () => {
  test('a reader that waits is woken by a record', async () => {
    const sensor = openSensor();
    try {
      sensor.drain(() => {}, RECORDS_MAX);
      const started = performance.now();
      execFile('/bin/true');
      await sensor.wait(WAIT_MS);
      assert.ok(performance.now() - started < WAIT_MS / 2);
    } finally {
      sensor.close();
    }
  });

  test('what is closed while somebody waits is not touched any more', async () => {
    const sensor = openSensor();
    const waiting = sensor.wait(50);
    sensor.close();
    await waiting;
  });

  test('a record over which the reader stumbles is not given again', () => {
    const sensor = openSensor();
    try {
      spawnSync('/bin/true');
      const places: number[] = [];
      const stumble = (start: number): never => {
        places.push(start);
        throw new TypeError('a mistake');
      };
      assert.throws(() => sensor.drain(stumble, RECORDS_MAX), /a mistake/);
      sensor.drain((start) => places.push(start), RECORDS_MAX);
      assert.ok(places.length > 1);
      assert.equal(new Set(places).size, places.length);
    } finally {
      sensor.close();
    }
  });

  test('it knows this process by the number that the host has for it', () => {
    const sensor = openSensor();
    assert.equal(sensor.pid, process.pid);
    sensor.close();
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['--pid', '--fork', process.execPath, '--input-type=module', '-e', SCRIPT],
      { encoding: 'utf8' },
    );
    const number = /^\[1,(\d+)\]$/m.exec(stdout)?.[1];
    assert.ok(Number(number) > 1, stderr);
  });

  test('descriptors and memory go when it is closed', () => {
    openSensor().close();
    const free = openSync('/dev/null', 'r');
    closeSync(free);
    for (let i = 0; i < 3; i++) openSensor().close();
    const next = openSync('/dev/null', 'r');
    closeSync(next);
    assert.equal(next, free);
  });
});
