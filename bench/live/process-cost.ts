/** What a process has cost so far and what it holds, as /proc tells. */

import { readdirSync, readFileSync } from 'node:fs';

/**
 * Nanoseconds on the processors, of all threads that live. schedstat counts them exactly, where
 * /proc/PID/stat has hundredths of a second; what threads took that ended is not in it.
 */
export function cpuNsOf(pid: number): number {
  let sum = 0;
  for (const tid of readdirSync(`/proc/${pid}/task`)) {
    const text = readIfThere(`/proc/${pid}/task/${tid}/schedstat`);
    sum += Number(text?.split(' ')[0] ?? 0);
  }
  return sum;
}

export interface Memory {
  readonly rssMb: number;
  /** Shared pages count in part: a page that is mapped twice counts once. */
  readonly pssMb: number;
}

const KIB_PER_MIB = 1024;

export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mb = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / KIB_PER_MIB;
  return { rssMb: mb('Rss'), pssMb: mb('Pss') };
}

export function threadsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}

export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Processes that have programs attached to the kernel: they cost the loads what a sensor costs. */
export function otherSensors(): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter(hasBpfLink).map(Number);
}

function hasBpfLink(pid: string): boolean {
  try {
    const fds = readdirSync(`/proc/${pid}/fdinfo`);
    return fds.some((fd) => readIfThere(`/proc/${pid}/fdinfo/${fd}`)?.includes('link_type:'));
  } catch {
    // It ended meanwhile.
    return false;
  }
}

/** Threads and descriptors come and go between the listing and the look. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
