/** Capabilities of this process, as the kernel numbers them (include/uapi/linux/capability.h). */

import { readFileSync } from 'node:fs';

export const CAP = {
  DAC_READ_SEARCH: 2,
  NET_BIND_SERVICE: 10,
  SYS_PTRACE: 19,
  SYS_ADMIN: 21,
  SYS_RESOURCE: 24,
  PERFMON: 38,
  BPF: 39,
} as const;

export type CapabilitySet = bigint;

export function capabilitySet(...numbers: readonly number[]): CapabilitySet {
  return numbers.reduce((set, number) => set | (1n << BigInt(number)), 0n);
}

export function hasCapability(set: CapabilitySet, number: number): boolean {
  return (set & (1n << BigInt(number))) !== 0n;
}

/** Sets of a thread: in effect, kept through an exec by what runs then, and at most to be had. */
export type CapabilitySetName = 'CapEff' | 'CapInh' | 'CapBnd';

/** Of the thread whose status it is. */
export function readCapabilities(
  name: CapabilitySetName,
  status = '/proc/self/status',
): CapabilitySet {
  return parseCapabilities(name, readFileSync(status, 'latin1'));
}

/** `status` is the text of /proc/<pid>/status; what it does not say is no capability. */
export function parseCapabilities(name: CapabilitySetName, status: string): CapabilitySet {
  const digits = new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1];
  return BigInt(`0x${digits ?? '0'}`);
}
