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

/** How often each event of the process that acts came. */
function actAndCount(sensor: Sensor): ReadonlyMap<string, number> {
  const { pid } = spawnSync(process.execPath, ['-e', ACTIONS]);
  const event = new EventView();
  event.attach(sensor.ring.bytes, sensor.ring.view);
  const counts = new Map<string, number>();
  sensor.drain((start, end) => {
    assert.ok(event.place(start, end));
    if (event.tid !== pid) return;
    const name = eventTable[event.type]?.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }, RECORDS_MAX);
  return counts;
}

const picked = (counts: ReadonlyMap<string, number>): readonly (number | undefined)[] =>
  ['mkdir', 'rmdir', 'chmod'].map((name) => counts.get(name));

describe('Sensor.select', { skip: skipWithoutSensor }, () => {
  for (const hook of HOOKS) {
    test(`adds and leaves out while it runs, ${hook}`, () => {
      const image = sensorImage();
      const sensor = new Sensor({ image, syscalls: named('mkdir'), ringBytes: 1 << 20, hook });
      try {
        assert.deepEqual(picked(actAndCount(sensor)), [1, undefined, undefined]);
        sensor.select(named('mkdir', 'rmdir'));
        assert.deepEqual(picked(actAndCount(sensor)), [1, 1, undefined]);
        sensor.select(named('rmdir', 'chmod'));
        assert.deepEqual(picked(actAndCount(sensor)), [undefined, 1, 1]);
        sensor.select(named('mkdir'));
        assert.deepEqual(picked(actAndCount(sensor)), [1, undefined, undefined]);
      } finally {
        sensor.close();
      }
    });
  }
});
