/** Times as Kubernetes writes them: `2018-10-26T13:42:46.808261Z`. */

import type { ByteString } from '../base/host.ts';

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

const NS_PER_MS = 1_000_000n;
const NS_DIGITS = 9;
const MS_PER_MINUTE = 60_000;
/** Times of events are unsigned. */
const TIME_NS_MAX = (1n << 64n) - 1n;

/**
 * Nanoseconds since 1970, digits beyond them cut off. Undefined: no such time, or one that an event
 * cannot have.
 */
export function parseRfc3339(text: ByteString): bigint | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] =
    match;
  const written = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = written;
  const date = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  // Years below 100 mean others to Date.UTC, and the 31st of April is the 1st of May to it.
  const read = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  if (read.some((part, at) => part !== written[at])) return undefined;
  const offset = offsetMs(sign, Number(offsetHour ?? 0), Number(offsetMinute ?? 0));
  if (offset === undefined) return undefined;
  const nanos = BigInt(fraction.slice(0, NS_DIGITS).padEnd(NS_DIGITS, '0'));
  const time = BigInt(date.getTime() - offset) * NS_PER_MS + nanos;
  return time < 0n || time > TIME_NS_MAX ? undefined : time;
}

function offsetMs(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  const distance = (hours * 60 + minutes) * MS_PER_MINUTE;
  return sign === '-' ? -distance : distance;
}
