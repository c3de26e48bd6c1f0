/** Distances between times. */

import { type Int64, unsigned64 } from '../base/int64.ts';

/**
 * Nanoseconds from the second time to the first, each as two words; modulo 2^64 when it is later,
 * as Falco prints it.
 */
export function elapsed(low: number, high: number, sinceLow: number, sinceHigh: number): Int64 {
  const borrow = low < sinceLow ? 1 : 0;
  return unsigned64((low - sinceLow) >>> 0, (high - sinceHigh - borrow) >>> 0);
}
