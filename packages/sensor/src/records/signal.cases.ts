/** Signals that are sent to others. */

import type { RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const SIGWINCH = 28;
const NO_SIGNAL = 65;
/** Beyond pid_max. */
const NO_PROCESS = 0x7fff_fff0;

export const cases: readonly RecordCase[] = [
  {
    name: 'kill of itself with a signal that is ignored',
    event: 'PPME_SYSCALL_KILL_X',
    run: (calls) => ({
      res: done(calls.syscall('kill', calls.pid, SIGWINCH)),
      pid: calls.pid,
      sig: SIGWINCH,
    }),
  },
  {
    name: 'kill of nobody',
    event: 'PPME_SYSCALL_KILL_X',
    run: (calls) => ({
      res: failed('ESRCH', calls.syscall('kill', NO_PROCESS, 9)),
      pid: NO_PROCESS,
      sig: 9,
    }),
  },
  {
    name: 'kill of a process group that does not exist, through the 32-bit entry',
    event: 'PPME_SYSCALL_KILL_X',
    skip: process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry',
    run: (calls) => ({
      res: failed('ESRCH', calls.compat('kill', -NO_PROCESS, 15)),
      pid: -NO_PROCESS,
      sig: 15,
    }),
  },
  {
    name: 'tkill that only asks',
    event: 'PPME_SYSCALL_TKILL_X',
    run: (calls) => ({ res: done(calls.syscall('tkill', calls.tid, 0)), tid: calls.tid, sig: 0 }),
  },
  {
    name: 'tgkill',
    event: 'PPME_SYSCALL_TGKILL_X',
    run: ({ pid, tid, syscall }) => ({
      res: done(syscall('tgkill', pid, tid, SIGWINCH)),
      pid,
      tid,
      sig: SIGWINCH,
    }),
  },
  {
    name: 'tgkill with a signal that there is not',
    event: 'PPME_SYSCALL_TGKILL_X',
    run: ({ pid, tid, syscall }) => ({
      res: failed('EINVAL', syscall('tgkill', pid, tid, NO_SIGNAL)),
      pid,
      tid,
      sig: NO_SIGNAL,
    }),
  },
];
