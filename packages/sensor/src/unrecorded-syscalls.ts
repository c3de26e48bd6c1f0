/** Which calls somebody may ask for in vain, because there is no program that records them. */

import { genericSyscalls } from '@saker/core/events/names.gen.ts';
import { syscallName } from '@saker/core/events/names.ts';
import { syscallNumber } from './syscall-numbers.ts';

/** The program for calls that have no event of their own. */
const GENERIC_PROGRAM = 'sys_generic';
/** Codes that are tracepoints: their programs have their names. */
const tracepoints: ReadonlySet<string> = new Set([
  'sched_process_exit',
  'sched_switch',
  'page_fault_user',
  'page_fault_kernel',
  'signal_deliver',
]);

/**
 * Of PPM_SC codes those that happen on the architecture (`process.arch`) and that none of the
 * programs records as what they are. The generic program records every call, but as a call of which
 * no more than the number is known.
 */
export function unrecordedSyscalls(
  codes: Iterable<number>,
  programs: ReadonlySet<string>,
  arch: string,
): ReadonlySet<number> {
  const generic = new Set(programs.has(GENERIC_PROGRAM) ? genericSyscalls : []);
  const unrecorded = new Set<number>();
  for (const code of codes) {
    const name = syscallName(code);
    if (name === undefined || generic.has(code)) continue;
    const isTracepoint = tracepoints.has(name);
    if (!isTracepoint && syscallNumber(name, arch) === undefined) continue;
    if (!programs.has(isTracepoint ? name : `sys_${name}`)) unrecorded.add(code);
  }
  return unrecorded;
}
