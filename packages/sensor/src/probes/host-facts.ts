/**
 * What the machine says of itself in /proc and /sys, as far as it decides whether and how well live
 * detection works. Nothing here is tried out; hooks.ts does, and the sensor itself.
 */

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** `confidentiality` forbids to read the kernel's memory, which every program does. */
export type Lockdown = 'none' | 'integrity' | 'confidentiality';
/** `hybrid`: controllers of version 1 and a tree of version 2 beside them. */
export type CgroupVersion = 'v1' | 'v2' | 'hybrid';

export interface HostFacts {
  /** Of the kernel; empty: unknown. */
  readonly release: string;
  /** The kernel describes its types: CO-RE programs need it. */
  readonly hasBtf: boolean;
  /** Bits of CapEff of this process. */
  readonly capabilities: bigint;
  /** Root of a user namespace is not root of the machine. */
  readonly isInUserNamespace: boolean;
  /** A seccomp filter stands between this process and the kernel: containers have one. */
  readonly isFiltered: boolean;
  /** undefined: the kernel has no lockdown, or securityfs is not mounted. */
  readonly lockdown: Lockdown | undefined;
  /** RLIMIT_MEMLOCK of this process; Infinity: unlimited. */
  readonly memlockBytes: number;
  /** undefined: /proc does not say. */
  readonly isJitOn: boolean | undefined;
  /** Active security modules; empty: unknown. */
  readonly securityModules: readonly string[];
  /** Processors that may come, which is what memory is made for. */
  readonly processors: number;
  readonly cgroups: CgroupVersion | undefined;
  /** The option of /proc that hides processes of others: `2`, `invisible`; undefined: none. */
  readonly hidepid: string | undefined;
  /** Where tracefs is mounted. */
  readonly tracefs: string | undefined;
}

/** `root` is where the machine's file system begins; tests have others. */
export function readHostFacts(root = '/'): HostFacts {
  const text = (path: string): string => readText(join(root, path)) ?? '';
  const status = text('proc/self/status');
  const mounts = parseMounts(text('proc/self/mounts'));
  const uidMap = text('proc/self/uid_map').trim();
  return {
    release: text('proc/sys/kernel/osrelease').trim(),
    hasBtf: statSync(join(root, 'sys/kernel/btf/vmlinux'), { throwIfNoEntry: false }) !== undefined,
    capabilities: BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`),
    isInUserNamespace: uidMap !== '' && !/^0\s+0\s+4294967295$/.test(uidMap),
    isFiltered: /^Seccomp:\s*2$/m.test(status),
    lockdown: parseLockdown(text('sys/kernel/security/lockdown')),
    memlockBytes: parseMemlock(text('proc/self/limits')),
    isJitOn: parseSwitch(text('proc/sys/net/core/bpf_jit_enable')),
    securityModules: text('sys/kernel/security/lsm').trim().split(',').filter(Boolean),
    processors: parseProcessors(text('sys/devices/system/cpu/possible')),
    cgroups: cgroupVersion(mounts),
    hidepid: hidepidOf(mounts),
    tracefs: mounts.find(({ type }) => type === 'tracefs')?.path,
  };
}

/** undefined: it is not there or may not be read, which comes to the same. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

interface Mount {
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Lines of proc(5) mounts: source, path, type, options. */
function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, path, type, options] = line.split(' ');
    if (path === undefined || type === undefined || options === undefined) return [];
    return [{ path, type, options: options.split(',') }];
  });
}

/** `none [integrity] confidentiality`: the one in brackets holds. */
function parseLockdown(text: string): Lockdown | undefined {
  const found = /\[(none|integrity|confidentiality)\]/.exec(text)?.[1];
  return found === 'none' || found === 'integrity' || found === 'confidentiality'
    ? found
    : undefined;
}

function parseMemlock(text: string): number {
  const soft = /^Max locked memory\s+(\d+|unlimited)/m.exec(text)?.[1];
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

function parseSwitch(text: string): boolean | undefined {
  return /^\d+\s*$/.test(text) ? Number(text) > 0 : undefined;
}

/** `0-3,8-11`: the last number is the highest. At least one. */
function parseProcessors(text: string): number {
  return Number(/(\d+)\s*$/.exec(text)?.[1] ?? 0) + 1;
}

function cgroupVersion(mounts: readonly Mount[]): CgroupVersion | undefined {
  const hasV1 = mounts.some(({ type }) => type === 'cgroup');
  const hasV2 = mounts.some(({ type }) => type === 'cgroup2');
  if (hasV1) return hasV2 ? 'hybrid' : 'v1';
  return hasV2 ? 'v2' : undefined;
}

/** Of the mount that counts, the last one over /proc. */
function hidepidOf(mounts: readonly Mount[]): string | undefined {
  const proc = mounts.findLast(({ path, type }) => path === '/proc' && type === 'proc');
  const value = proc?.options.find((option) => option.startsWith('hidepid='))?.slice(8);
  return value === '0' || value === 'off' ? undefined : value;
}
