/**
 * 64-bit integers. Times on the event path are two u32 words (`low`, `high`). Where a value has to
 * be one thing it is an `Int64`: a number while that is exact, a bigint beyond 2^53. See
 * docs/decisions/0001-64-bit-numbers.md.
 */

export type Int64 = number | bigint;

const WORD = 0x1_0000_0000;
/** The first `high` word for which high * 2^32 + low may leave the safe integers. */
const HIGH_UNSAFE = 0x20_0000;

export function unsigned64(low: number, high: number): Int64 {
  if (high === 0) return low;
  if (high < HIGH_UNSAFE) return high * WORD + low;
  return (BigInt(high) << 32n) | BigInt(low);
}

/** `low` and `high` are unsigned words; the value is read as two's complement. */
export function signed64(low: number, high: number): Int64 {
  const top = high | 0;
  if (top === low >> 31) return low | 0;
  if (top > -HIGH_UNSAFE && top < HIGH_UNSAFE) return top * WORD + low;
  return normalise64((BigInt(top) << 32n) | BigInt(low));
}

/** The low word of a number or bigint, as an unsigned word. */
export function lowWord(value: Int64): number {
  if (typeof value === 'bigint') return Number(BigInt.asUintN(32, value));
  return value >= 0 && value < WORD ? value >>> 0 : Number(BigInt.asUintN(32, BigInt(value)));
}

export function highWord(value: Int64): number {
  return Number(BigInt.asUintN(32, BigInt(value) >> 32n));
}

/**
 * A bigint that fits a safe integer becomes a number, so that `Int64` values compare with `===`.
 */
export function normalise64(value: bigint): Int64 {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/**
 * Nanoseconds from the second time to the first, each as two words; modulo 2^64 when the second is
 * later.
 */
export function difference64(
  low: number,
  high: number,
  sinceLow: number,
  sinceHigh: number,
): Int64 {
  const borrow = low < sinceLow ? 1 : 0;
  return unsigned64((low - sinceLow) >>> 0, (high - sinceHigh - borrow) >>> 0);
}
