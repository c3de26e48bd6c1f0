/** Calls of sockets through the 32-bit entry: by their own numbers, and by socketcall. */

import type { Calls, Expected, RecordCase } from './harness.ts';
import { failed } from './results.ts';
import {
  AF_INET,
  boundSocket,
  connectedSocket,
  connection,
  listeningSocket,
  loopback,
  messageHeader,
  portOf,
  SOCK_DGRAM,
  SOCK_STREAM,
  skipWithoutCompat as skip,
  tuple,
  words,
} from './test-sockets.ts';

/** What socketcall's first argument chooses. */
const Which = {
  socket: 1,
  bind: 2,
  connect: 3,
  accept: 5,
  send: 9,
  recv: 10,
  sendto: 11,
  recvfrom: 12,
  setsockopt: 14,
  sendmsg: 16,
  recvmsg: 17,
  sendmmsg: 20,
} as const;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const FORM_TIME = 4;

function socketcall(calls: Calls, which: number, ...args: readonly (number | bigint)[]): number {
  return calls.compat('socketcall', which, calls.memory(words(4, args)).address);
}

export const cases: readonly RecordCase[] = [
  {
    name: 'socket by socketcall',
    event: 'PPME_SOCKET_SOCKET_X',
    skip,
    run(calls) {
      const fd = socketcall(calls, Which.socket, AF_INET, SOCK_DGRAM, 0);
      return { fd, domain: AF_INET, type: SOCK_DGRAM, proto: 0, flags: 0 };
    },
  },
  {
    name: 'bind by socketcall',
    event: 'PPME_SOCKET_BIND_X',
    skip,
    run(calls) {
      const fd = calls.syscall('socket', AF_INET, SOCK_DGRAM, 0);
      const address = loopback(0);
      const res = socketcall(calls, Which.bind, fd, calls.memory(address.sockaddr).address, 16);
      return { res, addr: address.recorded, fd };
    },
  },
  {
    name: 'connect by socketcall',
    event: 'PPME_SOCKET_CONNECT_X',
    skip,
    run(calls) {
      const to = loopback(portOf(calls, listeningSocket(calls, loopback(0))));
      const fd = calls.syscall('socket', AF_INET, SOCK_STREAM, 0);
      const res = socketcall(calls, Which.connect, fd, calls.memory(to.sockaddr).address, 16);
      return { res, tuple: tuple(loopback(portOf(calls, fd)), to), fd, addr: to.recorded };
    },
  },
  {
    name: 'connect by socketcall whose arguments cannot be read',
    event: 'PPME_SOCKET_CONNECT_X',
    skip,
    run(calls) {
      const res = calls.compat('socketcall', Which.connect, 8);
      return { res: failed('EFAULT', res), tuple: null, fd: -1, addr: null };
    },
  },
  {
    name: 'accept by socketcall',
    event: 'PPME_SOCKET_ACCEPT_5_X',
    skip,
    run(calls) {
      const listening = listeningSocket(calls, loopback(0), 3);
      const server = loopback(portOf(calls, listening));
      const client = loopback(portOf(calls, connectedSocket(calls, SOCK_STREAM, server)));
      const fd = socketcall(calls, Which.accept, listening, 0, 0);
      return { fd, tuple: tuple(client, server), queuepct: 0, queuelen: 0, queuemax: 3 };
    },
  },
  {
    name: 'send, which is only there by socketcall',
    event: 'PPME_SOCKET_SEND_X',
    skip,
    run(calls) {
      const { client: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const res = socketcall(calls, Which.send, fd, calls.memory('hello').address, 5, 0);
      return { res, data: 'hello', fd, size: 5, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'recv, which is only there by socketcall',
    event: 'PPME_SOCKET_RECV_X',
    skip,
    run(calls) {
      const { client, server: fd, clientEnd, serverEnd } = connection(calls, loopback);
      calls.syscall('sendto', client, 'hello', 5, 0, null, 0);
      const res = socketcall(calls, Which.recv, fd, calls.memory(50).address, 50, 0);
      return { res, data: 'hello', fd, size: 50, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'sendto by socketcall',
    event: 'PPME_SOCKET_SENDTO_X',
    skip,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = boundSocket(calls, SOCK_DGRAM, loopback(0));
      const address = calls.memory(to.sockaddr).address;
      const data = calls.memory('datagram').address;
      const res = socketcall(calls, Which.sendto, fd, data, 8, 0, address, 16);
      const from = loopback(portOf(calls, fd));
      return { res, data: 'datagram', fd, size: 8, tuple: tuple(from, to) };
    },
  },
  {
    name: 'recvfrom by its own number',
    event: 'PPME_SOCKET_RECVFROM_X',
    skip,
    run(calls) {
      const { client, server: fd, clientEnd, serverEnd } = connection(calls, loopback);
      calls.syscall('sendto', client, 'hello', 5, 0, null, 0);
      const res = calls.compat('recvfrom', fd, new Uint8Array(9), 9, 0, null, null);
      return { res, data: 'hello', tuple: tuple(clientEnd, serverEnd), fd, size: 9 };
    },
  },
  {
    name: 'sendmsg by its own number',
    event: 'PPME_SOCKET_SENDMSG_X',
    skip,
    run(calls) {
      const { client: fd, clientEnd, serverEnd } = connection(calls, loopback);
      const buffers = ['one ', 'two'].map((text) => calls.memory(text));
      const res = calls.compat('sendmsg', fd, messageHeader(calls, { buffers }, 4).address, 0);
      return { res, data: 'one two', fd, size: 7, tuple: tuple(clientEnd, serverEnd) };
    },
  },
  {
    name: 'recvmsg by socketcall',
    event: 'PPME_SOCKET_RECVMSG_X',
    skip,
    run(calls) {
      const { client, server: fd, clientEnd, serverEnd } = connection(calls, loopback);
      calls.syscall('sendto', client, 'one two', 7, 0, null, 0);
      const header = messageHeader(
        calls,
        { buffers: [4, 10].map((size) => calls.memory(size)) },
        4,
      );
      const res = socketcall(calls, Which.recvmsg, fd, header.address, 0);
      const ends = tuple(clientEnd, serverEnd);
      return { res, size: 7, data: 'one two', tuple: ends, msgcontrol: null, fd };
    },
  },
  {
    name: 'sendmmsg by socketcall',
    event: 'PPME_SOCKET_SENDMMSG_X',
    skip,
    run(calls) {
      const to = loopback(portOf(calls, boundSocket(calls, SOCK_DGRAM, loopback(0))));
      const fd = connectedSocket(calls, SOCK_DGRAM, to);
      const texts = ['first', 'the second'];
      const headers = texts.map((text) => {
        const header = messageHeader(calls, { buffers: [calls.memory(text)] }, 4);
        return [...header.bytes, ...words(4, [0])];
      });
      const array = calls.memory(Uint8Array.from(headers.flat()));
      socketcall(calls, Which.sendmmsg, fd, array.address, texts.length, 0);
      const ends = tuple(loopback(portOf(calls, fd)), to);
      return texts.map((data): Expected => {
        return { res: data.length, fd, size: data.length, data, tuple: ends };
      });
    },
  },
  {
    name: 'setsockopt of a time by socketcall',
    event: 'PPME_SOCKET_SETSOCKOPT_X',
    skip,
    run(calls) {
      const fd = boundSocket(calls, SOCK_STREAM, loopback(0));
      const time = calls.memory(words(4, [3, 250_000]));
      const option = [SOL_SOCKET, SO_RCVTIMEO, time.address, 8];
      const res = socketcall(calls, Which.setsockopt, fd, ...option);
      const val = Uint8Array.of(FORM_TIME, ...words(8, [3_250_000_000n]));
      return { res, fd, level: 1, optname: SO_RCVTIMEO, val, optlen: 8 };
    },
  },
];
