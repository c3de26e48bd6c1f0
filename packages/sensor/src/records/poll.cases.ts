/** Calls that wait for descriptors. */

import {
  PPM_POLLHUP,
  PPM_POLLIN,
  PPM_POLLNVAL,
  PPM_POLLOUT,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const POLLIN = 1;
const POLLOUT = 4;
const POLLFD_BYTES = 8;
/** Descriptors of one call that are recorded. */
const POLLED_MAX = 16;
const MISSING_FD = 777;
const NS_PER_SECOND = 1_000_000_000;
/** No address of any process. */
const NOWHERE = 1;
const SIGNAL_SET_BYTES = 8;
const COMPAT_PPOLL_TIME64 = 414;

interface Polled {
  readonly fd: number;
  readonly events: number;
}

/** An array of struct pollfd. */
function pollfds(polled: readonly Polled[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(polled.length * POLLFD_BYTES));
  for (const [index, { fd, events }] of polled.entries()) {
    view.setInt32(index * POLLFD_BYTES, fd, true);
    view.setInt16(index * POLLFD_BYTES + 4, events, true);
  }
  return new Uint8Array(view.buffer);
}

/** As records have it: the number, then descriptor and flags of each. */
function fdList(list: readonly Polled[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 + list.length * 10));
  view.setUint16(0, list.length, true);
  for (const [index, { fd, events }] of list.entries()) {
    view.setBigInt64(2 + index * 10, BigInt(fd), true);
    view.setUint16(10 + index * 10, events, true);
  }
  return new Uint8Array(view.buffer);
}

/** Both ends of a pipe with something in it. */
function fullPipe(calls: Calls): { readonly from: number; readonly to: number } {
  const fds = new Uint8Array(8);
  done(calls.syscall('pipe2', fds, 0));
  const view = new DataView(fds.buffer);
  const to = view.getInt32(4, true);
  done(calls.syscall('write', to, 'x', 1));
  return { from: view.getInt32(0, true), to };
}

export const cases: readonly RecordCase[] = [
  {
    name: 'poll of a pipe, a descriptor that is not open, and one that is left out',
    event: 'PPME_SYSCALL_POLL_X',
    run(calls) {
      const { from, to } = fullPipe(calls);
      const asked = pollfds([
        { fd: from, events: POLLIN },
        { fd: to, events: POLLIN | POLLOUT },
        { fd: MISSING_FD, events: POLLIN },
        { fd: -1, events: POLLIN },
      ]);
      return {
        res: done(calls.syscall('poll', asked, 4, -1)),
        fds: fdList([
          { fd: from, events: PPM_POLLIN },
          { fd: to, events: PPM_POLLOUT },
          { fd: MISSING_FD, events: PPM_POLLNVAL },
          { fd: -1, events: 0 },
        ]),
        timeout: -1,
      };
    },
  },
  {
    name: 'poll of more than are recorded',
    event: 'PPME_SYSCALL_POLL_X',
    run(calls) {
      const { from } = fullPipe(calls);
      const asked = Array.from({ length: POLLED_MAX + 4 }, () => ({ fd: from, events: POLLIN }));
      const found = Array.from({ length: POLLED_MAX }, () => ({ fd: from, events: PPM_POLLIN }));
      const res = done(calls.syscall('poll', pollfds(asked), asked.length, 1000));
      return { res, fds: fdList(found), timeout: 1000 };
    },
  },
  {
    name: 'poll of nothing, until the time is over',
    event: 'PPME_SYSCALL_POLL_X',
    run: (calls) => ({
      res: done(calls.syscall('poll', null, 0, 1)),
      fds: fdList([]),
      timeout: 1,
    }),
  },
  {
    name: 'poll of what is not there',
    event: 'PPME_SYSCALL_POLL_X',
    run: (calls) => ({
      res: failed('EFAULT', calls.syscall('poll', NOWHERE, 2, 0)),
      fds: fdList([]),
      timeout: 0,
    }),
  },
  {
    name: 'ppoll with a signal mask',
    event: 'PPME_SYSCALL_PPOLL_X',
    run(calls) {
      const { from, to } = fullPipe(calls);
      done(calls.syscall('close', to));
      const time = new Uint8Array(BigInt64Array.of(3n, 500n).buffer);
      const mask = Uint8Array.of(2, 0, 0, 0x80, 0, 0, 0, 0);
      const asked = pollfds([{ fd: from, events: POLLIN }]);
      return {
        res: done(calls.syscall('ppoll', asked, 1, time, mask, SIGNAL_SET_BYTES)),
        fds: fdList([{ fd: from, events: PPM_POLLIN | PPM_POLLHUP }]),
        // The kernel writes back what is left of it.
        timeout: { between: [2.9 * NS_PER_SECOND, 3 * NS_PER_SECOND + 500] },
        sigmask: 0x8000_0002,
      };
    },
  },
  {
    name: 'ppoll without a timeout that failed',
    event: 'PPME_SYSCALL_PPOLL_X',
    run: (calls) => ({
      res: failed('EFAULT', calls.syscall('ppoll', NOWHERE, 1, null, null, SIGNAL_SET_BYTES)),
      fds: fdList([]),
      timeout: 0,
      sigmask: 0,
    }),
  },
  {
    name: 'ppoll with a short timeout through the 32-bit entry',
    event: 'PPME_SYSCALL_PPOLL_X',
    compat: true,
    run(calls) {
      const { from } = fullPipe(calls);
      const time = new Uint8Array(Int32Array.of(7, 0).buffer);
      const asked = pollfds([{ fd: from, events: POLLIN }]);
      return {
        res: done(calls.compat(309, asked, 1, time, null, SIGNAL_SET_BYTES)),
        fds: fdList([{ fd: from, events: PPM_POLLIN }]),
        timeout: { between: [6.9 * NS_PER_SECOND, 7 * NS_PER_SECOND] },
        sigmask: 0,
      };
    },
  },
  {
    name: 'ppoll_time64 of the 32-bit entry',
    event: 'PPME_SYSCALL_PPOLL_X',
    compat: true,
    run(calls) {
      const { from } = fullPipe(calls);
      const time = new Uint8Array(BigInt64Array.of(5n, 0n).buffer);
      const asked = pollfds([{ fd: from, events: POLLIN }]);
      return {
        res: done(calls.compat(COMPAT_PPOLL_TIME64, asked, 1, time, null, SIGNAL_SET_BYTES)),
        fds: fdList([{ fd: from, events: PPM_POLLIN }]),
        timeout: { between: [4.9 * NS_PER_SECOND, 5 * NS_PER_SECOND] },
        sigmask: 0,
      };
    },
  },
  {
    name: 'select of nothing',
    event: 'PPME_SYSCALL_SELECT_X',
    run: (calls) => ({
      res: done(calls.syscall('select', 0, null, null, null, new Uint8Array(16))),
    }),
  },
  {
    name: 'select of a number that cannot be',
    event: 'PPME_SYSCALL_SELECT_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('select', -1, null, null, null, new Uint8Array(16))),
    }),
  },
  {
    name: 'epoll_wait',
    event: 'PPME_SYSCALL_EPOLLWAIT_X',
    run(calls) {
      const fd = done(calls.syscall('epoll_create1', 0));
      const res = done(calls.syscall('epoll_wait', fd, new Uint8Array(60), 5, 0));
      return { res, maxevents: 5 };
    },
  },
  {
    name: 'epoll_wait for a number that cannot be',
    event: 'PPME_SYSCALL_EPOLLWAIT_X',
    run(calls) {
      const fd = done(calls.syscall('epoll_create1', 0));
      const res = failed('EINVAL', calls.syscall('epoll_wait', fd, new Uint8Array(60), -5, 0));
      return { res, maxevents: -5 };
    },
  },
];
