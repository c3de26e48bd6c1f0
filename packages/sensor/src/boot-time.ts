/** How the programs' clock, which counts from the machine's start, becomes the time of day. */

import { CLOCK_BOOTTIME, CLOCK_REALTIME, libc } from './libc.ts';

/**
 * Nanoseconds since the epoch at which CLOCK_BOOTTIME was zero. Both clocks are read, one after the
 * other: /proc/uptime has hundredths of a second, by which the times of records would jump whenever
 * the wall clock is looked at.
 */
export function bootTimeNs(): bigint {
  const before = libc().clockNs(CLOCK_BOOTTIME);
  const now = libc().clockNs(CLOCK_REALTIME);
  const after = libc().clockNs(CLOCK_BOOTTIME);
  return now - (before + after) / 2n;
}
