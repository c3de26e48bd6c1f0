/** What several fields ask about descriptors. */

import type { ByteString } from '../base/host.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import { type FdInfo, Role } from '../state/fd-info.ts';

const ANY_V4 = '\0'.repeat(4);
const ANY_V6 = '\0'.repeat(16);

/** A socket without addresses yet has those of all zeros. */
export function addressOf(fd: FdInfo, end: 'source' | 'destination'): ByteString {
  const address = end === 'source' ? fd.sourceAddress : fd.destinationAddress;
  if (address !== '') return address;
  const isV4 = fd.type === FdType.IPV4_SOCK || fd.type === FdType.IPV4_SERVSOCK;
  return isV4 ? ANY_V4 : ANY_V6;
}

export function isRegularFile(fd: FdInfo): boolean {
  return fd.type === FdType.FILE || fd.type === FdType.FILE_V2;
}

/** Sockets that are, or can become, connected: both ends are addresses. */
export function isIpConnection(fd: FdInfo): boolean {
  return fd.type === FdType.IPV4_SOCK || fd.type === FdType.IPV6_SOCK;
}

/**
 * The protocol as it is shown: not before the socket is bound or connected, raw sockets excepted.
 */
export function shownProtocol(fd: FdInfo): L4 {
  if (!fd.isIpSocket) return L4.NA;
  if (isIpConnection(fd) && fd.role === Role.NONE && fd.l4proto !== L4.RAW) return L4.NA;
  return fd.l4proto;
}
