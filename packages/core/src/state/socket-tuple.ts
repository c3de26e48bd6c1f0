/**
 * Hot. Tuples that sends and receives carry, compared with what a socket already has in the event's
 * bytes, so that a datagram between ends that are known costs no string. Benchmark: state in
 * bench/.
 */

import { type ByteString, host } from '../base/host.ts';
import { PPM_AF_INET, PPM_AF_INET6, PPM_AF_UNIX } from '../events/constants.gen.ts';
import type { EventView } from '../events/event-view.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import { decodeSocketTuple, formatSocketTuple } from '../events/socket-address.ts';
import type { EventContext } from './event-context.ts';
import { type FdInfo, Role } from './fd-info.ts';
import { guessZeroEnd } from './local-addresses.ts';
import { unixTupleText } from './tuple.ts';

const V6_BYTES = 16;
const V4_BYTES = 4;
const PORT_BYTES = 2;
const UNIX_ENDS_BYTES = 16;

/**
 * Where the parts of an ip tuple lie in the event's bytes. There is one, placed anew for each
 * tuple.
 */
class IpTuple {
  bytes: Uint8Array = new Uint8Array(0);
  /** 4 or 16. */
  size = 0;
  source = 0;
  destination = 0;
  sourcePort = 0;
  destinationPort = 0;

  /** `at` is behind the family. Two IPv4-mapped IPv6 addresses count as IPv4. */
  place(event: EventView, at: number, size: number): void {
    const second = at + size + PORT_BYTES;
    this.bytes = event.bytes;
    this.sourcePort = event.view.getUint16(at + size, true);
    this.destinationPort = event.view.getUint16(second + size, true);
    const isMapped =
      size === V6_BYTES && isMappedAt(this.bytes, at) && isMappedAt(this.bytes, second);
    const skipped = isMapped ? V6_BYTES - V4_BYTES : 0;
    this.size = size - skipped;
    this.source = at + skipped;
    this.destination = second + skipped;
  }

  isOf(fd: FdInfo): boolean {
    return (
      fd.sourcePort === this.sourcePort &&
      fd.destinationPort === this.destinationPort &&
      isAt(this.bytes, this.source, this.size, fd.sourceAddress) &&
      isAt(this.bytes, this.destination, this.size, fd.destinationAddress)
    );
  }

  isMirrorOf(fd: FdInfo): boolean {
    return (
      fd.sourcePort === this.destinationPort &&
      fd.destinationPort === this.sourcePort &&
      isAt(this.bytes, this.destination, this.size, fd.sourceAddress) &&
      isAt(this.bytes, this.source, this.size, fd.destinationAddress)
    );
  }

  giveTo(fd: FdInfo): void {
    fd.sourceAddress = host.byteString(this.bytes, this.source, this.source + this.size);
    fd.destinationAddress = host.byteString(
      this.bytes,
      this.destination,
      this.destination + this.size,
    );
    fd.sourcePort = this.sourcePort;
    fd.destinationPort = this.destinationPort;
  }
}

const tuple = new IpTuple();

/**
 * Gives the event's socket the tuple in parameter `index`; it has one, which is not empty.
 * `isReceive`: the peer is the source of what came, and whoever receives first is the server.
 */
export function updateTuple(context: EventContext, index: number, isReceive: boolean): void {
  const { event, fd } = context;
  if (fd === undefined) return;
  const start = event.paramStart(index);
  const length = event.paramLength(index);
  const family = event.bytes[start];
  if (family === PPM_AF_UNIX) {
    updateUnix(context, index);
    return;
  }
  const size = family === PPM_AF_INET ? V4_BYTES : family === PPM_AF_INET6 ? V6_BYTES : 0;
  if (size === 0 || length < 1 + 2 * (size + PORT_BYTES)) return;
  tuple.place(event, start + 1, size);
  const type = tuple.size === V4_BYTES ? FdType.IPV4_SOCK : FdType.IPV6_SOCK;
  if (fd.type === type && (tuple.isOf(fd) || tuple.isMirrorOf(fd))) return;
  if (fd.type === FdType.IPV6_SERVSOCK && type === FdType.IPV6_SOCK) {
    if (context.state.ipv6ListenersLoseTuple) {
      loseTuple(context, index);
      return;
    }
  }
  changeTuple(context, isReceive);
}

function changeTuple(context: EventContext, isReceive: boolean): void {
  const fd = context.ownFd();
  if (fd === undefined) return;
  const { name } = fd;
  fd.type = tuple.size === V4_BYTES ? FdType.IPV4_SOCK : FdType.IPV6_SOCK;
  tuple.giveTo(fd);
  // Of what changes its peer in mid-life: TCP could not.
  if (fd.l4proto === L4.UNKNOWN || fd.l4proto === L4.NA) fd.l4proto = L4.UDP;
  guessZeroEnd(fd, context.state.interfaces);
  if (fd.role === Role.NONE) fd.role = guessRole(context, fd, isReceive);
  if (fd.role === (isReceive ? Role.CLIENT : Role.SERVER)) fd.swapEnds();
  fd.tupleChanged();
  context.fdNameChanged = fd.name !== name;
}

/**
 * IPv4: whoever receives first is the server. IPv6: the client, unless IPv4 sockets of the process
 * have these very ports; Falco looks no further, and answers depend on it.
 */
function guessRole(context: EventContext, fd: FdInfo, isReceive: boolean): Role {
  const byFirstCall = isReceive ? Role.SERVER : Role.CLIENT;
  if (fd.type === FdType.IPV4_SOCK) return byFirstCall;
  let hasServerPort = false;
  let hasClientPort = false;
  for (const [, other] of context.fds?.entries() ?? []) {
    const isV4 = other.type === FdType.IPV4_SOCK;
    const isListener = other.type === FdType.IPV4_SERVSOCK;
    if (isV4 && other.destinationPort === fd.destinationPort) hasServerPort = true;
    if (isListener && other.sourcePort === fd.destinationPort) hasServerPort = true;
    if (isV4 && other.sourcePort === fd.sourcePort) hasClientPort = true;
  }
  if (!hasServerPort) return Role.CLIENT;
  return hasClientPort ? byFirstCall : Role.SERVER;
}

/**
 * What Falco makes of a bound IPv6 socket that receives: it writes the tuple over the memory of the
 * listening address but keeps the type, so the first bytes of the destination become port and
 * protocol.
 */
function loseTuple(context: EventContext, index: number): void {
  const { bytes, destination } = tuple;
  const fd = context.ownFd();
  if (fd === undefined) return;
  const name = formatTupleParam(context.event, index);
  context.fdNameChanged = fd.name !== name;
  fd.setName(name);
  tuple.giveTo(fd);
  fd.sourcePort = (bytes[destination] ?? 0) | ((bytes[destination + 1] ?? 0) << 8);
  fd.l4proto = L4.NA;
}

function formatTupleParam(event: EventView, index: number): ByteString {
  const decoded = decodeSocketTuple(event, index);
  return decoded === undefined ? '' : formatSocketTuple(decoded);
}

function updateUnix(context: EventContext, index: number): void {
  const { event, fd: known } = context;
  const { bytes } = event;
  const ends = event.paramStart(index) + 1;
  const path = ends + UNIX_ENDS_BYTES;
  const last = ends + event.paramLength(index) - 2;
  if (last < path || bytes[last] !== 0) return;
  const pathEnd = bytes.indexOf(0, path);
  const isKnown =
    known?.type === FdType.UNIX_SOCK && isAt(bytes, ends, UNIX_ENDS_BYTES, known.unixEnds);
  if (isKnown && known.isNamed && isTailAt(bytes, path, pathEnd, known.name)) return;
  const fd = context.ownFd();
  if (fd === undefined) return;
  const { name } = fd;
  fd.type = FdType.UNIX_SOCK;
  fd.unixEnds = host.byteString(bytes, ends, path);
  fd.setName(unixTupleText(fd.unixEnds, host.byteString(bytes, path, pathEnd)));
  context.fdNameChanged = fd.name !== name;
}

/**
 * Whether the bytes from `start` to `end` are what stands behind the blank of a unix socket's name.
 */
function isTailAt(bytes: Uint8Array, start: number, end: number, name: ByteString): boolean {
  const length = end - start;
  const blank = name.length - length - 1;
  if (blank < 0 || name.charCodeAt(blank) !== 0x20) return false;
  for (let i = 0; i < length; i++) {
    if (bytes[start + i] !== name.charCodeAt(blank + 1 + i)) return false;
  }
  return true;
}

function isAt(bytes: Uint8Array, start: number, size: number, address: ByteString): boolean {
  if (address.length !== size) return false;
  for (let i = 0; i < size; i++) {
    if (bytes[start + i] !== address.charCodeAt(i)) return false;
  }
  return true;
}

/** ::ffff:a.b.c.d, or all zeros. */
function isMappedAt(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false;
  if (bytes[at + 10] === 0xff && bytes[at + 11] === 0xff) return true;
  for (let i = 10; i < V6_BYTES; i++) if (bytes[at + i] !== 0) return false;
  return true;
}
