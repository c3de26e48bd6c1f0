/**
 * What /proc says of a process and its threads, in the words of the event table: what records of it
 * must hold.
 */

import { readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import {
  PPM_EXE_LOWER_LAYER,
  PPM_EXE_UPPER_LAYER,
  PPM_EXE_WRITABLE,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, Expected, ExpectedValue } from './harness.ts';

const PAGE_KB = 4;
const TICK_NS = 10_000_000n;
/** The cgroup namespace of the host: PROC_CGROUP_INIT_INO of include/linux/proc_ns.h. */
const HOST_CGROUP_NAMESPACE = 'cgroup:[4026531835]';
const OVERLAYFS_SUPER_MAGIC = 0x794c_7630;

export type Task = Pick<Calls, 'pid' | 'tid'>;

/** A file of /proc/PID/task/TID. */
function taskFile({ pid, tid }: Task, name: string): string {
  return readFileSync(`/proc/${pid}/task/${tid}/${name}`, 'latin1');
}

/** Fields of `stat` from the third on, the state, whose number is 0 here. */
export function statFields(stat: string): readonly string[] {
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
}

/** By name the value of a line of `status`. */
export function statusOf(text: string): (name: string) => string {
  return (name) => new RegExp(`^${name}:\\s*(.*)$`, 'mu').exec(text)?.[1] ?? '';
}

/**
 * What a processor may keep to itself before the kernel's counters of pages know of it, for each of
 * the three kinds of resident pages (percpu_counter_batch).
 */
function unseenKb(): number {
  const processors = availableParallelism();
  return 3 * processors * Math.max(32, 2 * processors) * PAGE_KB;
}

/** Memory as it was at some time while `run` ran, beside what `run` says. */
export function memoryAround(task: Task, run: () => Expected): Expected {
  const before = memoryKb(task);
  const expected = run();
  const after = memoryKb(task);
  const between = (name: keyof typeof before, slack: number): ExpectedValue => ({
    between: [
      Math.max(0, Math.min(before[name], after[name]) - slack),
      Math.max(before[name], after[name]) + slack,
    ],
  });
  return {
    ...expected,
    vm_size: between('size', 0),
    vm_rss: between('resident', unseenKb()),
    vm_swap: between('swapped', unseenKb()),
  };
}

function memoryKb(task: Task) {
  const status = statusOf(taskFile(task, 'status'));
  const kb = (name: string) => Number.parseInt(status(name), 10);
  return { size: kb('VmSize'), resident: kb('VmRSS'), swapped: kb('VmSwap') };
}

/** Page faults of the thread, and memory, at some time while `run` ran. */
export function countersAround(task: Task, run: () => Expected): Expected {
  const before = pageFaults(task);
  const expected = memoryAround(task, run);
  const after = pageFaults(task);
  return {
    ...expected,
    pgft_min: { between: [before.minor, after.minor] },
    pgft_maj: { between: [before.major, after.major] },
  };
}

function pageFaults(task: Task) {
  const fields = statFields(taskFile(task, 'stat'));
  return { minor: Number(fields[7]), major: Number(fields[9]) };
}

/** `subsystem=path` of those that records have, by /proc/PID/cgroup. */
export function cgroupsOf(text: string): ExpectedValue {
  const paths = new Map<string, string>();
  for (const line of text.trim().split('\n')) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/u.exec(line) ?? [];
    for (const name of controllers.split(',')) paths.set(name, path);
  }
  const unified = paths.get('') ?? '/';
  const names = [
    ['cpuset', 'cpuset'],
    ['cpu', 'cpu'],
    ['cpuacct', 'cpuacct'],
    ['io', 'blkio'],
    ['memory', 'memory'],
  ] as const;
  const isWhole = readlinkSync('/proc/self/ns/cgroup') === HOST_CGROUP_NAMESPACE;
  const items = names.map(
    ([name, controller]) => [name, paths.get(controller) ?? unified] as const,
  );
  if (isWhole) return items.map(([name, path]) => `${name}=${path}\0`).join('');
  // Seen from inside a container the paths begin at its own group.
  const ends = items.map(
    ([name, path]) => `${name}=/[^\\0]*${path === '/' ? '' : escape(path)}\\0`,
  );
  return { matches: `^${ends.join('')}$` };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}

/** Arguments as /proc/PID/cmdline has them: the first, and the others with their NULs. */
export function argumentsOf(cmdline: string): { exe: string; args: string | null } {
  const end = cmdline.indexOf('\0');
  return {
    exe: cmdline.slice(0, end),
    args: end + 1 < cmdline.length ? cmdline.slice(end + 1) : null,
  };
}

/** Of a task that lives: everything that clone and exec records have alike but the counters. */
export function threadFacts(task: Task): Expected {
  const status = statusOf(taskFile(task, 'status'));
  const limits = /Max open files\s+(\S+)/u.exec(taskFile(task, 'limits'))?.[1] ?? '';
  return {
    ...argumentsOf(readFileSync(`/proc/${task.pid}/cmdline`, 'latin1')),
    tid: task.tid,
    pid: task.pid,
    ptid: Number(status('PPid')),
    cwd: null,
    fdlimit: limits === 'unlimited' ? -1 : Number(limits),
    comm: taskFile(task, 'comm').trimEnd(),
    cgroups: cgroupsOf(taskFile(task, 'cgroup')),
  };
}

/** What exec records have beside: who runs which program, of a process that lives. */
export function ownFacts(task: Task): Expected {
  const stat = statFields(taskFile(task, 'stat'));
  const path = readlinkSync(`/proc/${task.pid}/exe`);
  const { ino, ctimeNs, mtimeNs } = statSync(path, { bigint: true });
  return {
    ...threadFacts(task),
    ...identityFacts(taskFile(task, 'status')),
    tty: Number(stat[4]),
    vpgid: Number(stat[2]),
    pgid: Number(stat[2]),
    loginuid: Number(taskFile(task, 'loginuid')),
    // On an overlay the file may be of either layer.
    flags: isOnOverlay(path)
      ? {
          between: [PPM_EXE_WRITABLE | PPM_EXE_UPPER_LAYER, PPM_EXE_WRITABLE | PPM_EXE_LOWER_LAYER],
        }
      : PPM_EXE_WRITABLE,
    exe_ino: ino,
    exe_ino_ctime: ctimeNs,
    exe_ino_mtime: mtimeNs,
    trusted_exepath: path,
  };
}

/** Effective ids and capabilities, of the text of `status`. */
export function identityFacts(text: string): Expected {
  const status = statusOf(text);
  // Real, effective, saved, and that of the file system.
  const effective = (name: string) => Number(status(name).split(/\s+/u)[1]);
  return {
    uid: effective('Uid'),
    gid: effective('Gid'),
    cap_inheritable: BigInt(`0x${status('CapInh')}`),
    cap_permitted: BigInt(`0x${status('CapPrm')}`),
    cap_effective: BigInt(`0x${status('CapEff')}`),
  };
}

/** When a process began, since the machine did. */
export function startOf(pid: number): ExpectedValue {
  const fields = statFields(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const ticks = BigInt(fields[19] ?? 0);
  return { between: [ticks * TICK_NS, (ticks + 1n) * TICK_NS] };
}

/** Hundredths of a second, all of which have passed. */
function uptimeTicks(): bigint {
  return BigInt(readFileSync('/proc/uptime', 'latin1').split(' ')[0]?.replace('.', '') ?? 0);
}

/** A time since the machine was started, in nanoseconds, while `run` ran; and what `run` gives. */
export function timed<T>(run: () => T): readonly [result: T, time: ExpectedValue] {
  const before = uptimeTicks();
  const result = run();
  return [result, { between: [before * TICK_NS, (uptimeTicks() + 1n) * TICK_NS] }];
}

export function isOnOverlay(path: string): boolean {
  return statfsSync(path).type === OVERLAYFS_SUPER_MAGIC;
}
