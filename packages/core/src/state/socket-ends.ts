/** Sockets take over the ends that an accept or connect names. */

import type { ByteString } from '../base/host.ts';
import { highWord, type Int64, lowWord } from '../base/int64.ts';
import { isMappedV4, mappedV4 } from '../events/address.ts';
import { FdType } from '../events/fd-type.ts';
import type { SocketTuple } from '../events/socket-address.ts';
import type { FdInfo } from './fd-info.ts';
import { unixTupleText } from './tuple.ts';

export type IpTuple = Extract<SocketTuple, { kind: 'ip' }>;
export type UnixTuple = Extract<SocketTuple, { kind: 'unix' }>;

/**
 * Two IPv4-mapped IPv6 addresses make an IPv4 socket. True when the socket had other ends before:
 * not the same ones in either order. The caller names the socket.
 */
export function setIpTuple(fd: FdInfo, tuple: IpTuple): boolean {
  const isMapped = isMappedV4(tuple.sourceAddress) && isMappedV4(tuple.destinationAddress);
  const source = isMapped ? mappedV4(tuple.sourceAddress) : tuple.sourceAddress;
  const destination = isMapped ? mappedV4(tuple.destinationAddress) : tuple.destinationAddress;
  const { sourcePort, destinationPort } = tuple;
  fd.type = source.length === 4 ? FdType.IPV4_SOCK : FdType.IPV6_SOCK;
  if (hasEnds(fd, [source, sourcePort, destination, destinationPort])) return false;
  if (hasEnds(fd, [destination, destinationPort, source, sourcePort])) return false;
  fd.sourceAddress = source;
  fd.sourcePort = sourcePort;
  fd.destinationAddress = destination;
  fd.destinationPort = destinationPort;
  return true;
}

type Ends = readonly [ByteString, sourcePort: number, ByteString, destinationPort: number];

function hasEnds(fd: FdInfo, [source, sourcePort, destination, destinationPort]: Ends): boolean {
  return (
    fd.sourceAddress === source &&
    fd.sourcePort === sourcePort &&
    fd.destinationAddress === destination &&
    fd.destinationPort === destinationPort
  );
}

/** `path` may be another than the tuple's: see connect. */
export function setUnixTuple(fd: FdInfo, tuple: UnixTuple, path: ByteString): void {
  fd.unixEnds = pointerBytes(tuple.source) + pointerBytes(tuple.destination);
  fd.setName(unixTupleText(fd.unixEnds, path));
}

/** A kernel address as the 8 bytes of PT_SOCKTUPLE. */
export function pointerBytes(pointer: Int64): ByteString {
  return wordBytes(lowWord(pointer)) + wordBytes(highWord(pointer));
}

function wordBytes(word: number): ByteString {
  return String.fromCharCode(
    word & 0xff,
    (word >>> 8) & 0xff,
    (word >>> 16) & 0xff,
    (word >>> 24) & 0xff,
  );
}
