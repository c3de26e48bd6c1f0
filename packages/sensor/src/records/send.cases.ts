/** Data that leaves through sockets. */

import type { Calls, Expected, RecordCase } from './harness.ts';
import { failed } from './results.ts';
import {
  AF_UNIX,
  abstractName,
  boundSocket,
  connectedSocket,
  connection,
  ipv4,
  ipv6Loopback,
  loopback,
  mappedIpv4,
  messageHeader,
  messageHeaders,
  NO_FD,
  noAddress,
  portOf,
  SNAP_BYTES,
  SOCK_DGRAM,
  SOCK_STREAM,
  skipWithoutIpv6,
  type TestAddress,
  tuple,
  unixPath,
  unixTuple,
} from './test-sockets.ts';

const sendto = 'PPME_SOCKET_SENDTO_X';
const sendmsg = 'PPME_SOCKET_SENDMSG_X';
const sendmmsg = 'PPME_SOCKET_SENDMMSG_X';
const MSG_NOSIGNAL = 0x4000;

function send(calls: Calls, fd: number, text: string, to?: TestAddress): number {
  const address = to?.sockaddr ?? null;
  return calls.syscall(
    'sendto',
    fd,
    Buffer.from(text),
    text.length,
    MSG_NOSIGNAL,
    address,
    address?.length ?? 0,
  );
}

export const cases: readonly RecordCase[] = [
  {
    name: 'sendto over a connection',
    event: sendto,
    run(calls) {
      const { client: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const res = send(calls, fd, 'hello');
      return { res, data: 'hello', fd, size: 5, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'sendto of more than is recorded',
    event: sendto,
    run(calls) {
      const { server: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const res = send(calls, fd, 'long '.repeat(100));
      const data = 'long '.repeat(SNAP_BYTES / 5);
      return { res, data, fd, size: 500, tuple: tuple(serverEnd, clientEnd) };
    },
  },
  {
    name: 'sendto of nothing',
    event: sendto,
    run(calls) {
      const { client: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const res = calls.syscall('sendto', fd, null, 0, 0, null, 0);
      return { res, data: null, fd, size: 0, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'sendto of a datagram',
    event: sendto,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = boundSocket(calls, SOCK_DGRAM, loopback(0));
      const res = send(calls, fd, 'datagram', to);
      const from = loopback(portOf(calls, fd));
      return { res, data: 'datagram', fd, size: 8, tuple: tuple(from, to) };
    },
  },
  {
    name: 'sendto of a datagram from no address in particular',
    event: sendto,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = calls.syscall('socket', to.family, SOCK_DGRAM, 0);
      const res = send(calls, fd, 'datagram', to);
      const from = ipv4('0.0.0.0', portOf(calls, fd));
      return { res, data: 'datagram', fd, size: 8, tuple: tuple(from, to) };
    },
  },
  {
    name: 'sendto elsewhere than the datagram socket is connected to',
    event: sendto,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = connectedSocket(calls, SOCK_DGRAM, loopback(4711));
      const res = send(calls, fd, 'elsewhere', to);
      const from = loopback(portOf(calls, fd));
      return { res, data: 'elsewhere', fd, size: 9, tuple: tuple(from, to) };
    },
  },
  {
    name: 'sendto with an address that a connection does not take',
    event: sendto,
    run(calls) {
      const { client: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const res = send(calls, fd, 'ignored', ipv4('192.0.2.1', 4711));
      return { res, data: 'ignored', fd, size: 7, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'sendto over IPv6',
    event: sendto,
    skip: skipWithoutIpv6,
    run(calls) {
      const to = ipv6Loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, ipv6Loopback(0))));
      const fd = boundSocket(calls, SOCK_DGRAM, ipv6Loopback(0));
      const res = send(calls, fd, 'six', to);
      const from = ipv6Loopback(portOf(calls, fd));
      return { res, data: 'six', fd, size: 3, tuple: tuple(from, to) };
    },
  },
  {
    name: 'sendto of a socket of IPv6 to an address of IPv4',
    event: sendto,
    skip: skipWithoutIpv6,
    run(calls) {
      const port = portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0)));
      const fd = boundSocket(calls, SOCK_DGRAM, mappedIpv4('127.0.0.1', 0));
      const res = send(calls, fd, 'four', loopback(port));
      const from = mappedIpv4('127.0.0.1', portOf(calls, fd));
      const to = mappedIpv4('127.0.0.1', port);
      return { res, data: 'four', fd, size: 4, tuple: tuple(from, to) };
    },
  },
  {
    name: 'sendto of a socket pair',
    event: sendto,
    run(calls) {
      const fds = new Uint8Array(8);
      calls.syscall('socketpair', AF_UNIX, SOCK_STREAM, 0, fds);
      const fd = new DataView(fds.buffer).getInt32(0, true);
      return { res: send(calls, fd, 'pair'), data: 'pair', fd, size: 4, tuple: unixTuple('') };
    },
  },
  {
    name: 'sendto of a unix datagram',
    event: sendto,
    run(calls) {
      const to = unixPath('sendto.socket');
      boundSocket(calls, SOCK_DGRAM, to);
      const fd = calls.syscall('socket', AF_UNIX, SOCK_DGRAM, 0);
      const res = send(calls, fd, 'datagram', to);
      const ends = unixTuple('sendto.socket', 'no source');
      return { res, data: 'datagram', fd, size: 8, tuple: ends };
    },
  },
  {
    name: 'sendto of a connected unix datagram socket',
    event: sendto,
    run(calls) {
      const name = `saker-${calls.pid}-datagram`;
      boundSocket(calls, SOCK_DGRAM, abstractName(name));
      const fd = connectedSocket(calls, SOCK_DGRAM, abstractName(name));
      const res = send(calls, fd, 'datagram');
      return { res, data: 'datagram', fd, size: 8, tuple: unixTuple(name) };
    },
  },
  {
    name: 'sendto of a closed descriptor',
    event: sendto,
    run(calls) {
      const res = send(calls, NO_FD, 'nowhere');
      return { res: failed('EBADF', res), data: 'nowhere', fd: NO_FD, size: 7, tuple: null };
    },
  },
  {
    name: 'sendmsg of several buffers',
    event: sendmsg,
    run(calls) {
      const { client: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const buffers = ['one', '', ' two', ' three'].map((text) => calls.memory(text));
      const res = calls.syscall('sendmsg', fd, messageHeader(calls, { buffers }).address, 0);
      return { res, data: 'one two three', fd, size: 13, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'sendmsg of more than is recorded, in more buffers than are looked at',
    event: sendmsg,
    run(calls) {
      const { client: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const buffers = Array.from({ length: 40 }, () => calls.memory('abc'));
      const res = calls.syscall('sendmsg', fd, messageHeader(calls, { buffers }).address, 0);
      const data = 'abc'.repeat(40).slice(0, SNAP_BYTES);
      return { res, data, fd, size: 120, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'sendmsg to an address',
    event: sendmsg,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = boundSocket(calls, SOCK_DGRAM, loopback(0));
      const name = calls.memory(to.sockaddr);
      const header = messageHeader(calls, { name, buffers: [calls.memory('datagram')] });
      const res = calls.syscall('sendmsg', fd, header.address, 0);
      const from = loopback(portOf(calls, fd));
      return { res, data: 'datagram', fd, size: 8, tuple: tuple(from, to) };
    },
  },
  {
    name: 'sendmsg of a socket that is not connected',
    event: sendmsg,
    run(calls) {
      const fd = boundSocket(calls, SOCK_STREAM, loopback(0));
      const header = messageHeader(calls, { buffers: [calls.memory('nobody')] });
      const res = calls.syscall('sendmsg', fd, header.address, MSG_NOSIGNAL);
      return { res: failed('EPIPE', res), data: 'nobody', fd, size: 6, tuple: null };
    },
  },
  {
    name: 'sendmsg of a header that cannot be read',
    event: sendmsg,
    run(calls) {
      const { client: fd } = connection(calls, loopback);
      const res = calls.syscall('sendmsg', fd, 8, 0);
      return { res: failed('EFAULT', res), data: null, fd, size: null, tuple: null };
    },
  },
  {
    name: 'sendmmsg of two messages to two addresses',
    event: sendmmsg,
    run(calls) {
      const peers = [0, 1].map(() =>
        loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0)))),
      );
      const fd = boundSocket(calls, SOCK_DGRAM, loopback(0));
      const messages = peers.map((to, index) => ({
        name: calls.memory(to.sockaddr),
        buffers: [calls.memory(`to ${index}`), calls.memory('!'.repeat(index))],
      }));
      calls.syscall('sendmmsg', fd, messageHeaders(calls, messages).address, 2, 0);
      const from = loopback(portOf(calls, fd));
      return peers.map((to, index): Expected => {
        const data = `to ${index}${'!'.repeat(index)}`;
        return { res: data.length, fd, size: data.length, data, tuple: tuple(from, to) };
      });
    },
  },
  {
    name: 'sendmmsg of many messages',
    event: sendmmsg,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = connectedSocket(calls, SOCK_DGRAM, to);
      const texts = Array.from({ length: 70 }, (_, index) => `message ${index}`);
      const messages = texts.map((text) => ({ buffers: [calls.memory(text)] }));
      calls.syscall('sendmmsg', fd, messageHeaders(calls, messages).address, messages.length, 0);
      const ends = tuple(loopback(portOf(calls, fd)), to);
      return texts.map((data): Expected => {
        return { res: data.length, fd, size: data.length, data, tuple: ends };
      });
    },
  },
  {
    name: 'sendmmsg of a closed descriptor',
    event: sendmmsg,
    run(calls) {
      const header = messageHeaders(calls, [{ buffers: [calls.memory('nowhere')] }]);
      const res = calls.syscall('sendmmsg', NO_FD, header.address, 1, 0);
      return { res: failed('EBADF', res), fd: NO_FD, size: 0, data: null, tuple: null };
    },
  },
  {
    name: 'sendmmsg of no messages',
    event: sendmmsg,
    run(calls) {
      const fd = calls.syscall('socket', noAddress.family, SOCK_DGRAM, 0);
      return {
        res: calls.syscall('sendmmsg', fd, null, 0, 0),
        fd,
        size: 0,
        data: null,
        tuple: null,
      };
    },
  },
];
