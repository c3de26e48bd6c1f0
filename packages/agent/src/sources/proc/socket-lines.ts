/**
 * Lines of /proc/<pid>/net/{tcp,udp,raw,icmp,unix,netlink ...}. Numbers of addresses are printed as
 * the processor holds them; little-endian is what this is for.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import { type Int64, unsigned64 } from '@saker/core/base/int64.ts';
import { FdType, type L4 } from '@saker/core/events/fd-type.ts';
import type { FdEntry } from '@saker/core/events/snapshot.ts';

/** What a descriptor list says of a socket, whichever descriptor it is. */
export type SocketEntry = Omit<FdEntry, 'fd'>;

const NO_ADDRESS_V4 = '\0'.repeat(4);
const NO_ADDRESS_V6 = '\0'.repeat(16);

/** `sl local remote st queues tr:tm retransmits uid timeout inode`. */
const ipLine =
  /^ *\d+: ([0-9A-F]{8,32}):([0-9A-F]{4}) ([0-9A-F]{8,32}):([0-9A-F]{4})(?: +\S+){6} +(\d+)/;
/** `Num: RefCount Protocol Flags Type St Inode Path`; any byte may be in a path. */
const unixLine = /^([0-9a-fA-F]{8,16}): \S+ \S+ \S+ \S+ \S+ +(\d+)(?: ([^]*))?$/;
/** `sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode`. */
const netlinkLine = /^[0-9a-fA-F]+ +\d+ +\d+ +[0-9a-fA-F]+ +\S+ +\S+ +\S+ +\d+ +\d+ +(\d+)/;

/** As Falco tells them apart: without a peer it listens. */
export function parseIpSocket(line: ByteString, l4proto: L4): SocketEntry | undefined {
  const found = ipLine.exec(line);
  if (found === null) return undefined;
  const [, source = '', sourcePort = '', destination = '', destinationPort = '', ino] = found;
  const sourceAddress = address(source);
  const destinationAddress = address(destination);
  const isV4 = sourceAddress.length === NO_ADDRESS_V4.length;
  const isListening = destinationAddress === (isV4 ? NO_ADDRESS_V4 : NO_ADDRESS_V6);
  const transport = {
    sourceAddress,
    destinationAddress,
    sourcePort: Number.parseInt(sourcePort, 16),
    destinationPort: isListening ? 0 : Number.parseInt(destinationPort, 16),
    l4proto,
  };
  return { type: socketType(isV4, isListening), ino: Number(ino), name: '', transport };
}

function socketType(isV4: boolean, isListening: boolean): FdType {
  if (isV4) return isListening ? FdType.IPV4_SERVSOCK : FdType.IPV4_SOCK;
  return isListening ? FdType.IPV6_SERVSOCK : FdType.IPV6_SOCK;
}

/** 4 or 16 chars, network order: words of eight digits, each with its lowest byte first. */
function address(hex: ByteString): ByteString {
  let bytes = '';
  for (let at = 0; at < hex.length; at += 8) {
    const word = Number.parseInt(hex.slice(at, at + 8), 16);
    bytes += String.fromCharCode(
      word & 0xff,
      (word >>> 8) & 0xff,
      (word >>> 16) & 0xff,
      word >>> 24,
    );
  }
  return bytes;
}

export function parseUnixSocket(line: ByteString): SocketEntry | undefined {
  const found = unixLine.exec(line);
  if (found === null) return undefined;
  const [, source = '', ino, name = ''] = found;
  return {
    type: FdType.UNIX_SOCK,
    ino: Number(ino),
    name,
    unixSource: hex64(source),
    unixDestination: 0,
  };
}

function hex64(hex: string): Int64 {
  const high = hex.slice(0, -8);
  return unsigned64(
    Number.parseInt(hex.slice(-8), 16),
    high === '' ? 0 : Number.parseInt(high, 16),
  );
}

export function parseNetlinkSocket(line: ByteString): SocketEntry | undefined {
  const ino = netlinkLine.exec(line)?.[1];
  return ino === undefined ? undefined : { type: FdType.NETLINK, ino: Number(ino), name: '' };
}
