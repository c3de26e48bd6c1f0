/**
 * PT_SOCKADDR and PT_SOCKTUPLE: addresses of sockets as events carry them, decoded, and as text.
 */

import { type ByteString, host } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import { formatAddress, isMappedV4, mappedV4 } from './address.ts';
import { PPM_AF_INET, PPM_AF_INET6, PPM_AF_UNIX } from './constants.gen.ts';
import type { EventView } from './event-view.ts';
import { stringAt, unsigned64At } from './param-value.ts';

export type SocketAddress =
  /** `address` has 4 or 16 chars, network order. */
  | { readonly kind: 'ip'; readonly address: ByteString; readonly port: number }
  | { readonly kind: 'unix'; readonly path: ByteString }
  /** Only the family is recorded: PPM_AF_*. */
  | { readonly kind: 'other'; readonly family: number };

export type SocketTuple =
  | {
      readonly kind: 'ip';
      readonly sourceAddress: ByteString;
      readonly sourcePort: number;
      readonly destinationAddress: ByteString;
      readonly destinationPort: number;
    }
  | {
      readonly kind: 'unix';
      /** Kernel addresses of the two ends. */
      readonly source: Int64;
      readonly destination: Int64;
      readonly path: ByteString;
    }
  | { readonly kind: 'other'; readonly family: number };

/** Bytes of the family, a port and a kernel pointer. */
const FAMILY = 1;
const PORT = 2;
const POINTER = 8;

/** The address parameter at `index`. Undefined when it is empty or too short for its family. */
export function decodeSocketAddress(event: EventView, index: number): SocketAddress | undefined {
  return socketAddressAt(event, event.paramStart(index), event.paramLength(index));
}

/** The tuple parameter at `index`. Undefined when it is empty or too short for its family. */
export function decodeSocketTuple(event: EventView, index: number): SocketTuple | undefined {
  return socketTupleAt(event, event.paramStart(index), event.paramLength(index));
}

export function socketAddressAt(
  event: EventView,
  start: number,
  length: number,
): SocketAddress | undefined {
  if (length === 0) return undefined;
  const family = event.view.getUint8(start);
  const at = start + FAMILY;
  if (family === PPM_AF_UNIX) {
    const path = pathAt(event, at, start + length);
    return path === undefined ? undefined : { kind: 'unix', path };
  }
  const size = addressBytes(family);
  if (size === 0) return { kind: 'other', family };
  if (length < FAMILY + size + PORT) return undefined;
  const address = host.byteString(event.bytes, at, at + size);
  return { kind: 'ip', address, port: event.view.getUint16(at + size, true) };
}

export function socketTupleAt(
  event: EventView,
  start: number,
  length: number,
): SocketTuple | undefined {
  if (length === 0) return undefined;
  const family = event.view.getUint8(start);
  const at = start + FAMILY;
  if (family === PPM_AF_UNIX) {
    const path = pathAt(event, at + 2 * POINTER, start + length);
    if (path === undefined) return undefined;
    const source = unsigned64At(event, at);
    return { kind: 'unix', source, destination: unsigned64At(event, at + POINTER), path };
  }
  const size = addressBytes(family);
  if (size === 0) return { kind: 'other', family };
  if (length < FAMILY + 2 * (size + PORT)) return undefined;
  const second = at + size + PORT;
  return {
    kind: 'ip',
    sourceAddress: host.byteString(event.bytes, at, at + size),
    sourcePort: event.view.getUint16(at + size, true),
    destinationAddress: host.byteString(event.bytes, second, second + size),
    destinationPort: event.view.getUint16(second + size, true),
  };
}

function addressBytes(family: number): 0 | 4 | 16 {
  if (family === PPM_AF_INET) return 4;
  return family === PPM_AF_INET6 ? 16 : 0;
}

/** A path must be there and end in NUL; what follows its first NUL does not count. */
function pathAt(event: EventView, start: number, end: number): ByteString | undefined {
  if (end <= start || event.bytes[end - 1] !== 0) return undefined;
  return stringAt(event, start, end - start);
}

/** `127.0.0.1:80`, `::1:80` (never with brackets), a unix path, `family N`. */
export function formatSocketAddress(address: SocketAddress): ByteString {
  switch (address.kind) {
    case 'ip':
      return `${formatAddress(address.address)}:${address.port}`;
    case 'unix':
      return address.path;
    case 'other':
      return `family ${address.family}`;
  }
}

/**
 * `1.2.3.4:5->6.7.8.9:10`, `ffff1->ffff2 /path`, `family N`. Two IPv4-mapped IPv6 addresses read as
 * IPv4.
 */
export function formatSocketTuple(tuple: SocketTuple): ByteString {
  switch (tuple.kind) {
    case 'ip': {
      const { sourceAddress, destinationAddress } = tuple;
      const mapped = isMappedV4(sourceAddress) && isMappedV4(destinationAddress);
      const source = formatAddress(mapped ? mappedV4(sourceAddress) : sourceAddress);
      const destination = formatAddress(mapped ? mappedV4(destinationAddress) : destinationAddress);
      return `${source}:${tuple.sourcePort}->${destination}:${tuple.destinationPort}`;
    }
    case 'unix':
      return `${tuple.source.toString(16)}->${tuple.destination.toString(16)} ${tuple.path}`;
    case 'other':
      return `family ${tuple.family}`;
  }
}

/** What stands for an address or tuple that is too short for its family. */
export function formatDamagedSocket(family: number): ByteString {
  if (family === PPM_AF_UNIX) return 'INVALID PATH';
  return family === PPM_AF_INET ? 'INVALID IPv4' : 'INVALID IPv6';
}
