/**
 * Nanosecond times, held as two unsigned 32-bit words, as the text that outputs show. Local time is
 * that of the host, which JavaScript's Date knows; UTC where a name says so.
 */

const NANOS_PER_SECOND = 1_000_000_000;
const DIGIT = 0x1_0000;
const WORD = 0x1_0000_0000;

/** Whole seconds of a time: exact without a bigint, by long division in 16-bit digits. */
export function secondsOf(low: number, high: number): number {
  const middle = (high % NANOS_PER_SECOND) * DIGIT + (low >>> 16);
  const last = (middle % NANOS_PER_SECOND) * DIGIT + (low & 0xffff);
  return (
    Math.floor(high / NANOS_PER_SECOND) * WORD +
    Math.floor(middle / NANOS_PER_SECOND) * DIGIT +
    Math.floor(last / NANOS_PER_SECOND)
  );
}

/** The nanoseconds of a time beyond its whole seconds. */
export function nanosOf(low: number, high: number): number {
  const middle = (high % NANOS_PER_SECOND) * DIGIT + (low >>> 16);
  return ((middle % NANOS_PER_SECOND) * DIGIT + (low & 0xffff)) % NANOS_PER_SECOND;
}

/** Decimal digits with zeros in front. */
export function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** `HH:MM:SS`, local. */
export function clockText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => padded(part, 2)).join(':');
}

/** `YYYY-mm-dd HH:MM:SS`, local. */
export function dateClockText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const month = padded(date.getMonth() + 1, 2);
  return `${date.getFullYear()}-${month}-${padded(date.getDate(), 2)} ${clockText(seconds)}`;
}

/** `HH:MM:SS.nnnnnnnnn`, local: evt.time. */
export function timeText(low: number, high: number): string {
  return `${clockText(secondsOf(low, high))}.${padded(nanosOf(low, high), 9)}`;
}

/** `YYYY-mm-dd HH:MM:SS.nnnnnnnnn`, local: evt.datetime, and parameters that are times. */
export function dateTimeText(low: number, high: number): string {
  return `${dateClockText(secondsOf(low, high))}.${padded(nanosOf(low, high), 9)}`;
}

/** `YYYY-mm-ddTHH:MM:SS.nnnnnnnnn` in UTC, without a zone: callers append `Z` or `+0000`. */
export function utcText(low: number, high: number): string {
  // All 64-bit times are in the years 1970 to 2554: toISOString has its 24-char form, ending in
  // `.000Z`.
  const wholeSeconds = new Date(secondsOf(low, high) * 1000).toISOString().slice(0, 19);
  return `${wholeSeconds}.${padded(nanosOf(low, high), 9)}`;
}
