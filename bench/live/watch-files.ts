/**
 * Reads opens and closes of this machine and nothing more: what the sensor and the reading of its
 * ring cost, without state and rules. `watch-files.ts walk|no-walk`: with or without the kernel's
 * own path of each file. Says "ready"; ends with its standard input, and says what was lost.
 */

import { installNodeHost } from '@saker/agent/host/node-host.ts';
import { LiveEvents } from '@saker/agent/sources/live/live-events.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import { sensorImage } from '@saker/sensor/image.ts';
import { Sensor } from '@saker/sensor/sensor.ts';

const RING_BYTES = 8 << 20;
const names = new Set(['open', 'openat', 'openat2', 'creat', 'close']);
const codes = Array.from({ length: SYSCALL_CODES }, (_, code) => code);

installNodeHost();
const sensor = new Sensor({
  image: sensorImage(),
  syscalls: new Set(codes.filter((code) => names.has(syscallName(code) ?? ''))),
  ringBytes: RING_BYTES,
  realPaths: process.argv[2] !== 'no-walk',
});
let isOver = false;
process.stdin.resume().on('end', () => {
  isOver = true;
});
console.log('ready');
await new LiveEvents(sensor, new EventView()).read({
  onEvent: () => undefined,
  onPause: () => !isOver,
});
const { lostTotal } = sensor.counters();
sensor.close();
console.log(`lost ${lostTotal}`);
