/**
 * Live detection, tried: all programs are loaded and attached, one call is made, its record must
 * come. Whatever the machine says of itself, this is what counts.
 */

import { closeSync, openSync } from 'node:fs';
import { SYSCALL_CODES } from '@saker/core/events/names.ts';
import { Sensor } from '../sensor.ts';
import { SensorError } from '../sensor-error.ts';
import type { SensorHook } from '../sensor-hook.ts';

export interface Trial {
  readonly hook: SensorHook;
  /** That loading and attaching took. */
  readonly milliseconds: number;
}

const RING_BYTES = 1 << 20;
/** More than a busy machine's other processes put into the ring while one call is made. */
const RECORDS_MAX = 100_000;
/** Of a record: the time, then the thread. */
const TID_AT = 8;

/** SensorError when it does not work, with the reason as far as it can be known. */
export function tryDetection(image: Uint8Array): Trial {
  const syscalls = new Set(Array.from({ length: SYSCALL_CODES }, (_, code) => code));
  const start = performance.now();
  const sensor = new Sensor({ image, syscalls, ringBytes: RING_BYTES, self: true });
  const milliseconds = performance.now() - start;
  try {
    closeSync(openSync('/dev/null', 'r'));
    if (!hasOwnRecord(sensor)) {
      throw new SensorError('attach-failed', 'the programs are attached, and no record comes');
    }
    return { hook: sensor.hook, milliseconds };
  } finally {
    sensor.close();
  }
}

/** Of the main thread, whose number is that of the process. */
function hasOwnRecord(sensor: Sensor): boolean {
  let found = false;
  sensor.drain((start) => {
    found ||= sensor.ring.view.getBigUint64(start + TID_AT, true) === BigInt(sensor.pid);
  }, RECORDS_MAX);
  return found;
}
