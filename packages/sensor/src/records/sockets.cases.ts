/** Sockets that are made, named, and closed on one side. */

import type { RecordCase } from './harness.ts';
import { failed } from './results.ts';
import {
  AF_INET,
  AF_NETLINK,
  AF_UNIX,
  abstractName,
  boundSocket,
  connection,
  ipv4,
  ipv6Loopback,
  loopback,
  NO_FD,
  portOf,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  skipWithoutIpv6,
  unixPath,
} from './test-sockets.ts';

const IPPROTO_UDP = 17;
const O_NONBLOCK = 0x40;
const O_CLOEXEC = 0x1000;
const SHUT_WR = 1;
const BACKLOG_MOST = 0x7fff_ffff;

const bind = 'PPME_SOCKET_BIND_X';

export const cases: readonly RecordCase[] = [
  {
    name: 'socket with its flags',
    event: 'PPME_SOCKET_SOCKET_X',
    run(calls) {
      const type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
      const fd = calls.syscall('socket', AF_INET, type, 0);
      return { fd, domain: AF_INET, type, proto: 0, flags: O_NONBLOCK | O_CLOEXEC };
    },
  },
  {
    name: 'socket of a protocol',
    event: 'PPME_SOCKET_SOCKET_X',
    run(calls) {
      const fd = calls.syscall('socket', AF_INET, SOCK_DGRAM, IPPROTO_UDP);
      return { fd, domain: AF_INET, type: SOCK_DGRAM, proto: IPPROTO_UDP, flags: 0 };
    },
  },
  {
    name: 'socket of a domain that does not exist, whose low byte does',
    event: 'PPME_SOCKET_SOCKET_X',
    run(calls) {
      const fd = calls.syscall('socket', 0x100 + AF_INET, SOCK_STREAM, 0);
      return { fd: failed('EAFNOSUPPORT', fd), domain: 0, type: 1, proto: 0, flags: 0 };
    },
  },
  {
    name: 'socketpair',
    event: 'PPME_SOCKET_SOCKETPAIR_X',
    run(calls) {
      const fds = new Uint8Array(8);
      const res = calls.syscall('socketpair', AF_UNIX, SOCK_STREAM, 0, fds);
      const view = new DataView(fds.buffer);
      const kernelAddress = { between: [0xffff_0000_0000_0000n, 0xffff_ffff_ffff_ffffn] } as const;
      return {
        res,
        fd1: view.getInt32(0, true),
        fd2: view.getInt32(4, true),
        source: kernelAddress,
        peer: kernelAddress,
        domain: AF_UNIX,
        type: SOCK_STREAM,
        proto: 0,
      };
    },
  },
  {
    name: 'socketpair of a family that has none',
    event: 'PPME_SOCKET_SOCKETPAIR_X',
    run(calls) {
      const res = calls.syscall('socketpair', AF_INET, SOCK_STREAM, 0, new Uint8Array(8));
      return {
        res: failed('EOPNOTSUPP', res),
        fd1: -1,
        fd2: -1,
        source: 0,
        peer: 0,
        domain: AF_INET,
        type: SOCK_STREAM,
        proto: 0,
      };
    },
  },
  {
    name: 'bind to a port of IPv4',
    event: bind,
    run(calls) {
      const free = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM, 0);
      const res = calls.syscall('bind', fd, free.sockaddr, free.sockaddr.length);
      return { res, addr: free.recorded, fd };
    },
  },
  {
    name: 'bind to a port of the kernel’s choice',
    event: bind,
    run(calls) {
      const any = ipv4('0.0.0.0', 0);
      const fd = calls.syscall('socket', AF_INET, SOCK_DGRAM, 0);
      const res = calls.syscall('bind', fd, any.sockaddr, any.sockaddr.length);
      return { res, addr: any.recorded, fd };
    },
  },
  {
    name: 'bind to IPv6',
    event: bind,
    skip: skipWithoutIpv6,
    run(calls) {
      const address = ipv6Loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, ipv6Loopback(0))));
      const fd = calls.syscall('socket', address.family, SOCK_STREAM, 0);
      const res = calls.syscall('bind', fd, address.sockaddr, address.sockaddr.length);
      return { res, addr: address.recorded, fd };
    },
  },
  {
    name: 'bind to a path',
    event: bind,
    run(calls) {
      const address = unixPath('bound.socket');
      const fd = calls.syscall('socket', AF_UNIX, SOCK_STREAM, 0);
      const res = calls.syscall('bind', fd, address.sockaddr, address.sockaddr.length);
      return { res, addr: address.recorded, fd };
    },
  },
  {
    name: 'bind to an abstract name that other bytes follow',
    event: bind,
    run(calls) {
      const address = abstractName(`saker-${calls.pid}`);
      const memory = calls.memory(Uint8Array.of(...address.sockaddr, 0x78, 0x78, 0x78));
      const fd = calls.syscall('socket', AF_UNIX, SOCK_STREAM, 0);
      const res = calls.syscall('bind', fd, memory.address, address.sockaddr.length);
      return { res, addr: address.recorded, fd };
    },
  },
  {
    name: 'bind of a socket of another family',
    event: bind,
    run(calls) {
      const address = Uint8Array.of(AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
      const fd = calls.syscall('socket', AF_NETLINK, SOCK_DGRAM, 0);
      return { res: calls.syscall('bind', fd, address, address.length), addr: null, fd };
    },
  },
  {
    name: 'bind to an address in use',
    event: bind,
    run(calls) {
      const taken = loopback(portOf(calls, boundSocket(calls, SOCK_STREAM, loopback(0))));
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM, 0);
      const res = calls.syscall('bind', fd, taken.sockaddr, taken.sockaddr.length);
      return { res: failed('EADDRINUSE', res), addr: taken.recorded, fd };
    },
  },
  {
    name: 'bind to an address that cannot be read',
    event: bind,
    run(calls) {
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM, 0);
      const res = calls.syscall('bind', fd, 8, 16);
      return { res: failed('EFAULT', res), addr: null, fd };
    },
  },
  {
    name: 'bind to an address that is too short',
    event: bind,
    run(calls) {
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM, 0);
      const res = calls.syscall('bind', fd, loopback(0).sockaddr, 6);
      return { res: failed('EINVAL', res), addr: null, fd };
    },
  },
  {
    name: 'bind of what is no socket',
    event: bind,
    run(calls) {
      const address = loopback(4711);
      const fd = calls.syscall('dup', 1);
      const res = calls.syscall('bind', fd, address.sockaddr, address.sockaddr.length);
      return { res: failed('ENOTSOCK', res), addr: address.recorded, fd };
    },
  },
  {
    name: 'listen',
    event: 'PPME_SOCKET_LISTEN_X',
    run(calls) {
      const fd = boundSocket(calls, SOCK_STREAM, loopback(0));
      return { res: calls.syscall('listen', fd, BACKLOG_MOST), fd, backlog: BACKLOG_MOST };
    },
  },
  {
    name: 'listen with a negative backlog on a closed descriptor',
    event: 'PPME_SOCKET_LISTEN_X',
    run(calls) {
      const res = calls.syscall('listen', NO_FD, -1);
      return { res: failed('EBADF', res), fd: NO_FD, backlog: -1 };
    },
  },
  {
    name: 'shutdown',
    event: 'PPME_SOCKET_SHUTDOWN_X',
    run(calls) {
      const { client: fd } = connection(calls, loopback);
      return { res: calls.syscall('shutdown', fd, SHUT_WR), fd, how: SHUT_WR };
    },
  },
  {
    name: 'shutdown in a way that there is not',
    event: 'PPME_SOCKET_SHUTDOWN_X',
    run(calls) {
      const { client: fd } = connection(calls, loopback);
      const res = calls.syscall('shutdown', fd, 3);
      return { res: failed('EINVAL', res), fd, how: 0xff };
    },
  },
  {
    name: 'getsockname',
    event: 'PPME_SOCKET_GETSOCKNAME_X',
    run(calls) {
      portOf(calls, boundSocket(calls, SOCK_STREAM, loopback(0)));
      return {};
    },
  },
  {
    name: 'getpeername',
    event: 'PPME_SOCKET_GETPEERNAME_X',
    run(calls) {
      calls.syscall('getpeername', NO_FD, null, null);
      return {};
    },
  },
];
