/** IP addresses as byte strings of 4 or 16 chars in network order, and as text. */

import type { ByteString } from '../base/host.ts';

/** Dotted, or RFC 5952 with the forms that inet_ntop prints; "" stays "". */
export function formatAddress(address: ByteString): string {
  if (address.length === 4) return dotted(address, 0);
  if (address.length !== 16) return '';
  return formatV6(address);
}

const ZEROS_10 = '\0'.repeat(10);

/**
 * Whether a 16-char address stands for an IPv4 one: ::ffff:a.b.c.d, or all zeros (nothing says
 * which family it is of).
 */
export function isMappedV4(address: ByteString): boolean {
  if (address.length !== 16 || !address.startsWith(ZEROS_10)) return false;
  const tail = address.slice(10);
  return tail.startsWith('\xff\xff') || tail === '\0\0\0\0\0\0';
}

/** The 4 chars of the IPv4 address that a mapped address stands for. */
export function mappedV4(address: ByteString): ByteString {
  return address.slice(12);
}

function dotted(address: ByteString, at: number): string {
  const byte = (i: number) => address.charCodeAt(at + i);
  return `${byte(0)}.${byte(1)}.${byte(2)}.${byte(3)}`;
}

function formatV6(address: ByteString): string {
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) {
    groups.push((address.charCodeAt(at) << 8) | address.charCodeAt(at + 1));
  }
  const [runStart, runLength] = longestZeroRun(groups);
  if (runStart === 0 && (runLength === 6 || (runLength === 5 && groups[5] === 0xffff))) {
    // inet_ntop prints IPv4-compatible and IPv4-mapped addresses with a dotted tail.
    if (runLength === 5) return `::ffff:${dotted(address, 12)}`;
    return `::${dotted(address, 12)}`;
  }
  if (runLength < 2) return groups.map((group) => group.toString(16)).join(':');
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return `${hex(0, runStart)}::${hex(runStart + runLength, 8)}`;
}

function longestZeroRun(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best[1]) best = [start, length];
  }
  return best;
}
