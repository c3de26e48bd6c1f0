/**
 * Live detection keeps the capabilities that it needs and no others. A capability set belongs to a
 * thread, and Node has several before its first line runs; so the process gives the others up for
 * good, in its bounding set, and starts itself anew: what an exec makes has them in no thread.
 */

import { prctl } from '@saker/sensor/own-process.ts';
import type { Config } from '../../config/config.ts';
import {
  CAP,
  type CapabilitySet,
  capabilitySet,
  hasCapability,
  readCapabilities,
} from '../../host/capabilities.ts';
import { bindsLowPort } from './low-ports.ts';
import { startAnew } from './start-anew.ts';

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
const NOTHING: CapabilitySet = capabilitySet();
/** Highest number that is tried; the kernel refuses those that it does not know. */
const CAPABILITIES_MAX = 64;
const PR_CAPBSET_DROP = 24;
const PR_GET_SECUREBITS = 27;

/**
 * What to keep of what is in effect: SYS_ADMIN stands for BPF and PERFMON where those are not.
 * `more`: what the configuration takes.
 */
export function neededOf(effective: CapabilitySet, more: CapabilitySet): CapabilitySet {
  const knowsBpf = hasCapability(effective, CAP.BPF) && hasCapability(effective, CAP.PERFMON);
  return effective & (more | (knowsBpf ? NEEDED : NEEDED | capabilitySet(CAP.SYS_ADMIN)));
}

/**
 * Whether an exec leaves fewer capabilities than there are: root then has what is inherited and
 * what its bounding set allows (capabilities(7)). `before` and `after` are that set before some
 * were given up and now: each start anew comes with a smaller one, so they end.
 */
export function losesByExec(
  effective: CapabilitySet,
  inheritable: CapabilitySet,
  bounding: { readonly before: CapabilitySet; readonly after: CapabilitySet },
): boolean {
  const { before, after } = bounding;
  return after !== before && (effective & (inheritable | after)) !== effective;
}

/**
 * Starts the process anew when it has more than it needs: then it does not return. It does where
 * nothing can be given up (a container whose root lacks SETPCAP). Only root's capabilities follow
 * the bounding set through an exec, and not under secure bits; others were given what they have on
 * purpose.
 */
export function shedPrivileges(config: Config): void {
  const effective = readCapabilities('CapEff');
  const more = bindsLowPort(config) ? capabilitySet(CAP.NET_BIND_SERVICE) : NOTHING;
  const kept = neededOf(effective, more);
  if (process.getuid?.() !== 0 || effective === kept || !prctl(PR_GET_SECUREBITS, 0)) return;
  const before = readCapabilities('CapBnd');
  for (let number = 0; number < CAPABILITIES_MAX; number++) {
    if (!hasCapability(kept, number)) prctl(PR_CAPBSET_DROP, number);
  }
  const after = readCapabilities('CapBnd');
  if (losesByExec(effective, readCapabilities('CapInh'), { before, after })) startAnew();
}
