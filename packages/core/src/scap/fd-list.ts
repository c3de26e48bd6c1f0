/**
 * Entries of descriptor lists. Version 2 puts the entry's length before it, and lets it grow at its
 * end.
 */

import { assert } from '../base/assert.ts';
import type { ByteString } from '../base/host.ts';
import { FdType } from '../events/fd-type.ts';
import type { FdEntry, Transport } from '../events/snapshot.ts';
import type { ByteBuilder } from './byte-builder.ts';
import type { ByteCursor } from './byte-cursor.ts';

/** SCAP_MAX_PATH_SIZE less the NUL: libscap's reader refuses more. */
const NAME_BYTES_MAX = 1023;

/** What an entry holds after the descriptor's number, inode and type. */
type Payload = 'nothing' | 'name' | 'file' | 'unix' | 'socket' | 'listener';

const payloads: readonly Payload[] = Array.from({ length: FdType.PIDFD + 1 }, (_, type) => {
  switch (type) {
    case FdType.UNKNOWN:
      return 'nothing';
    case FdType.FILE_V2:
      return 'file';
    case FdType.UNIX_SOCK:
      return 'unix';
    case FdType.IPV4_SOCK:
    case FdType.IPV6_SOCK:
      return 'socket';
    case FdType.IPV4_SERVSOCK:
    case FdType.IPV6_SERVSOCK:
      return 'listener';
    default:
      return 'name';
  }
});

function addressBytes(type: number): 4 | 16 {
  return type === FdType.IPV4_SOCK || type === FdType.IPV4_SERVSOCK ? 4 : 16;
}

export function decodeFd(cursor: ByteCursor, version: number): FdEntry {
  const sized = version >= 2;
  if (sized) cursor.limitTo(cursor.u32());
  const head = { fd: cursor.id(), ino: cursor.u64(), type: cursor.u8() };
  const payload = payloads[head.type];
  switch (payload) {
    case 'nothing':
      return { ...head, name: '' };
    case 'name':
      return { ...head, name: cursor.string(NAME_BYTES_MAX) };
    case 'file': {
      const openFlags = cursor.u32();
      const name = cursor.string(NAME_BYTES_MAX);
      const dev = sized && cursor.rest >= 4 ? cursor.u32() : 0;
      return { ...head, name, openFlags, dev };
    }
    case 'unix': {
      const unixSource = cursor.u64();
      const unixDestination = cursor.u64();
      return { ...head, name: cursor.string(NAME_BYTES_MAX), unixSource, unixDestination };
    }
    case 'socket':
      return { ...head, name: '', transport: decodeSocket(cursor, addressBytes(head.type)) };
    case 'listener':
      return { ...head, name: '', transport: decodeListener(cursor, addressBytes(head.type)) };
    default:
      if (!sized) {
        cursor.fail(`descriptor type ${head.type}, but there are 0 to ${payloads.length - 1}`);
      }
      // Named as libscap names it, which is what `fd.name` then shows.
      return { ...head, type: FdType.UNSUPPORTED, name: `unknown-type:[${head.type}]` };
  }
}

function decodeSocket(cursor: ByteCursor, width: number): Transport {
  return {
    sourceAddress: cursor.raw(width),
    destinationAddress: cursor.raw(width),
    sourcePort: cursor.u16(),
    destinationPort: cursor.u16(),
    l4proto: cursor.u8(),
  };
}

function decodeListener(cursor: ByteCursor, width: number): Transport {
  return {
    sourceAddress: cursor.raw(width),
    destinationAddress: '',
    sourcePort: cursor.u16(),
    destinationPort: 0,
    l4proto: cursor.u8(),
  };
}

/** False, with nothing written, for types that the format has no entry for. */
export function encodeFd(into: ByteBuilder, entry: FdEntry): boolean {
  const payload = payloads[entry.type];
  if (payload === undefined || payload === 'nothing') return false;
  const start = into.length;
  into.u32(0);
  into.u64(entry.fd);
  into.u64(entry.ino);
  into.u8(entry.type);
  encodePayload(into, payload, entry);
  into.patchU32(start, into.length - start);
  return true;
}

function encodePayload(into: ByteBuilder, payload: Payload, entry: FdEntry): void {
  switch (payload) {
    case 'file':
      into.u32(entry.openFlags ?? 0);
      into.string(entry.name, NAME_BYTES_MAX);
      into.u32(entry.dev ?? 0);
      return;
    case 'unix':
      into.u64(entry.unixSource ?? 0);
      into.u64(entry.unixDestination ?? 0);
      into.string(entry.name, NAME_BYTES_MAX);
      return;
    case 'socket':
    case 'listener':
      encodeTransport(into, payload, entry);
      return;
    default:
      into.string(entry.name, NAME_BYTES_MAX);
  }
}

function encodeTransport(into: ByteBuilder, payload: Payload, entry: FdEntry): void {
  const { transport } = entry;
  const width = addressBytes(entry.type);
  assert(transport !== undefined, `descriptor ${entry.fd} is an IP socket without its transport`);
  encodeAddress(into, transport.sourceAddress, width);
  if (payload === 'socket') encodeAddress(into, transport.destinationAddress, width);
  into.u16(transport.sourcePort);
  if (payload === 'socket') into.u16(transport.destinationPort);
  into.u8(transport.l4proto);
}

function encodeAddress(into: ByteBuilder, address: ByteString, width: number): void {
  assert(address.length === width, `an address of ${address.length} bytes where ${width} belong`);
  into.raw(address, width);
}
