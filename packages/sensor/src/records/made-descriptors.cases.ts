/** Calls that make descriptors for what is no file. */

import {
  PPM_EPOLL_CLOEXEC,
  PPM_MFD_ALLOW_SEALING,
  PPM_MFD_CLOEXEC,
  PPM_O_CLOEXEC,
  PPM_O_NONBLOCK,
  PPM_PIDFD_NONBLOCK,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const O_NONBLOCK = 0x800;
const O_CLOEXEC = 0x8_0000;
const EFD_SEMAPHORE = 1;
const CLOCK_MONOTONIC = 1;
const CLOCK_MISSING = 200;
const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_NAME_BYTES_MAX = 249;
const SIGNAL_SET_BYTES = 8;
const MISSING_FD = 777;
/** No pid of any process: PID_MAX_LIMIT is 2^22. */
const MISSING_PID = 0x40_0001;
/** No address of any process. */
const NOWHERE = 1;
/** SIGINT and SIGTERM, and one beyond the first 32. */
const signals = Uint8Array.of(0b10, 0b100_0000, 0, 0, 1, 0, 0, 0);
const SIGNALS = 0b100_0000_0000_0010;

function pidfd(calls: Calls): number {
  return done(calls.syscall('pidfd_open', calls.pid, 0));
}

const events: readonly RecordCase[] = [
  {
    name: 'eventfd',
    event: 'PPME_SYSCALL_EVENTFD_X',
    run: (calls) => ({
      res: done(calls.syscall('eventfd', 0xffff_ffff)),
      initval: 0xffff_ffff,
      flags: 0,
    }),
  },
  {
    name: 'eventfd2',
    event: 'PPME_SYSCALL_EVENTFD2_X',
    run: (calls) => ({
      res: done(calls.syscall('eventfd2', 5, O_NONBLOCK | O_CLOEXEC | EFD_SEMAPHORE)),
      flags: PPM_O_NONBLOCK | PPM_O_CLOEXEC,
      initval: 5,
    }),
  },
  {
    name: 'eventfd2 with flags that do not exist',
    event: 'PPME_SYSCALL_EVENTFD2_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('eventfd2', 5, 0x10)),
      flags: 0,
      initval: 5,
    }),
  },
  {
    name: 'signalfd',
    event: 'PPME_SYSCALL_SIGNALFD_X',
    run: (calls) => ({
      res: done(calls.syscall('signalfd', -1, signals, SIGNAL_SET_BYTES)),
      fd: -1,
      mask: SIGNALS,
      flags: 0,
    }),
  },
  {
    name: 'signalfd of what is not open',
    event: 'PPME_SYSCALL_SIGNALFD_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('signalfd', MISSING_FD, signals, SIGNAL_SET_BYTES)),
      fd: MISSING_FD,
      mask: SIGNALS,
      flags: 0,
    }),
  },
  {
    name: 'signalfd4',
    event: 'PPME_SYSCALL_SIGNALFD4_X',
    run: (calls) => ({
      res: done(calls.syscall('signalfd4', -1, signals, SIGNAL_SET_BYTES, O_CLOEXEC)),
      flags: PPM_O_CLOEXEC,
      fd: -1,
      mask: SIGNALS,
    }),
  },
  {
    name: 'signalfd4 of signals that are not there',
    event: 'PPME_SYSCALL_SIGNALFD4_X',
    run: (calls) => ({
      res: failed('EFAULT', calls.syscall('signalfd4', -1, NOWHERE, SIGNAL_SET_BYTES, O_NONBLOCK)),
      flags: PPM_O_NONBLOCK,
      fd: -1,
      mask: 0,
    }),
  },
  {
    name: 'timerfd_create',
    event: 'PPME_SYSCALL_TIMERFD_CREATE_X',
    run: (calls) => ({
      res: done(calls.syscall('timerfd_create', CLOCK_MONOTONIC, O_NONBLOCK)),
      clockid: CLOCK_MONOTONIC,
      flags: PPM_O_NONBLOCK,
    }),
  },
  {
    name: 'timerfd_create through the 32-bit entry, where it has the number of another call',
    event: 'PPME_SYSCALL_TIMERFD_CREATE_X',
    compat: true,
    run: (calls) => ({
      res: done(calls.compat('timerfd_create', CLOCK_MONOTONIC, O_NONBLOCK)),
      clockid: CLOCK_MONOTONIC,
      flags: PPM_O_NONBLOCK,
    }),
  },
  {
    name: 'timerfd_create of a clock that does not exist',
    event: 'PPME_SYSCALL_TIMERFD_CREATE_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('timerfd_create', CLOCK_MISSING, 0)),
      clockid: CLOCK_MISSING,
      flags: 0,
    }),
  },
  {
    name: 'inotify_init',
    event: 'PPME_SYSCALL_INOTIFY_INIT_X',
    run: (calls) => ({ res: done(calls.syscall('inotify_init')), flags: 0 }),
  },
  {
    name: 'inotify_init1',
    event: 'PPME_SYSCALL_INOTIFY_INIT1_X',
    run: (calls) => ({
      res: done(calls.syscall('inotify_init1', O_CLOEXEC | O_NONBLOCK)),
      flags: PPM_O_CLOEXEC | PPM_O_NONBLOCK,
    }),
  },
  {
    name: 'inotify_init1 with flags that do not exist',
    event: 'PPME_SYSCALL_INOTIFY_INIT1_X',
    run: (calls) => ({ res: failed('EINVAL', calls.syscall('inotify_init1', 2)), flags: 0 }),
  },
  {
    name: 'epoll_create',
    event: 'PPME_SYSCALL_EPOLL_CREATE_X',
    run: (calls) => ({ res: done(calls.syscall('epoll_create', 9)), size: 9 }),
  },
  {
    name: 'epoll_create of a size that cannot be',
    event: 'PPME_SYSCALL_EPOLL_CREATE_X',
    run: (calls) => ({ res: failed('EINVAL', calls.syscall('epoll_create', -4)), size: -4 }),
  },
  {
    name: 'epoll_create1',
    event: 'PPME_SYSCALL_EPOLL_CREATE1_X',
    run: (calls) => ({
      res: done(calls.syscall('epoll_create1', O_CLOEXEC)),
      flags: PPM_EPOLL_CLOEXEC,
    }),
  },
  {
    name: 'epoll_create1 with flags that do not exist',
    event: 'PPME_SYSCALL_EPOLL_CREATE1_X',
    run: (calls) => ({ res: failed('EINVAL', calls.syscall('epoll_create1', 1)), flags: 0 }),
  },
];

const others: readonly RecordCase[] = [
  {
    name: 'memfd_create',
    event: 'PPME_SYSCALL_MEMFD_CREATE_X',
    run: (calls) => ({
      fd: done(calls.syscall('memfd_create', 'in memory', MFD_CLOEXEC | MFD_ALLOW_SEALING)),
      name: 'in memory',
      flags: PPM_MFD_CLOEXEC | PPM_MFD_ALLOW_SEALING,
    }),
  },
  {
    name: 'memfd_create with a name that is too long',
    event: 'PPME_SYSCALL_MEMFD_CREATE_X',
    run(calls) {
      const name = 'x'.repeat(MFD_NAME_BYTES_MAX + 1);
      return { fd: failed('EINVAL', calls.syscall('memfd_create', name, 0)), name, flags: 0 };
    },
  },
  {
    name: 'pidfd_open',
    event: 'PPME_SYSCALL_PIDFD_OPEN_X',
    run: (calls) => ({
      fd: done(calls.syscall('pidfd_open', calls.pid, O_NONBLOCK)),
      pid: calls.pid,
      flags: PPM_PIDFD_NONBLOCK,
    }),
  },
  {
    name: 'pidfd_open of a process that is missing',
    event: 'PPME_SYSCALL_PIDFD_OPEN_X',
    run: (calls) => ({
      fd: failed('ESRCH', calls.syscall('pidfd_open', MISSING_PID, 0)),
      pid: MISSING_PID,
      flags: 0,
    }),
  },
  {
    name: 'pidfd_getfd',
    event: 'PPME_SYSCALL_PIDFD_GETFD_X',
    run(calls) {
      const pid_fd = pidfd(calls);
      const fd = done(calls.syscall('pidfd_getfd', pid_fd, 2, 0));
      return { fd, pid_fd, target_fd: 2, flags: 0 };
    },
  },
  {
    name: 'pidfd_getfd with flags that do not exist',
    event: 'PPME_SYSCALL_PIDFD_GETFD_X',
    run(calls) {
      const fd = failed('EINVAL', calls.syscall('pidfd_getfd', MISSING_FD, 2, 0x8000_0000));
      return { fd, pid_fd: MISSING_FD, target_fd: 2, flags: 0x8000_0000 };
    },
  },
  {
    name: 'userfaultfd',
    event: 'PPME_SYSCALL_USERFAULTFD_X',
    run: (calls) => ({
      res: done(calls.syscall('userfaultfd', O_CLOEXEC)),
      flags: O_CLOEXEC,
    }),
  },
  {
    name: 'userfaultfd with flags that do not exist',
    event: 'PPME_SYSCALL_USERFAULTFD_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('userfaultfd', 0x40)),
      flags: 0x40,
    }),
  },
];

export const cases: readonly RecordCase[] = [...events, ...others];
