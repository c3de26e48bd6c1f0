/**
 * Entries of interface lists: the addresses of the machine. Version 2 puts the entry's length
 * before it.
 */

import type { NetworkInterface } from '../events/snapshot.ts';
import type { ByteBuilder } from './byte-builder.ts';
import type { ByteCursor } from './byte-cursor.ts';

/** The format's entry types: address family, and whether the link's speed was recorded. */
const IPV4 = 1;
const IPV6 = 2;
const IPV4_NO_SPEED = 3;
const IPV6_NO_SPEED = 4;

/** SCAP_MAX_PATH_SIZE less the NUL that libscap adds. */
const NAME_BYTES_MAX = 1023;
const LENGTH_BYTES = 4;

/** Undefined for a type that is newer than this code, in a version that allows to skip it. */
export function decodeInterface(cursor: ByteCursor, version: number): NetworkInterface | undefined {
  // The length does not count itself.
  if (version >= 2) cursor.limitTo(cursor.u32() + LENGTH_BYTES);
  const type = cursor.u16();
  const nameLength = cursor.u16();
  if (type < IPV4 || type > IPV6_NO_SPEED) {
    if (version >= 2) return undefined;
    cursor.fail(`interface type ${type}, but there are ${IPV4} to ${IPV6_NO_SPEED}`);
  }
  if (nameLength > NAME_BYTES_MAX) {
    cursor.fail(`a name of ${nameLength} bytes, but at most ${NAME_BYTES_MAX} go`);
  }
  const width = type === IPV4 || type === IPV4_NO_SPEED ? 4 : 16;
  const address = cursor.raw(width);
  const netmask = cursor.raw(width);
  const broadcast = cursor.raw(width);
  const linkSpeed = type === IPV4 || type === IPV6 ? cursor.u64() : undefined;
  return { name: cursor.fixedString(nameLength), address, netmask, broadcast, linkSpeed };
}

export function encodeInterface(into: ByteBuilder, entry: NetworkInterface): void {
  const width = entry.address.length;
  const hasSpeed = entry.linkSpeed !== undefined;
  const nameLength = Math.min(entry.name.length, NAME_BYTES_MAX);
  into.u32(4 + 3 * width + (hasSpeed ? 8 : 0) + nameLength);
  into.u16((width === 4 ? IPV4 : IPV6) + (hasSpeed ? 0 : IPV4_NO_SPEED - IPV4));
  into.u16(nameLength);
  into.raw(entry.address, width);
  into.raw(entry.netmask, width);
  into.raw(entry.broadcast, width);
  if (entry.linkSpeed !== undefined) into.u64(entry.linkSpeed);
  into.raw(entry.name, nameLength);
}
