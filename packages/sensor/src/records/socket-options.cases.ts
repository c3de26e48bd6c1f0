/** Options of sockets, whose values come in the form of the option. */

import { constants } from 'node:os';
import type { Calls, RecordCase } from './harness.ts';
import { failed } from './results.ts';
import {
  boundSocket,
  connectedSocket,
  loopback,
  NO_FD,
  portOf,
  SOCK_DGRAM,
  SOCK_STREAM,
  words,
} from './test-sockets.ts';

const setsockopt = 'PPME_SOCKET_SETSOCKOPT_X';
const getsockopt = 'PPME_SOCKET_GETSOCKOPT_X';
const SOL_SOCKET = 1;
const IPPROTO_TCP = 6;
const IPPROTO_IP = 0;
const TCP_NODELAY = 1;
const IP_TTL = 2;
const SO_REUSEADDR = 2;
const SO_TYPE = 3;
const SO_ERROR = 4;
const SO_LINGER = 13;
const SO_RCVTIMEO = 20;
const SO_BINDTODEVICE = 25;
const SO_SNDTIMEO_NEW = 67;
const SO_COOKIE = 57;
const NO_OPTION = 250;
/** How records number the forms of values, levels and options. */
const Form = { bytes: 0, errno: 1, uint32: 2, uint64: 3, time: 4 } as const;
const Level = { unknown: 0, socket: 1, tcp: 2 } as const;
const PPM_SO_SNDTIMEO = 21;
const PPM_SO_COOKIE = 53;
const OPTION_BYTES_MAX = 4096;

const value = (form: number, bytes: Uint8Array): Uint8Array => Uint8Array.of(form, ...bytes);
const stream = (calls: Calls): number => boundSocket(calls, SOCK_STREAM, loopback(0));

export const cases: readonly RecordCase[] = [
  {
    name: 'setsockopt of a number',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, SO_REUSEADDR, words(4, [1]), 4);
      const val = value(Form.uint32, words(4, [1]));
      return { res, fd, level: Level.socket, optname: SO_REUSEADDR, val, optlen: 4 };
    },
  },
  {
    name: 'setsockopt of a number that is too short',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const bytes = Uint8Array.of(1, 2, 3, 4);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, SO_REUSEADDR, bytes, 2);
      const val = value(Form.uint32, words(4, [0x201]));
      const known = failed('EINVAL', res);
      return { res: known, fd, level: Level.socket, optname: SO_REUSEADDR, val, optlen: 2 };
    },
  },
  {
    name: 'setsockopt of a time',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const time = words(8, [3, 250_000]);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, SO_RCVTIMEO, time, 16);
      const val = value(Form.time, words(8, [3_250_000_000n]));
      return { res, fd, level: Level.socket, optname: SO_RCVTIMEO, val, optlen: 16 };
    },
  },
  {
    name: 'setsockopt of a time by the newer number',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const time = words(8, [1, 1]);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, SO_SNDTIMEO_NEW, time, 16);
      const val = value(Form.time, words(8, [1_000_001_000n]));
      return { res, fd, level: Level.socket, optname: PPM_SO_SNDTIMEO, val, optlen: 16 };
    },
  },
  {
    name: 'setsockopt of a structure',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const linger = words(4, [1, 5]);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, SO_LINGER, linger, 8);
      const val = value(Form.bytes, linger);
      return { res, fd, level: Level.socket, optname: SO_LINGER, val, optlen: 8 };
    },
  },
  {
    name: 'setsockopt of a device’s name',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, SO_BINDTODEVICE, 'lo', 3);
      const val = value(Form.bytes, Buffer.from('lo\0'));
      return { res, fd, level: Level.socket, optname: SO_BINDTODEVICE, val, optlen: 3 };
    },
  },
  {
    name: 'setsockopt of TCP',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const res = calls.syscall('setsockopt', fd, IPPROTO_TCP, TCP_NODELAY, words(4, [1]), 4);
      const val = value(Form.bytes, words(4, [1]));
      return { res, fd, level: Level.tcp, optname: 0, val, optlen: 4 };
    },
  },
  {
    name: 'setsockopt of more than is recorded',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const bytes = new Uint8Array(70_000).fill(0x61);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, NO_OPTION, bytes, bytes.length);
      const val = value(Form.bytes, bytes.subarray(0, OPTION_BYTES_MAX));
      return { res, fd, level: Level.socket, optname: 0, val, optlen: 70_000 };
    },
  },
  {
    name: 'setsockopt of a value that cannot be read',
    event: setsockopt,
    run(calls) {
      const fd = stream(calls);
      const res = calls.syscall('setsockopt', fd, SOL_SOCKET, SO_LINGER, 8, 8);
      const val = value(Form.bytes, new Uint8Array(0));
      const known = failed('EFAULT', res);
      return { res: known, fd, level: Level.socket, optname: SO_LINGER, val, optlen: 8 };
    },
  },
  {
    name: 'setsockopt of a negative size on a closed descriptor',
    event: setsockopt,
    run(calls) {
      const res = calls.syscall('setsockopt', NO_FD, SOL_SOCKET, SO_LINGER, words(4, [1, 1]), -1);
      const known = failed('EBADF', res);
      const val = value(Form.bytes, new Uint8Array(0));
      const optlen = 0xffff_ffff;
      return { res: known, fd: NO_FD, level: Level.socket, optname: SO_LINGER, val, optlen };
    },
  },
  {
    name: 'getsockopt of a number',
    event: getsockopt,
    run(calls) {
      const fd = stream(calls);
      const size = words(4, [4]);
      const res = calls.syscall('getsockopt', fd, SOL_SOCKET, SO_TYPE, new Uint8Array(4), size);
      const val = value(Form.uint32, words(4, [SOCK_STREAM]));
      return { res, fd, level: Level.socket, optname: SO_TYPE, val, optlen: 4 };
    },
  },
  {
    name: 'getsockopt of a part of a number',
    event: getsockopt,
    run(calls) {
      const fd = stream(calls);
      const buffer = new Uint8Array(4).fill(0xff);
      const res = calls.syscall('getsockopt', fd, SOL_SOCKET, SO_TYPE, buffer, words(4, [1]));
      const val = value(Form.uint32, words(4, [SOCK_STREAM]));
      return { res, fd, level: Level.socket, optname: SO_TYPE, val, optlen: 1 };
    },
  },
  {
    name: 'getsockopt of no error',
    event: getsockopt,
    run(calls) {
      const fd = stream(calls);
      const size = words(4, [4]);
      const res = calls.syscall('getsockopt', fd, SOL_SOCKET, SO_ERROR, new Uint8Array(4), size);
      const val = value(Form.errno, words(8, [0]));
      return { res, fd, level: Level.socket, optname: SO_ERROR, val, optlen: 4 };
    },
  },
  {
    name: 'getsockopt of an error',
    event: getsockopt,
    run(calls) {
      const nobody = boundSocket(calls, SOCK_DGRAM, loopback(0));
      const to = loopback(portOf(calls, nobody));
      const fd = connectedSocket(calls, SOCK_DGRAM, to);
      calls.syscall('close', nobody);
      calls.syscall('sendto', fd, 'x', 1, 0, null, 0);
      const size = words(4, [4]);
      const res = calls.syscall('getsockopt', fd, SOL_SOCKET, SO_ERROR, new Uint8Array(4), size);
      const val = value(
        Form.errno,
        new Uint8Array(BigInt64Array.of(BigInt(-constants.errno.ECONNREFUSED)).buffer),
      );
      return { res, fd, level: Level.socket, optname: SO_ERROR, val, optlen: 4 };
    },
  },
  {
    name: 'getsockopt of a long number',
    event: getsockopt,
    run(calls) {
      const fd = stream(calls);
      const cookie = new Uint8Array(8);
      const size = words(4, [8]);
      const res = calls.syscall('getsockopt', fd, SOL_SOCKET, SO_COOKIE, cookie, size);
      const val = value(Form.uint64, cookie);
      return { res, fd, level: Level.socket, optname: PPM_SO_COOKIE, val, optlen: 8 };
    },
  },
  {
    name: 'getsockopt of another level',
    event: getsockopt,
    run(calls) {
      const fd = stream(calls);
      const ttl = new Uint8Array(4);
      const res = calls.syscall('getsockopt', fd, IPPROTO_IP, IP_TTL, ttl, words(4, [4]));
      const val = value(Form.bytes, ttl);
      return { res, fd, level: Level.unknown, optname: 0, val, optlen: 4 };
    },
  },
  {
    name: 'getsockopt of a closed descriptor',
    event: getsockopt,
    run(calls) {
      const size = words(4, [4]);
      const buffer = words(4, [7]);
      const res = calls.syscall('getsockopt', NO_FD, SOL_SOCKET, SO_REUSEADDR, buffer, size);
      const val = value(Form.uint32, words(4, [7]));
      const known = failed('EBADF', res);
      return { res: known, fd: NO_FD, level: Level.socket, optname: SO_REUSEADDR, val, optlen: 4 };
    },
  },
];
