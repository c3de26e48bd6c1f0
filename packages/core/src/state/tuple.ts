/** How addresses and socket tuples read: semantics of `fd.name` for ip sockets. */

import type { ByteString } from '../base/host.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import type { FdInfo } from './fd-info.ts';
import { formatAddress } from '../events/address.ts';

/** "" until an address is known; `sip:sport->dip:dport`, listening `ip:port`, icmp and raw without ports. */
export function tupleText(fd: FdInfo): ByteString {
  if (fd.sourceAddress === '') return '';
  const source = formatAddress(fd.sourceAddress);
  if (fd.type === FdType.IPV4_SERVSOCK || fd.type === FdType.IPV6_SERVSOCK) {
    return `${source}:${fd.sourcePort}`;
  }
  const destination = formatAddress(fd.destinationAddress);
  if (fd.l4proto === L4.TCP || fd.l4proto === L4.UDP) {
    return `${source}:${fd.sourcePort}->${destination}:${fd.destinationPort}`;
  }
  if (fd.l4proto === L4.ICMP || fd.l4proto === L4.RAW) return `${source}->${destination}`;
  return '<unknown>';
}
