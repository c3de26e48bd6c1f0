/** Data that comes in through sockets. */

import type { Calls, Expected, Memory, RecordCase } from './harness.ts';
import { failed } from './results.ts';
import {
  AF_UNIX,
  abstractName,
  boundSocket,
  connectedSocket,
  connection,
  ipv6Loopback,
  loopback,
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
  unixTuple,
  words,
} from './test-sockets.ts';

const recvfrom = 'PPME_SOCKET_RECVFROM_X';
const recvmsg = 'PPME_SOCKET_RECVMSG_X';
const recvmmsg = 'PPME_SOCKET_RECVMMSG_X';
const MSG_DONTWAIT = 0x40;
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const SHUT_WR = 1;

function send(calls: Calls, fd: number, text: string, to?: TestAddress): void {
  const address = to?.sockaddr ?? null;
  calls.syscall('sendto', fd, Buffer.from(text), text.length, 0, address, address?.length ?? 0);
}

/**
 * Two datagram sockets that are bound and not connected: where data comes from, and where it comes
 * to.
 */
function datagrams(calls: Calls, at: (port: number) => TestAddress) {
  const [from, to] = [boundSocket(calls, SOCK_DGRAM, at(0)), boundSocket(calls, SOCK_DGRAM, at(0))];
  return { from, to, fromEnd: at(portOf(calls, from)), toEnd: at(portOf(calls, to)) };
}

function receive(calls: Calls, fd: number, size: number, address?: Memory): number {
  const length = address === undefined ? null : words(4, [address.bytes.length]);
  return calls.syscall(
    'recvfrom',
    fd,
    new Uint8Array(size),
    size,
    0,
    address?.address ?? null,
    length,
  );
}

/** A control message that hands a descriptor over, padded as the kernel does. */
const handOver = (fd: number): Uint8Array =>
  Uint8Array.of(...words(8, [20]), ...words(4, [SOL_SOCKET, SCM_RIGHTS, fd, 0]));

export const cases: readonly RecordCase[] = [
  {
    name: 'recvfrom a connection',
    event: recvfrom,
    run(calls) {
      const { client, server: fd, clientEnd, serverEnd } = connection(calls, loopback);
      send(calls, client, 'hello');
      const res = receive(calls, fd, 100);
      return { res, data: 'hello', tuple: tuple(clientEnd, serverEnd), fd, size: 100 };
    },
  },
  {
    name: 'recvfrom of more than is recorded',
    event: recvfrom,
    run(calls) {
      const { client: fd, server, clientEnd, serverEnd } = connection(calls, loopback);
      send(calls, server, 'long '.repeat(100));
      const data = 'long '.repeat(SNAP_BYTES / 5);
      return {
        res: receive(calls, fd, 400),
        data,
        tuple: tuple(serverEnd, clientEnd),
        fd,
        size: 400,
      };
    },
  },
  {
    name: 'recvfrom at the end of a connection',
    event: recvfrom,
    run(calls) {
      const { client, server: fd, clientEnd, serverEnd } = connection(calls, loopback);
      calls.syscall('shutdown', client, SHUT_WR);
      const res = receive(calls, fd, 10);
      return { res, data: null, tuple: tuple(clientEnd, serverEnd), fd, size: 10 };
    },
  },
  {
    name: 'recvfrom of a datagram, asking for its sender',
    event: recvfrom,
    run(calls) {
      const { from, to: fd, fromEnd, toEnd } = datagrams(calls, loopback);
      send(calls, from, 'datagram', toEnd);
      const res = receive(calls, fd, 100, calls.memory(16));
      return { res, data: 'datagram', tuple: tuple(fromEnd, toEnd), fd, size: 100 };
    },
  },
  {
    name: 'recvfrom of a datagram, not asking for its sender',
    event: recvfrom,
    run(calls) {
      const { from, to: fd, toEnd } = datagrams(calls, loopback);
      send(calls, from, 'datagram', toEnd);
      const res = receive(calls, fd, 100);
      return { res, data: 'datagram', tuple: tuple(noAddress, toEnd), fd, size: 100 };
    },
  },
  {
    name: 'recvfrom over IPv6',
    event: recvfrom,
    skip: skipWithoutIpv6,
    run(calls) {
      const { from, to: fd, fromEnd, toEnd } = datagrams(calls, ipv6Loopback);
      send(calls, from, 'six', toEnd);
      const res = receive(calls, fd, 100, calls.memory(28));
      return { res, data: 'six', tuple: tuple(fromEnd, toEnd), fd, size: 100 };
    },
  },
  {
    name: 'recvfrom a unix datagram',
    event: recvfrom,
    run(calls) {
      const name = `saker-${calls.pid}-receiver`;
      const fd = boundSocket(calls, SOCK_DGRAM, abstractName(name));
      const from = calls.syscall('socket', AF_UNIX, SOCK_DGRAM, 0);
      send(calls, from, 'datagram', abstractName(name));
      const res = receive(calls, fd, 100);
      return { res, data: 'datagram', tuple: unixTuple(name, 'no peer'), fd, size: 100 };
    },
  },
  {
    name: 'recvfrom where nothing has come',
    event: recvfrom,
    run(calls) {
      const fd = boundSocket(calls, SOCK_DGRAM, loopback(0));
      const res = calls.syscall('recvfrom', fd, Buffer.from('before'), 6, MSG_DONTWAIT, null, null);
      return { res: failed('EAGAIN', res), data: null, tuple: null, fd, size: 6 };
    },
  },
  {
    name: 'recvmsg into several buffers',
    event: recvmsg,
    run(calls) {
      const { client, server: fd, clientEnd, serverEnd } = connection(calls, loopback);
      send(calls, client, 'one two three');
      const buffers = [3, 4, 50].map((size) => calls.memory(size));
      const res = calls.syscall('recvmsg', fd, messageHeader(calls, { buffers }).address, 0);
      const data = 'one two three';
      return { res, size: 13, data, tuple: tuple(clientEnd, serverEnd), msgcontrol: null, fd };
    },
  },
  {
    name: 'recvmsg of a datagram, asking for its sender',
    event: recvmsg,
    run(calls) {
      const { from, to: fd, fromEnd, toEnd } = datagrams(calls, loopback);
      send(calls, from, 'datagram', toEnd);
      const header = messageHeader(calls, { name: calls.memory(16), buffers: [calls.memory(20)] });
      const res = calls.syscall('recvmsg', fd, header.address, 0);
      const ends = tuple(fromEnd, toEnd);
      return { res, size: 8, data: 'datagram', tuple: ends, msgcontrol: null, fd };
    },
  },
  {
    name: 'recvmsg of a descriptor',
    event: recvmsg,
    run(calls) {
      const fds = new Uint8Array(8);
      calls.syscall('socketpair', AF_UNIX, SOCK_STREAM, 0, fds);
      const view = new DataView(fds.buffer);
      const [from, fd] = [view.getInt32(0, true), view.getInt32(4, true)];
      const given = calls.memory(handOver(0));
      const sent = messageHeader(calls, { buffers: [calls.memory('take')], control: given });
      calls.syscall('sendmsg', from, sent.address, 0);
      const control = calls.memory(64);
      const received = messageHeader(calls, { buffers: [calls.memory(10)], control });
      const res = calls.syscall('recvmsg', fd, received.address, 0);
      const taken = control.view.getInt32(16, true);
      if (taken <= fd) throw new Error(`no descriptor came: ${taken}`);
      const ends = unixTuple('');
      return { res, size: 4, data: 'take', tuple: ends, msgcontrol: handOver(taken), fd };
    },
  },
  {
    name: 'recvmsg of a closed descriptor',
    event: recvmsg,
    run(calls) {
      const header = messageHeader(calls, { buffers: [calls.memory(10)] });
      const res = calls.syscall('recvmsg', NO_FD, header.address, 0);
      const nothing = { size: 0, data: null, tuple: null, msgcontrol: null };
      return { res: failed('EBADF', res), ...nothing, fd: NO_FD };
    },
  },
  {
    name: 'recvmmsg of two datagrams',
    event: recvmmsg,
    run(calls) {
      const { from, to: fd, fromEnd, toEnd } = datagrams(calls, loopback);
      const texts = ['first', 'the second'];
      for (const text of texts) send(calls, from, text, toEnd);
      const places = [0, 1, 2].map(() => ({
        name: calls.memory(16),
        buffers: [calls.memory(100)],
      }));
      calls.syscall('recvmmsg', fd, messageHeaders(calls, places).address, 3, MSG_DONTWAIT, null);
      return texts.map((data): Expected => {
        const size = data.length;
        return { res: size, fd, size, data, tuple: tuple(fromEnd, toEnd), msgcontrol: null };
      });
    },
  },
  {
    name: 'recvmmsg where nothing has come',
    event: recvmmsg,
    run(calls) {
      const fd = connectedSocket(calls, SOCK_DGRAM, loopback(4711));
      const header = messageHeaders(calls, [{ buffers: [calls.memory(100)] }]);
      const res = calls.syscall('recvmmsg', fd, header.address, 1, MSG_DONTWAIT, null);
      const nothing = { size: 0, data: null, tuple: null, msgcontrol: null };
      return { res: failed('EAGAIN', res), fd, ...nothing };
    },
  },
];
