/** Calls chosen anew while the sensor runs: what is added is recorded, what is left out is not. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { syscallsNamed } from '@saker/core/engine/plan/syscall-index.ts';
import { eventTable } from '@saker/core/events/event-table.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { sensorImage } from './image.ts';
import { skipWithoutSensor } from './records/harness.ts';
import { Sensor } from './sensor.ts';
import type { SensorHook } from './sensor-hook.ts';

const RECORDS_MAX = 100_000;
const HOOKS: readonly SensorHook[] = ['tp_btf', 'raw_tracepoint'];
/** Makes and takes away a folder of its own, and gives a file a name of the same kind. */
const ACTIONS = `
  const { mkdtempSync, rmdirSync, chmodSync } = require('fs');
  const folder = mkdtempSync(require('os').tmpdir() + '/saker-select-');
  chmodSync(folder, 0o700);
  rmdirSync(folder);
`;

const named = (...names: readonly string[]): ReadonlySet<number> =>
  new Set(names.flatMap((name) => syscallsNamed(name)));

/** Which events of the process that acts came. */
function act(sensor: Sensor): ReadonlySet<string> {
  const { pid } = spawnSync(process.execPath, ['-e', ACTIONS]);
  const event = new EventView();
  event.attach(sensor.ring.bytes, sensor.ring.view);
  const seen = new Set<string>();
  sensor.drain((start, end) => {
    assert.ok(event.place(start, end));
    if (event.tid !== pid) return;
    seen.add(eventTable[event.type]?.name ?? '');
  }, RECORDS_MAX);
  return seen;
}

/** Node makes folders of its own, too: how many does not matter. */
const picked = (seen: ReadonlySet<string>): readonly string[] =>
  ['mkdir', 'rmdir', 'chmod', 'openat', 'close'].filter((name) => seen.has(name));

describe('Sensor.select', { skip: skipWithoutSensor }, () => {
  for (const hook of HOOKS) {
    test(`adds and leaves out while it runs, ${hook}`, () => {
      const image = sensorImage();
      const sensor = new Sensor({ image, syscalls: named('mkdir'), ringBytes: 1 << 20, hook });
      try {
        assert.deepEqual(picked(act(sensor)), ['mkdir']);
        sensor.select(named('mkdir', 'rmdir'));
        assert.deepEqual(picked(act(sensor)), ['mkdir', 'rmdir']);
        sensor.select(named('rmdir', 'chmod'));
        assert.deepEqual(picked(act(sensor)), ['rmdir', 'chmod']);
        sensor.select(named('mkdir'));
        assert.deepEqual(picked(act(sensor)), ['mkdir']);
      } finally {
        sensor.close();
      }
    });

    test(`the calls that are reached by a jump of their own, ${hook}`, () => {
      const image = sensorImage();
      const syscalls = named('rmdir', 'close');
      const sensor = new Sensor({ image, syscalls, ringBytes: 1 << 22, hook });
      try {
        assert.deepEqual(picked(act(sensor)), ['rmdir', 'close']);
        sensor.select(named('openat'));
        assert.deepEqual(picked(act(sensor)), ['openat']);
        sensor.select(named('mkdir', 'openat', 'close'));
        assert.deepEqual(picked(act(sensor)), ['mkdir', 'openat', 'close']);
        sensor.select(named('mkdir'));
        assert.deepEqual(picked(act(sensor)), ['mkdir']);
      } finally {
        sensor.close();
      }
    });
  }
});
