/** Connections that one end begins and the other accepts. */

import type { RecordCase } from './harness.ts';
import { failed } from './results.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  abstractName,
  boundSocket,
  connectedSocket,
  connection,
  ipv6Loopback,
  listeningSocket,
  loopback,
  mappedIpv4,
  NO_FD,
  noAddress,
  portOf,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  skipWithoutIpv6,
  tuple,
  unixPath,
  unixTuple,
} from './test-sockets.ts';

const connect = 'PPME_SOCKET_CONNECT_X';
const accept = 'PPME_SOCKET_ACCEPT_5_X';
const accept4 = 'PPME_SOCKET_ACCEPT4_6_X';
const O_NONBLOCK = 0x40;
const O_CLOEXEC = 0x1000;
const noQueue = { queuepct: 0, queuelen: 0, queuemax: 0 } as const;

export const cases: readonly RecordCase[] = [
  {
    name: 'connect over IPv4',
    event: connect,
    run(calls) {
      const to = loopback(portOf(calls, listeningSocket(calls, loopback(0))));
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return { res, tuple: tuple(loopback(portOf(calls, fd)), to), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect that goes on behind the call',
    event: connect,
    run(calls) {
      const to = loopback(portOf(calls, listeningSocket(calls, loopback(0))));
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return {
        res: failed('EINPROGRESS', res),
        tuple: tuple(loopback(portOf(calls, fd)), to),
        fd,
        addr: to.recorded,
      };
    },
  },
  {
    name: 'connect over IPv6',
    event: connect,
    skip: skipWithoutIpv6,
    run(calls) {
      const to = ipv6Loopback(portOf(calls, listeningSocket(calls, ipv6Loopback(0))));
      const fd = calls.syscall('socket', AF_INET6, SOCK_STREAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return { res, tuple: tuple(ipv6Loopback(portOf(calls, fd)), to), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect of a socket of IPv6 to an address of IPv4',
    event: connect,
    skip: skipWithoutIpv6,
    run(calls) {
      const to = mappedIpv4('127.0.0.1', portOf(calls, listeningSocket(calls, loopback(0))));
      const fd = calls.syscall('socket', AF_INET6, SOCK_STREAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      const from = mappedIpv4('127.0.0.1', portOf(calls, fd));
      return { res, tuple: tuple(from, to), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect of a datagram socket',
    event: connect,
    run(calls) {
      const to = loopback(4711);
      const fd = calls.syscall('socket', AF_INET, SOCK_DGRAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return { res, tuple: tuple(loopback(portOf(calls, fd)), to), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect that takes a datagram socket’s peer away',
    event: connect,
    run(calls) {
      const fd = connectedSocket(calls, SOCK_DGRAM, loopback(4711));
      const res = calls.syscall('connect', fd, new Uint8Array(16), 16);
      return { res, tuple: tuple(noAddress, noAddress), fd, addr: null };
    },
  },
  {
    name: 'connect to a path',
    event: connect,
    run(calls) {
      const to = unixPath(`${calls.folder}/stream.socket`);
      listeningSocket(calls, to);
      const fd = calls.syscall('socket', AF_UNIX, SOCK_STREAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      const path = `${calls.folder}/stream.socket`;
      return { res, tuple: unixTuple(path), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect to an abstract name',
    event: connect,
    run(calls) {
      const to = abstractName(`saker-${calls.pid}-stream`);
      listeningSocket(calls, to);
      const fd = calls.syscall('socket', AF_UNIX, SOCK_STREAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return { res, tuple: unixTuple(`saker-${calls.pid}-stream`), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect of a unix datagram socket',
    event: connect,
    run(calls) {
      const to = unixPath('datagram.socket');
      boundSocket(calls, SOCK_DGRAM, to);
      const fd = calls.syscall('socket', AF_UNIX, SOCK_DGRAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return { res, tuple: unixTuple('datagram.socket'), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect that is refused',
    event: connect,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_STREAM, loopback(0))));
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM, 0);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return { res: failed('ECONNREFUSED', res), tuple: null, fd, addr: to.recorded };
    },
  },
  {
    name: 'connect of a closed descriptor',
    event: connect,
    run(calls) {
      const to = loopback(4711);
      const res = calls.syscall('connect', NO_FD, to.sockaddr, to.sockaddr.length);
      return { res: failed('EBADF', res), tuple: null, fd: NO_FD, addr: to.recorded };
    },
  },
  {
    name: 'connect of what is no socket',
    event: connect,
    run(calls) {
      const to = unixPath('/dev/log');
      const fd = calls.syscall('dup', 1);
      const res = calls.syscall('connect', fd, to.sockaddr, to.sockaddr.length);
      return { res: failed('ENOTSOCK', res), tuple: null, fd, addr: to.recorded };
    },
  },
  {
    name: 'accept over IPv4',
    event: accept,
    run(calls) {
      const listening = listeningSocket(calls, loopback(0), 5);
      const server = loopback(portOf(calls, listening));
      const client = loopback(portOf(calls, connectedSocket(calls, SOCK_STREAM, server)));
      const fd = calls.syscall('accept', listening, null, null);
      return { fd, tuple: tuple(client, server), queuepct: 0, queuelen: 0, queuemax: 5 };
    },
  },
  {
    name: 'accept of one of two',
    event: accept,
    run(calls) {
      const listening = listeningSocket(calls, loopback(0), 4);
      const server = loopback(portOf(calls, listening));
      const client = loopback(portOf(calls, connectedSocket(calls, SOCK_STREAM, server)));
      connectedSocket(calls, SOCK_STREAM, server);
      const fd = calls.syscall('accept', listening, new Uint8Array(16), Uint8Array.of(16, 0, 0, 0));
      return { fd, tuple: tuple(client, server), queuepct: 25, queuelen: 1, queuemax: 4 };
    },
  },
  {
    name: 'accept where nobody waits',
    event: accept,
    run(calls) {
      const listening = boundSocket(calls, SOCK_STREAM | SOCK_NONBLOCK, loopback(0));
      calls.syscall('listen', listening, 1);
      const fd = calls.syscall('accept', listening, null, null);
      return { fd: failed('EAGAIN', fd), tuple: null, ...noQueue };
    },
  },
  {
    name: 'accept of a socket that does not listen',
    event: accept,
    run(calls) {
      const { client } = connection(calls, loopback);
      const fd = calls.syscall('accept', client, null, null);
      return { fd: failed('EINVAL', fd), tuple: null, ...noQueue };
    },
  },
  {
    name: 'accept4 over IPv6, with flags',
    event: accept4,
    skip: skipWithoutIpv6,
    run(calls) {
      const listening = listeningSocket(calls, ipv6Loopback(0), 7);
      const server = ipv6Loopback(portOf(calls, listening));
      const client = ipv6Loopback(portOf(calls, connectedSocket(calls, SOCK_STREAM, server)));
      const fd = calls.syscall('accept4', listening, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC);
      const queue = { queuepct: 0, queuelen: 0, queuemax: 7 };
      return { fd, tuple: tuple(client, server), ...queue, flags: O_NONBLOCK | O_CLOEXEC };
    },
  },
  {
    name: 'accept4 of a unix socket',
    event: accept4,
    run(calls) {
      const at = unixPath('accepting.socket');
      const listening = listeningSocket(calls, at, 1);
      connectedSocket(calls, SOCK_STREAM, at);
      const fd = calls.syscall('accept4', listening, null, null, 0);
      const queue = { queuepct: 0, queuelen: 0, queuemax: 1 };
      return { fd, tuple: unixTuple('accepting.socket'), ...queue, flags: 0 };
    },
  },
  {
    name: 'accept4 of a closed descriptor',
    event: accept4,
    run(calls) {
      const fd = calls.syscall('accept4', NO_FD, null, null, 0);
      return { fd: failed('EBADF', fd), tuple: null, ...noQueue, flags: 0 };
    },
  },
];
