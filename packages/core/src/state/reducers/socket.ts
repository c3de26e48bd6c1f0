/**
 * socket, bind, accept, accept4, socketpair: sockets come to be, and get their first name.
 * connect.ts has connect.
 */

import { isMappedV4 } from '../../events/address.ts';
import {
  PPM_AF_INET,
  PPM_AF_INET6,
  PPM_AF_NETLINK,
  PPM_AF_UNIX,
  PPM_O_CLOEXEC,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FdType, L4 } from '../../events/fd-type.ts';
import {
  decodeSocketAddress,
  decodeSocketTuple,
  formatSocketAddress,
  type SocketTuple,
} from '../../events/socket-address.ts';
import type { EventContext } from '../event-context.ts';
import { FdInfo, Role } from '../fd-info.ts';
import { setIpTuple, setUnixTuple } from '../socket-ends.ts';
import type { ReducerRows } from './reducer.ts';

/** Linux' numbers. */
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
/** SOCK_NONBLOCK and SOCK_CLOEXEC are bits above the type. */
const SOCK_TYPE_MASK = 0xff;
const IPPROTO_IP = 0;
const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_RAW = 255;

function socket(context: EventContext): void {
  const { event } = context;
  const number = event.i64(0);
  if (number < 0) return;
  const fd = new FdInfo(socketType(event.u32(1)));
  if (fd.isIpSocket) fd.l4proto = transportOf(event.u32(2), event.u32(3));
  fd.openFlags = event.u32(4);
  fd.closeOnExec = (fd.openFlags & PPM_O_CLOEXEC) !== 0;
  context.addFd(number, fd);
}

function socketType(domain: number): FdType {
  switch (domain) {
    case PPM_AF_UNIX:
      return FdType.UNIX_SOCK;
    case PPM_AF_INET:
      return FdType.IPV4_SOCK;
    case PPM_AF_INET6:
      return FdType.IPV6_SOCK;
    case PPM_AF_NETLINK:
      return FdType.NETLINK;
    default:
      return FdType.UNKNOWN;
  }
}

function transportOf(type: number, protocol: number): L4 {
  switch (protocol) {
    case IPPROTO_TCP:
      return type === SOCK_RAW ? L4.RAW : L4.TCP;
    case IPPROTO_UDP:
      return type === SOCK_RAW ? L4.RAW : L4.UDP;
    case IPPROTO_ICMP:
      return type === SOCK_RAW ? L4.RAW : L4.ICMP;
    case IPPROTO_RAW:
      return L4.RAW;
    case IPPROTO_IP:
      return defaultTransport(type & SOCK_TYPE_MASK);
    default:
      return L4.UNKNOWN;
  }
}

function defaultTransport(type: number): L4 {
  if (type === SOCK_STREAM) return L4.TCP;
  return type === SOCK_DGRAM ? L4.UDP : L4.UNKNOWN;
}

/** Who binds to a port wants to be found there: the socket counts as listening from now on. */
function bind(context: EventContext): void {
  const { event } = context;
  const bound = event.i64(0) < 0 ? undefined : decodeSocketAddress(event, 1);
  const fd = bound === undefined ? undefined : context.ownFd();
  if (fd === undefined || bound === undefined) return;
  const before = fd.name;
  if (bound.kind === 'ip' && bound.port > 0) {
    const isV4 = bound.address.length === 4 || isMappedV4(bound.address);
    fd.type = isV4 ? FdType.IPV4_SERVSOCK : FdType.IPV6_SERVSOCK;
    fd.sourceAddress = isV4 ? bound.address.slice(-4) : bound.address;
    fd.sourcePort = bound.port;
    fd.destinationAddress = '';
    fd.destinationPort = 0;
    fd.role = Role.SERVER;
  }
  fd.setName(formatSocketAddress(bound));
  context.fdNameChanged = fd.name !== before;
}

function accept(context: EventContext): void {
  acceptSocket(context, 0);
}

function accept4(context: EventContext): void {
  acceptSocket(context, context.event.u32(5));
}

function acceptSocket(context: EventContext, flags: number): void {
  const { event, fds } = context;
  const number = event.i64(0);
  if (number < 0) return;
  const tuple = decodeSocketTuple(event, 1);
  if (tuple === undefined || tuple.kind === 'other') {
    context.fdNumber = number;
    context.fd = fds?.get(number);
    return;
  }
  const fd = acceptedFd(tuple);
  fd.role = Role.SERVER;
  fd.connected = true;
  fd.openFlags = flags & PPM_O_CLOEXEC;
  fd.closeOnExec = fd.openFlags !== 0;
  context.addFd(number, fd);
}

function acceptedFd(tuple: Exclude<SocketTuple, { kind: 'other' }>): FdInfo {
  const fd = new FdInfo(FdType.UNIX_SOCK);
  if (tuple.kind === 'unix') {
    setUnixTuple(fd, tuple, tuple.path);
  } else {
    fd.l4proto = L4.TCP;
    setIpTuple(fd, tuple);
    fd.tupleChanged();
  }
  return fd;
}

/**
 * The event's entry is that of the first descriptor, its number that of the second: both ends are
 * alike.
 */
function socketpair(context: EventContext): void {
  const { event } = context;
  const first = event.i64(1);
  const second = event.i64(2);
  if (event.i64(0) < 0 || first === second) return;
  const fd = new FdInfo(FdType.UNIX_SOCK);
  fd.unixEnds = unixEndsParam(context);
  context.addFd(second, fd.copy());
  context.addFd(first, fd);
  context.fdNumber = second;
}

function unixEndsParam({ event }: EventContext): string {
  const ends = event.raw(3) + event.raw(4);
  return ends.length === 16 ? ends : '';
}

export const socketReducers: ReducerRows = [
  [PPME.PPME_SOCKET_SOCKET_X, socket],
  [PPME.PPME_SOCKET_BIND_X, bind],
  [PPME.PPME_SOCKET_ACCEPT_5_X, accept],
  [PPME.PPME_SOCKET_ACCEPT4_6_X, accept4],
  [PPME.PPME_SOCKET_SOCKETPAIR_X, socketpair],
];
