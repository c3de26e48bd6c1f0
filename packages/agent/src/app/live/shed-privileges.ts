/**
 * Live detection keeps the capabilities that it needs and no others. A capability set belongs to a
 * thread, and Node has several before its first line runs; so the process gives the others up for
 * good, in its bounding set, and starts itself anew: what an exec makes has them in no thread.
 */

import { prctl } from '@saker/sensor/own-process.ts';
import {
  CAP,
  type CapabilitySet,
  capabilitySet,
  effectiveCapabilities,
  hasCapability,
} from '../../host/capabilities.ts';

/**
 * Programs and ring (BPF, PERFMON), /proc of other users' processes (SYS_PTRACE), files that only
 * root may read (DAC_READ_SEARCH).
 */
const NEEDED: CapabilitySet = capabilitySet(
  CAP.BPF,
  CAP.PERFMON,
  CAP.SYS_PTRACE,
  CAP.DAC_READ_SEARCH,
);
/** Highest number that is tried; the kernel refuses those that it does not know. */
const CAPABILITIES_MAX = 64;
const PR_CAPBSET_DROP = 24;

/** What to keep of what is in effect: SYS_ADMIN stands for BPF and PERFMON where those are not. */
export function neededOf(effective: CapabilitySet): CapabilitySet {
  const knowsBpf = hasCapability(effective, CAP.BPF) && hasCapability(effective, CAP.PERFMON);
  return effective & (knowsBpf ? NEEDED : NEEDED | capabilitySet(CAP.SYS_ADMIN));
}

/**
 * Starts the process anew when it has more than it needs: then it does not return. Only root's
 * capabilities follow the bounding set through an exec; others were given what they have on
 * purpose.
 */
export function shedPrivileges(): void {
  const effective = effectiveCapabilities();
  const kept = neededOf(effective);
  if (process.getuid?.() !== 0 || effective === kept || process.execve === undefined) return;
  for (let number = 0; number < CAPABILITIES_MAX; number++) {
    if (!hasCapability(kept, number)) prctl(PR_CAPBSET_DROP, number);
  }
  const { execPath, execArgv, argv, env } = process;
  process.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}
