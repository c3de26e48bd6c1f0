/** What a process may do beyond others, as `CapEff` of /proc/PID/status holds it. */

/** The ones that live detection looks at, by their bits in include/uapi/linux/capability.h. */
const bits = {
  DAC_READ_SEARCH: 2n,
  SYS_PTRACE: 19n,
  SYS_ADMIN: 21n,
  SYS_RESOURCE: 24n,
  PERFMON: 38n,
  BPF: 39n,
} as const;
export type Capability = keyof typeof bits;

/** Without these no program is loaded or attached. SYS_ADMIN stands for both. */
export const NEEDED: readonly Capability[] = ['BPF', 'PERFMON'];
/** Without these what other users' processes have open when detection starts stays unknown. */
export const WANTED: readonly Capability[] = ['SYS_PTRACE', 'DAC_READ_SEARCH'];

export function hasCapability(set: bigint, name: Capability): boolean {
  return ((set >> bits[name]) & 1n) === 1n;
}

/** Of `names` those that the set lacks. */
export function missingCapabilities(set: bigint, names: readonly Capability[]): Capability[] {
  const isAdmin = hasCapability(set, 'SYS_ADMIN');
  return names.filter((name) => !hasCapability(set, name) && !(isAdmin && NEEDED.includes(name)));
}

/** Of the ones that matter here. */
export function capabilitiesIn(set: bigint): Capability[] {
  return [...NEEDED, ...WANTED, 'SYS_RESOURCE' as const, 'SYS_ADMIN' as const].filter((name) =>
    hasCapability(set, name),
  );
}

/** `CAP_BPF and CAP_PERFMON`. */
export function formatCapabilities(names: readonly Capability[]): string {
  return names.map((name) => `CAP_${name}`).join(' and ');
}
