/** IP addresses from text, as strictly as inet_pton(3) reads them. */

import type { ByteString } from './host.ts';

/** `10.0.0.1`: four decimals without leading zeros. */
export function parseIpv4(text: string): ByteString | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let address = '';
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    address += String.fromCharCode(Number(part));
  }
  return address;
}

/**
 * Groups of up to four hex digits; `::` once for groups of zero; the last two may be written as
 * IPv4.
 */
export function parseIpv6(text: string): ByteString | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left = '', right] = halves;
  const before = groups(left, right === undefined);
  const after = groups(right ?? '', true);
  if (before === undefined || after === undefined) return undefined;
  const zeros = 16 - before.length - after.length;
  if (right === undefined ? zeros !== 0 : zeros < 2) return undefined;
  return before + '\0'.repeat(zeros) + after;
}

/** The bytes of `a:b:c`; empty text has none. `last`: an IPv4 address may end it. */
function groups(text: string, last: boolean): ByteString | undefined {
  if (text === '') return '';
  const parts = text.split(':');
  let bytes = '';
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const value = Number.parseInt(part, 16);
      bytes += String.fromCharCode(value >> 8, value & 0xff);
    } else {
      const dotted = last && at === parts.length - 1 ? parseIpv4(part) : undefined;
      if (dotted === undefined) return undefined;
      bytes += dotted;
    }
  }
  return bytes;
}
