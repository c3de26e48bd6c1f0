/** IP networks: what `fd.net in (10.0.0.0/8)` compares with. */

import type { ByteString } from './host.ts';

export interface Net {
  /** 4 or 16 chars, network order. */
  readonly address: ByteString;
  readonly prefixBits: number;
}

/** False when the families differ. */
export function netContains(net: Net, address: ByteString): boolean {
  if (address.length !== net.address.length) return false;
  const whole = net.prefixBits >> 3;
  if (!address.startsWith(net.address.slice(0, whole))) return false;
  const rest = net.prefixBits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return (address.charCodeAt(whole) & mask) === (net.address.charCodeAt(whole) & mask);
}
