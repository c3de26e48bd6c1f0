/** Capabilities of this process, as the kernel numbers them (include/uapi/linux/capability.h). */

import { readFileSync } from 'node:fs';

export const CAP = {
  DAC_READ_SEARCH: 2,
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

/** Those that are in effect, of the thread whose status it is. */
export function effectiveCapabilities(status = '/proc/self/status'): CapabilitySet {
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(status, 'latin1'));
  return BigInt(`0x${line?.[1] ?? '0'}`);
}
