/** Calls that move data from one descriptor to another. */

import { writeFileSync } from 'node:fs';
import { PPM_SPLICE_F_MORE, PPM_SPLICE_F_NONBLOCK } from '@saker/core/events/constants.gen.ts';
import type { Calls, Memory, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const AT_FDCWD = -100;
const O_RDWR = 2;
const SPLICE_F_NONBLOCK = 2;
const SPLICE_F_MORE = 4;
const MISSING_FD = 777;
const COMPAT_SENDFILE = 187;
const TEXT = 'eleven chars';

function file(calls: Calls, name: string, content: string): number {
  writeFileSync(name, content);
  return done(calls.syscall('openat', AT_FDCWD, name, O_RDWR));
}

/** The end that is written to. */
function pipe(calls: Calls): number {
  const fds = new Uint8Array(8);
  done(calls.syscall('pipe2', fds, 0));
  return new DataView(fds.buffer).getInt32(4, true);
}

function offset(calls: Calls, value: number): Memory {
  const memory = calls.memory(8);
  memory.view.setBigUint64(0, BigInt(value), true);
  return memory;
}

export const cases: readonly RecordCase[] = [
  {
    name: 'splice',
    event: 'PPME_SYSCALL_SPLICE_X',
    run(calls) {
      const fd_in = file(calls, 'in', TEXT);
      const fd_out = pipe(calls);
      const flags = SPLICE_F_NONBLOCK | SPLICE_F_MORE;
      return {
        res: done(calls.syscall('splice', fd_in, null, fd_out, null, 5, flags)),
        fd_in,
        fd_out,
        size: 5,
        flags: PPM_SPLICE_F_NONBLOCK | PPM_SPLICE_F_MORE,
      };
    },
  },
  {
    name: 'splice without a pipe',
    event: 'PPME_SYSCALL_SPLICE_X',
    run(calls) {
      const fd_in = file(calls, 'in', TEXT);
      const fd_out = file(calls, 'out', '');
      const res = failed('EINVAL', calls.syscall('splice', fd_in, null, fd_out, null, 5, 0));
      return { res, fd_in, fd_out, size: 5, flags: 0 };
    },
  },
  {
    name: 'sendfile from an offset, which the call moves on',
    event: 'PPME_SYSCALL_SENDFILE_X',
    run(calls) {
      const in_fd = file(calls, 'in', TEXT);
      const out_fd = file(calls, 'out', '');
      const res = done(calls.syscall('sendfile', out_fd, in_fd, offset(calls, 3).address, 4));
      return { res, offset: 7, out_fd, in_fd, size: 4 };
    },
  },
  {
    name: 'sendfile from where the file is',
    event: 'PPME_SYSCALL_SENDFILE_X',
    run(calls) {
      const in_fd = file(calls, 'in', TEXT);
      const out_fd = file(calls, 'out', '');
      const res = done(calls.syscall('sendfile', out_fd, in_fd, null, 100));
      return { res, offset: 0, out_fd, in_fd, size: 100 };
    },
  },
  {
    name: 'sendfile from what is not open',
    event: 'PPME_SYSCALL_SENDFILE_X',
    run(calls) {
      const out_fd = file(calls, 'out', '');
      const res = failed('EBADF', calls.syscall('sendfile', out_fd, MISSING_FD, null, 1));
      return { res, offset: 0, out_fd, in_fd: MISSING_FD, size: 1 };
    },
  },
  {
    name: 'sendfile with a short offset through the 32-bit entry',
    event: 'PPME_SYSCALL_SENDFILE_X',
    compat: true,
    run(calls) {
      const in_fd = file(calls, 'in', TEXT);
      const out_fd = file(calls, 'out', '');
      const from = calls.memory(Uint8Array.of(2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff));
      const res = done(calls.compat(COMPAT_SENDFILE, out_fd, in_fd, from.address, 4));
      return { res, offset: 6, out_fd, in_fd, size: 4 };
    },
  },
  {
    name: 'copy_file_range between offsets, which the call moves on',
    event: 'PPME_SYSCALL_COPY_FILE_RANGE_X',
    run(calls) {
      const fdin = file(calls, 'in', TEXT);
      const fdout = file(calls, 'out', '');
      const from = offset(calls, 1).address;
      const to = offset(calls, 20).address;
      return {
        res: done(calls.syscall('copy_file_range', fdin, from, fdout, to, 6, 0)),
        fdout,
        offout: 26,
        fdin,
        offin: 7,
        len: 6,
      };
    },
  },
  {
    name: 'copy_file_range from what is not open',
    event: 'PPME_SYSCALL_COPY_FILE_RANGE_X',
    run(calls) {
      const fdout = file(calls, 'out', '');
      const result = calls.syscall('copy_file_range', MISSING_FD, null, fdout, null, 6, 0);
      return {
        res: failed('EBADF', result),
        fdout,
        offout: 0,
        fdin: MISSING_FD,
        offin: 0,
        len: 6,
      };
    },
  },
];
