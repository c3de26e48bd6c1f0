/** How socket tuples read: `fd.name` of sockets whose name is not a path. */

import type { ByteString } from '../base/host.ts';
import { formatAddress } from '../events/address.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import type { FdInfo } from './fd-info.ts';

/**
 * "" until an address is known; `sip:sport->dip:dport`, listening `ip:port`, icmp and raw without
 * ports.
 */
export function tupleText(fd: FdInfo): ByteString {
  if (fd.sourceAddress === '') return '';
  const source = formatAddress(fd.sourceAddress);
  if (fd.isListening) return `${source}:${fd.sourcePort}`;
  const destination = formatAddress(fd.destinationAddress);
  if (fd.l4proto === L4.TCP || fd.l4proto === L4.UDP) {
    return `${source}:${fd.sourcePort}->${destination}:${fd.destinationPort}`;
  }
  // Falco has a form without ports for raw sockets of IPv4 only.
  const isPortless =
    fd.l4proto === L4.ICMP || (fd.l4proto === L4.RAW && fd.type === FdType.IPV4_SOCK);
  return isPortless ? `${source}->${destination}` : '<unknown>';
}

/**
 * `src->dst path`: kernel addresses in lower-case hex without padding. `ends` as in
 * FdInfo.unixEnds.
 */
export function unixTupleText(ends: ByteString, path: ByteString): ByteString {
  return `${hexOf(ends, 0)}->${hexOf(ends, 8)} ${path}`;
}

function hexOf(bytes: ByteString, at: number): string {
  let hex = '';
  for (let i = at + 7; i >= at; i--) hex += bytes.charCodeAt(i).toString(16).padStart(2, '0');
  return hex.replace(/^0{1,15}/, '');
}

/** `sip:sport->dip:dport`, whatever the protocol. */
export function addressPairText(fd: FdInfo): ByteString {
  const source = formatAddress(fd.sourceAddress);
  const destination = formatAddress(fd.destinationAddress);
  return `${source}:${fd.sourcePort}->${destination}:${fd.destinationPort}`;
}
