/** Calls that give descriptors back. */

import {
  PPM_CLOSE_RANGE_CLOEXEC,
  PPM_CLOSE_RANGE_UNSHARE,
} from '@saker/core/events/constants.gen.ts';
import type { RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const CLOSE_RANGE_UNSHARE = 2;
const CLOSE_RANGE_CLOEXEC = 4;

const close = 'PPME_SYSCALL_CLOSE_X';
const closeRange = 'PPME_SYSCALL_CLOSE_RANGE_X';

export const cases: readonly RecordCase[] = [
  {
    name: 'close of a descriptor',
    event: close,
    run(calls) {
      const fd = done(calls.syscall('dup', 1));
      return { res: done(calls.syscall('close', fd)), fd };
    },
  },
  {
    name: 'close of a descriptor that is not open',
    event: close,
    run: (calls) => ({ res: failed('EBADF', calls.syscall('close', 777)), fd: 777 }),
  },
  {
    name: 'close through the 32-bit entry',
    event: close,
    compat: true,
    run(calls) {
      const fd = done(calls.syscall('dup', 1));
      return { res: done(calls.compat('close', fd)), fd };
    },
  },
  {
    name: 'close of a negative number through the 32-bit entry',
    event: close,
    compat: true,
    run: (calls) => ({ res: failed('EBADF', calls.compat('close', 0xffff_fffe)), fd: -2 }),
  },
  {
    name: 'close_range',
    event: closeRange,
    run(calls) {
      done(calls.syscall('dup2', 1, 900));
      const res = done(calls.syscall('close_range', 900, 0xffff_ffff, CLOSE_RANGE_UNSHARE));
      failed('EBADF', calls.syscall('fcntl', 900, 1));
      return { res, first: 900, last: 0xffff_ffff, flags: PPM_CLOSE_RANGE_UNSHARE };
    },
  },
  {
    name: 'close_range that only marks',
    event: closeRange,
    run: (calls) => ({
      res: done(calls.syscall('close_range', 901, 902, CLOSE_RANGE_CLOEXEC)),
      first: 901,
      last: 902,
      flags: PPM_CLOSE_RANGE_CLOEXEC,
    }),
  },
  {
    name: 'close_range of no range',
    event: closeRange,
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('close_range', 5, 4, 0)),
      first: 5,
      last: 4,
      flags: 0,
    }),
  },
];
