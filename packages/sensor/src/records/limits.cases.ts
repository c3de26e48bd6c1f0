/** Limits on what a process may use. */

import {
  PPM_RLIMIT_CORE,
  PPM_RLIMIT_NOFILE,
  PPM_RLIMIT_STACK,
} from '@saker/core/events/constants.gen.ts';
import type { Memory, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const RLIMIT_STACK = 3;
const RLIMIT_CORE = 4;
const RLIMIT_NOFILE = 7;
const NO_RESOURCE = 99;
const PPM_RLIMIT_UNKNOWN = 255;
const NO_PROCESS = 0x7fff_fff0;
const NOWHERE = 8;
const skipWithout32Bit = process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry';

/** struct rlimit, of two unsigned longs, and what records say of it. */
function limitsIn({ view }: Memory) {
  return { cur: view.getBigInt64(0, true), max: view.getBigInt64(8, true) };
}

export const cases: readonly RecordCase[] = [
  {
    name: 'getrlimit',
    event: 'PPME_SYSCALL_GETRLIMIT_X',
    run(calls) {
      const limits = calls.memory(16);
      const res = done(calls.syscall('getrlimit', RLIMIT_NOFILE, limits.address));
      return { res, ...limitsIn(limits), resource: PPM_RLIMIT_NOFILE };
    },
  },
  {
    name: 'getrlimit of what there is not',
    event: 'PPME_SYSCALL_GETRLIMIT_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('getrlimit', NO_RESOURCE, calls.memory(16).address)),
      cur: -1,
      max: -1,
      resource: PPM_RLIMIT_UNKNOWN,
    }),
  },
  {
    name: 'getrlimit through the 32-bit entry, where some is not limited',
    event: 'PPME_SYSCALL_GETRLIMIT_X',
    skip: skipWithout32Bit,
    run(calls) {
      const wide = calls.memory(16);
      calls.syscall('prlimit64', 0, RLIMIT_STACK, 0, wide.address);
      const limits = calls.memory(8);
      const res = done(calls.compat('getrlimit', RLIMIT_STACK, limits.address));
      return { res, ...limitsIn(wide), resource: PPM_RLIMIT_STACK };
    },
  },
  {
    name: 'setrlimit',
    event: 'PPME_SYSCALL_SETRLIMIT_X',
    run(calls) {
      const limits = calls.memory(16);
      calls.syscall('getrlimit', RLIMIT_CORE, limits.address);
      limits.view.setBigInt64(0, 0n, true);
      const res = done(calls.syscall('setrlimit', RLIMIT_CORE, limits.address));
      return { res, ...limitsIn(limits), resource: PPM_RLIMIT_CORE };
    },
  },
  {
    name: 'setrlimit to what is nowhere',
    event: 'PPME_SYSCALL_SETRLIMIT_X',
    run: (calls) => ({
      res: failed('EFAULT', calls.syscall('setrlimit', RLIMIT_CORE, NOWHERE)),
      cur: 0,
      max: 0,
      resource: PPM_RLIMIT_CORE,
    }),
  },
  {
    name: 'prlimit64 that sets and gets',
    event: 'PPME_SYSCALL_PRLIMIT_X',
    run(calls) {
      const old = calls.memory(16);
      calls.syscall('getrlimit', RLIMIT_NOFILE, old.address);
      const { cur, max } = limitsIn(old);
      const set = calls.memory(16);
      set.view.setBigInt64(0, cur - 1n, true);
      set.view.setBigInt64(8, max, true);
      return {
        res: done(calls.syscall('prlimit64', calls.pid, RLIMIT_NOFILE, set.address, old.address)),
        newcur: cur - 1n,
        newmax: max,
        oldcur: cur,
        oldmax: max,
        pid: calls.pid,
        resource: PPM_RLIMIT_NOFILE,
      };
    },
  },
  {
    name: 'prlimit64 of a process that does not exist',
    event: 'PPME_SYSCALL_PRLIMIT_X',
    run: (calls) => ({
      res: failed('ESRCH', calls.syscall('prlimit64', NO_PROCESS, RLIMIT_CORE, 0, 0)),
      newcur: 0,
      newmax: 0,
      oldcur: -1,
      oldmax: -1,
      pid: NO_PROCESS,
      resource: PPM_RLIMIT_CORE,
    }),
  },
];
