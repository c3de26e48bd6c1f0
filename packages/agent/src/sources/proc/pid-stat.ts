/** /proc/<pid>/stat: one line, of which proc(5) numbers the fields from 1. */

import type { ByteString } from '@saker/core/base/host.ts';

export interface PidStat {
  readonly tid: number;
  /** Any bytes, also blanks, parentheses and line feeds. */
  readonly comm: ByteString;
  /** It has ended, though threads of its process may go on. */
  readonly isZombie: boolean;
  /** It belongs to the kernel: no program, no descriptors. */
  readonly isKernelThread: boolean;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** Device number of the controlling terminal; 0: none. */
  readonly tty: number;
  readonly pageFaultsMinor: number;
  readonly pageFaultsMajor: number;
  readonly threadCount: number;
  /** In ticks since the machine was started: with the id it names a task for good. */
  readonly startTicks: number;
}

/** USER_HZ, which the kernel shows to user space whatever it counts in itself. */
const TICKS_PER_SECOND = 100;
const NS_PER_TICK: number = 1e9 / TICKS_PER_SECOND;
/** Of include/linux/sched.h. */
const PF_KTHREAD = 0x0020_0000;
/** Of the third field, which is the first after the name. */
const FIRST_FIELD = 3;
const START_TIME = 22;

/** Undefined when the line is not one of a task. */
export function parsePidStat(line: ByteString): PidStat | undefined {
  const nameAt = line.indexOf('(') + 1;
  const nameEnd = line.lastIndexOf(')');
  if (nameAt === 0 || nameEnd < nameAt) return undefined;
  const fields = line.slice(nameEnd + 2).split(' ', START_TIME - FIRST_FIELD + 1);
  if (fields.length <= START_TIME - FIRST_FIELD) return undefined;
  const number = (field: number) => Number(fields[field - FIRST_FIELD]);
  const state = fields[0];
  return {
    tid: Number.parseInt(line, 10),
    comm: line.slice(nameAt, nameEnd),
    isZombie: state === 'Z' || state === 'X',
    isKernelThread: (number(9) & PF_KTHREAD) !== 0,
    ppid: number(4),
    pgid: number(5),
    sid: number(6),
    tty: number(7) >>> 0,
    pageFaultsMinor: number(10),
    pageFaultsMajor: number(12),
    threadCount: number(20),
    startTicks: number(START_TIME),
  };
}

/** Nanoseconds since the machine was started. */
export function startNs(stat: PidStat): number {
  return stat.startTicks * NS_PER_TICK;
}
