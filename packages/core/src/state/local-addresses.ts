/**
 * Which address of this machine stands behind an end of a connection that a capture left at zero.
 */

import type { ByteString } from '../base/host.ts';
import { FdType } from '../events/fd-type.ts';
import type { NetworkInterface } from '../events/snapshot.ts';
import type { FdInfo } from './fd-info.ts';

const ZERO_V4 = '\0'.repeat(4);
const ZERO_V6 = '\0'.repeat(16);
const LOOPBACK_V4 = '\x7f\0\0\x01';
const LOOPBACK_V6 = `${'\0'.repeat(15)}\x01`;
/** Two IPv6 addresses with the same first 64 bits are taken for neighbours. */
const V6_NETWORK_BYTES = 8;

/**
 * An all-zero end of an ip socket becomes the interface address that speaks with the other end:
 * equal to it, else in its network, else the first that is not loopback. Not when both ends would
 * then be the same.
 */
export function guessZeroEnd(fd: FdInfo, interfaces: readonly NetworkInterface[]): void {
  if (fd.type !== FdType.IPV4_SOCK && fd.type !== FdType.IPV6_SOCK) return;
  const zero = fd.type === FdType.IPV4_SOCK ? ZERO_V4 : ZERO_V6;
  const isSource = fd.sourceAddress === zero;
  if (!isSource && fd.destinationAddress !== zero) return;
  const other = isSource ? fd.destinationAddress : fd.sourceAddress;
  const guess = addressTowards(other, interfaces) ?? zero;
  if (guess === other && fd.sourcePort === fd.destinationPort) return;
  if (isSource) fd.sourceAddress = guess;
  else fd.destinationAddress = guess;
}

function addressTowards(
  other: ByteString,
  interfaces: readonly NetworkInterface[],
): ByteString | undefined {
  const loopback = other.length === 4 ? LOOPBACK_V4 : LOOPBACK_V6;
  let neighbour: ByteString | undefined;
  let outside: ByteString | undefined;
  for (const { address, netmask } of interfaces) {
    if (address.length !== other.length) continue;
    if (address === other) return address;
    if (sameNetwork(address, other, netmask)) neighbour ??= address;
    if (address !== loopback) outside ??= address;
  }
  return neighbour ?? outside;
}

function sameNetwork(left: ByteString, right: ByteString, netmask: ByteString): boolean {
  if (left.length === 16) return right.startsWith(left.slice(0, V6_NETWORK_BYTES));
  for (let at = 0; at < 4; at++) {
    const mask = netmask.charCodeAt(at);
    if ((left.charCodeAt(at) & mask) !== (right.charCodeAt(at) & mask)) return false;
  }
  return true;
}
