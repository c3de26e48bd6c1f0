/** Calls that read and write data, from one buffer and from many. */

import { writeFileSync } from 'node:fs';
import { PPM_SEEK_CUR, PPM_SEEK_END, PPM_SEEK_SET } from '@saker/core/events/constants.gen.ts';
import type { Calls, Memory, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const O_RDWR = 2;
const AT_FDCWD = -100;
const SEEK_CUR = 1;
const SEEK_END = 2;
/** Bytes of data that a record holds unless told otherwise. */
const SNAP_BYTES = 80;
/** Buffers of one call that are looked at. */
const BUFFERS_MAX = 32;
const MISSING_FD = 777;
const COMPAT_LSEEK = 19;
const COMPAT_LLSEEK = 140;
/** No address of any process. */
const NOWHERE = 1;

const text = 'All work and no play makes Jack a dull boy. '.repeat(5);

function file(calls: Calls, content: string): number {
  writeFileSync('data', content);
  return done(calls.syscall('openat', AT_FDCWD, 'data', O_RDWR));
}

/** An array of struct iovec, of words of 8 bytes or, for the 32-bit entry, of 4. */
function vector(calls: Calls, parts: readonly Memory[], wordBytes: 4 | 8): bigint {
  const array = calls.memory(parts.length * 2 * wordBytes);
  for (const [index, { address, bytes }] of parts.entries()) {
    const at = index * 2 * wordBytes;
    if (wordBytes === 8) {
      array.view.setBigUint64(at, address, true);
      array.view.setBigUint64(at + 8, BigInt(bytes.length), true);
    } else {
      array.view.setUint32(at, Number(address), true);
      array.view.setUint32(at + 4, bytes.length, true);
    }
  }
  return array.address;
}

function texts(calls: Calls, parts: readonly string[], wordBytes: 4 | 8 = 8): bigint {
  return vector(
    calls,
    parts.map((part) => calls.memory(part)),
    wordBytes,
  );
}

function spaces(calls: Calls, sizes: readonly number[], wordBytes: 4 | 8 = 8): bigint {
  return vector(
    calls,
    sizes.map((size) => calls.memory(size)),
    wordBytes,
  );
}

const plain: readonly RecordCase[] = [
  {
    name: 'read of more than is recorded',
    event: 'PPME_SYSCALL_READ_X',
    run(calls) {
      const fd = file(calls, text);
      const res = done(calls.syscall('read', fd, new Uint8Array(200), 200));
      return { res, data: text.slice(0, SNAP_BYTES), fd, size: 200 };
    },
  },
  {
    name: 'read of less than was asked for, with a NUL in it',
    event: 'PPME_SYSCALL_READ_X',
    run(calls) {
      const fd = file(calls, 'a\0b');
      const res = done(calls.syscall('read', fd, new Uint8Array(100), 100));
      return { res, data: 'a\0b', fd, size: 100 };
    },
  },
  {
    name: 'read at the end',
    event: 'PPME_SYSCALL_READ_X',
    run(calls) {
      const fd = file(calls, '');
      const res = done(calls.syscall('read', fd, new Uint8Array(10), 10));
      return { res, data: null, fd, size: 10 };
    },
  },
  {
    name: 'read of what is not open',
    event: 'PPME_SYSCALL_READ_X',
    run(calls) {
      const res = failed('EBADF', calls.syscall('read', MISSING_FD, new Uint8Array(10), 10));
      return { res, data: null, fd: MISSING_FD, size: 10 };
    },
  },
  {
    name: 'read through the 32-bit entry',
    event: 'PPME_SYSCALL_READ_X',
    compat: true,
    run(calls) {
      const fd = file(calls, 'compat');
      const res = done(calls.compat('read', fd, new Uint8Array(10), 10));
      return { res, data: 'compat', fd, size: 10 };
    },
  },
  {
    name: 'write of more than is recorded',
    event: 'PPME_SYSCALL_WRITE_X',
    run(calls) {
      const fd = file(calls, '');
      const res = done(calls.syscall('write', fd, text, text.length));
      return { res, data: text.slice(0, SNAP_BYTES), fd, size: text.length };
    },
  },
  {
    name: 'write of nothing',
    event: 'PPME_SYSCALL_WRITE_X',
    run(calls) {
      const fd = file(calls, '');
      return { res: done(calls.syscall('write', fd, 'ab', 0)), data: null, fd, size: 0 };
    },
  },
  {
    name: 'write that failed',
    event: 'PPME_SYSCALL_WRITE_X',
    run(calls) {
      const res = failed('EBADF', calls.syscall('write', MISSING_FD, 'secret', 6));
      return { res, data: 'secret', fd: MISSING_FD, size: 6 };
    },
  },
  {
    name: 'write of memory that is not there',
    event: 'PPME_SYSCALL_WRITE_X',
    run(calls) {
      const fd = file(calls, '');
      const res = failed('EFAULT', calls.syscall('write', fd, NOWHERE, 6));
      return { res, data: null, fd, size: 6 };
    },
  },
  {
    name: 'pread64',
    event: 'PPME_SYSCALL_PREAD_X',
    run(calls) {
      const fd = file(calls, text);
      const res = done(calls.syscall('pread64', fd, new Uint8Array(8), 8, 4));
      return { res, data: text.slice(4, 12), fd, size: 8, pos: 4 };
    },
  },
  {
    name: 'pread64 before the beginning',
    event: 'PPME_SYSCALL_PREAD_X',
    run(calls) {
      const fd = file(calls, text);
      const res = failed('EINVAL', calls.syscall('pread64', fd, new Uint8Array(8), 8, -1));
      return { res, data: null, fd, size: 8, pos: 0xffff_ffff_ffff_ffffn };
    },
  },
  {
    name: 'pread64 far out through the 32-bit entry',
    event: 'PPME_SYSCALL_PREAD_X',
    compat: true,
    run(calls) {
      const fd = file(calls, text);
      const res = done(calls.compat('pread64', fd, new Uint8Array(8), 8, 5, 1));
      return { res, data: null, fd, size: 8, pos: 0x1_0000_0005 };
    },
  },
  {
    name: 'pwrite64',
    event: 'PPME_SYSCALL_PWRITE_X',
    run(calls) {
      const fd = file(calls, '');
      const res = done(calls.syscall('pwrite64', fd, 'there', 5, 1000));
      return { res, data: 'there', fd, size: 5, pos: 1000 };
    },
  },
  {
    name: 'pwrite64 that failed',
    event: 'PPME_SYSCALL_PWRITE_X',
    run(calls) {
      const res = failed('EBADF', calls.syscall('pwrite64', MISSING_FD, 'there', 5, 9));
      return { res, data: 'there', fd: MISSING_FD, size: 5, pos: 9 };
    },
  },
];

const vectors: readonly RecordCase[] = [
  {
    name: 'readv into several buffers',
    event: 'PPME_SYSCALL_READV_X',
    run(calls) {
      const fd = file(calls, 'one two three');
      const res = done(calls.syscall('readv', fd, spaces(calls, [4, 4, 40]), 3));
      return { res, size: 13, data: 'one two three', fd };
    },
  },
  {
    name: 'readv of more than is recorded',
    event: 'PPME_SYSCALL_READV_X',
    run(calls) {
      const fd = file(calls, text);
      const res = done(calls.syscall('readv', fd, spaces(calls, [50, 100]), 2));
      return { res, size: 150, data: text.slice(0, SNAP_BYTES), fd };
    },
  },
  {
    name: 'readv of what is not open',
    event: 'PPME_SYSCALL_READV_X',
    run(calls) {
      const res = failed('EBADF', calls.syscall('readv', MISSING_FD, spaces(calls, [4]), 1));
      return { res, size: 0, data: null, fd: MISSING_FD };
    },
  },
  {
    name: 'writev of several buffers, one of them empty',
    event: 'PPME_SYSCALL_WRITEV_X',
    run(calls) {
      const fd = file(calls, '');
      const res = done(calls.syscall('writev', fd, texts(calls, ['one', '', ' two']), 3));
      return { res, data: 'one two', fd, size: 7 };
    },
  },
  {
    name: 'writev of more buffers than are looked at',
    event: 'PPME_SYSCALL_WRITEV_X',
    run(calls) {
      const fd = file(calls, '');
      const parts = Array.from({ length: BUFFERS_MAX + 8 }, () => 'x');
      const res = done(calls.syscall('writev', fd, texts(calls, parts), parts.length));
      return { res, data: 'x'.repeat(BUFFERS_MAX), fd, size: parts.length };
    },
  },
  {
    name: 'writev that failed',
    event: 'PPME_SYSCALL_WRITEV_X',
    run(calls) {
      const fd = MISSING_FD;
      const res = failed('EBADF', calls.syscall('writev', fd, texts(calls, ['not ', 'this']), 2));
      return { res, data: 'not this', fd, size: 8 };
    },
  },
  {
    name: 'writev of buffers that are not there',
    event: 'PPME_SYSCALL_WRITEV_X',
    run(calls) {
      const fd = file(calls, '');
      const res = failed('EFAULT', calls.syscall('writev', fd, NOWHERE, 2));
      return { res, data: null, fd, size: 0 };
    },
  },
  {
    name: 'writev through the 32-bit entry',
    event: 'PPME_SYSCALL_WRITEV_X',
    compat: true,
    run(calls) {
      const fd = file(calls, '');
      const res = done(calls.compat('writev', fd, texts(calls, ['short ', 'words'], 4), 2));
      return { res, data: 'short words', fd, size: 11 };
    },
  },
  {
    name: 'preadv',
    event: 'PPME_SYSCALL_PREADV_X',
    run(calls) {
      const fd = file(calls, 'one two three');
      const res = done(calls.syscall('preadv', fd, spaces(calls, [2, 3]), 2, 4, 0));
      return { res, size: 5, data: 'two t', fd, pos: 4 };
    },
  },
  {
    name: 'preadv through the 32-bit entry',
    event: 'PPME_SYSCALL_PREADV_X',
    compat: true,
    run(calls) {
      const fd = file(calls, 'one two three');
      const res = done(calls.compat('preadv', fd, spaces(calls, [3, 30], 4), 2, 8, 0));
      return { res, size: 5, data: 'three', fd, pos: 8 };
    },
  },
  {
    name: 'pwritev',
    event: 'PPME_SYSCALL_PWRITEV_X',
    run(calls) {
      const fd = file(calls, '');
      const res = done(calls.syscall('pwritev', fd, texts(calls, ['ab', 'cd']), 2, 70_000, 0));
      return { res, data: 'abcd', fd, size: 4, pos: 70_000 };
    },
  },
  {
    name: 'pwritev that failed',
    event: 'PPME_SYSCALL_PWRITEV_X',
    run(calls) {
      const fd = MISSING_FD;
      const res = failed('EBADF', calls.syscall('pwritev', fd, texts(calls, ['ab']), 1, 3, 0));
      return { res, data: 'ab', fd, size: 2, pos: 3 };
    },
  },
];

const seeks: readonly RecordCase[] = [
  {
    name: 'lseek',
    event: 'PPME_SYSCALL_LSEEK_X',
    run(calls) {
      const fd = file(calls, text);
      const res = done(calls.syscall('lseek', fd, 7, SEEK_CUR));
      return { res, fd, offset: 7, whence: PPM_SEEK_CUR };
    },
  },
  {
    name: 'lseek backwards from the end',
    event: 'PPME_SYSCALL_LSEEK_X',
    run(calls) {
      const fd = file(calls, text);
      const res = done(calls.syscall('lseek', fd, -2, SEEK_END));
      return { res, fd, offset: 0xffff_ffff_ffff_fffen, whence: PPM_SEEK_END };
    },
  },
  {
    name: 'lseek of a pipe',
    event: 'PPME_SYSCALL_LSEEK_X',
    run(calls) {
      const fds = new Int32Array(2);
      done(calls.syscall('pipe2', new Uint8Array(fds.buffer), 0));
      const fd = fds[0] ?? -1;
      const res = failed('ESPIPE', calls.syscall('lseek', fd, 1, 0));
      return { res, fd, offset: 1, whence: PPM_SEEK_SET };
    },
  },
  {
    name: 'lseek backwards through the 32-bit entry',
    event: 'PPME_SYSCALL_LSEEK_X',
    compat: true,
    run(calls) {
      const fd = file(calls, text);
      const res = done(calls.compat(COMPAT_LSEEK, fd, 0xffff_fffe, SEEK_END));
      return { res, fd, offset: 0xffff_ffff_ffff_fffen, whence: PPM_SEEK_END };
    },
  },
  {
    name: '_llseek, which only the 32-bit entry has',
    event: 'PPME_SYSCALL_LLSEEK_X',
    also: ['lseek'],
    compat: true,
    run(calls) {
      const fd = file(calls, text);
      done(calls.syscall('lseek', fd, 3, 0));
      const res = done(calls.compat(COMPAT_LLSEEK, fd, 2, 5, new Uint8Array(8), SEEK_CUR));
      return { res, fd, offset: 0x2_0000_0005, whence: PPM_SEEK_CUR };
    },
  },
];

export const cases: readonly RecordCase[] = [...plain, ...vectors, ...seeks];
