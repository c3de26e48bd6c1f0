/** Calls without an event of their own. */

import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import { syscallNumber } from '../syscall-numbers.ts';
import type { Expected, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const GENERIC_X = 'PPME_GENERIC_X';

/** By the call's name: its PPM_SC code, and its number in the 64-bit table. */
function genericOf(name: string): Expected {
  const codes = Array.from({ length: SYSCALL_CODES }, (_, code) => code);
  const code = codes.find((candidate) => syscallName(candidate) === name) ?? -1;
  return { ID: code, nativeID: syscallNumber(name, process.arch) ?? -1 };
}

export const cases: readonly RecordCase[] = [
  {
    name: 'getpriority',
    event: GENERIC_X,
    run(calls) {
      done(calls.syscall('getpriority', 0, 0));
      return genericOf('getpriority');
    },
  },
  {
    name: 'times',
    event: GENERIC_X,
    run(calls) {
      done(calls.syscall('times', 0));
      return genericOf('times');
    },
  },
  {
    name: 'a call that fails',
    event: GENERIC_X,
    run(calls) {
      failed('EBADF', calls.syscall('fsync', -1));
      return genericOf('fsync');
    },
  },
  {
    name: 'a call of a late number',
    event: GENERIC_X,
    run(calls) {
      failed('EINVAL', calls.syscall('rseq', 0, 0, 0xff, 0));
      return genericOf('rseq');
    },
  },
  {
    name: 'getpriority through the 32-bit entry, where it has another number',
    event: GENERIC_X,
    skip: process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry',
    run(calls) {
      done(calls.compat('getpriority', 0, 0));
      return genericOf('getpriority');
    },
  },
];
