/** The number of this process as the host has it, which in a pid namespace is not `process.pid`. */

import { randomInt } from 'node:crypto';
import type { BpfObject } from './bpf-object.ts';
import { libc } from './libc.ts';
import { SensorError } from './sensor-error.ts';

/** No other process closes such a descriptor, by mistake or on purpose. */
const MARK_MIN = -(2 ** 31);
const MARK_MAX = -(2 ** 30);

/**
 * With the program find_self (bpf/sys-exit.h) attached: makes the call that it knows us by. Its
 * answer stays in `self_tgid`.
 */
export function findSelf(object: BpfObject): number {
  const mark = object.variable('self_mark');
  const mine = randomInt(MARK_MIN, MARK_MAX);
  mark.setInt32(0, mine, true);
  libc().close(mine);
  mark.setInt32(0, 0, true);
  const pid = object.variable('self_tgid').getInt32(0, true);
  if (pid > 0) return pid;
  throw new SensorError('attach-failed', 'the programs are attached, and see no system call');
}
