/** Releases of the kernel as `uname -r` says them: `6.1.0-18-amd64`. */

export interface KernelRelease {
  readonly major: number;
  readonly minor: number;
}

/** The first with the ring buffer of records (BPF_MAP_TYPE_RINGBUF) and CAP_BPF. */
export const KERNEL_MIN: KernelRelease = { major: 5, minor: 8 };
/** From here on memory of BPF counts for the control group and not for RLIMIT_MEMLOCK. */
export const KERNEL_WITHOUT_MEMLOCK: KernelRelease = { major: 5, minor: 11 };

/** From here on functions of their own may be called where preemption is off. */
export const KERNEL_WITH_CALLS_UNPREEMPTED: KernelRelease = { major: 6, minor: 15 };

/** undefined: it does not begin with two numbers. */
export function parseRelease(text: string): KernelRelease | undefined {
  const found = /^(\d+)\.(\d+)/.exec(text);
  return found === null ? undefined : { major: Number(found[1]), minor: Number(found[2]) };
}

export function isAtLeast(release: KernelRelease, other: KernelRelease): boolean {
  if (release.major !== other.major) return release.major > other.major;
  return release.minor >= other.minor;
}

/** What is no release is no older than any: the kernel itself has the last word. */
export function isOlder(release: string, other: KernelRelease): boolean {
  const parsed = parseRelease(release);
  return parsed !== undefined && !isAtLeast(parsed, other);
}

export function formatRelease({ major, minor }: KernelRelease): string {
  return `${major}.${minor}`;
}
