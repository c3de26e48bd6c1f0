/**
 * Runs a command and says what it cost: seconds of CPU and of the clock, and the most memory it
 * held.
 */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Cost {
  readonly wallSeconds: number;
  /** User and system time of the command and its children. */
  readonly cpuSeconds: number;
  /**
   * High-water mark of the resident set, read every few milliseconds; 0 when the command was too
   * short to be seen.
   */
  readonly peakRssMb: number;
  readonly stdout: string;
}

const SAMPLE_MS = 4;
/** Enough for every alert of the counting rules. */
const STDOUT_CHARS_MAX = 128 << 20;

/** Rejects when the command fails, with what it wrote to standard error. */
export async function measure(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  keepsOutput: boolean,
): Promise<Cost> {
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&3 ; } 3>&2 2>&4';
  const child = spawn('bash', ['-c', script, 'bench', ...command], {
    env: { ...process.env, ...env, LC_ALL: 'C' },
    // Writing into a pipe costs the command time: output that nobody looks at goes nowhere.
    stdio: ['ignore', keepsOutput ? 'pipe' : 'ignore', 'pipe', 'ignore', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let times = '';
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    if (stdout.length < STDOUT_CHARS_MAX) stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const timePipe = child.stdio[4];
  if (timePipe !== null && timePipe !== undefined && 'setEncoding' in timePipe) {
    timePipe.setEncoding('utf8').on('data', (text: string) => {
      times += text;
    });
  }
  let peakKb = 0;
  const sampler = setInterval(() => {
    peakKb = Math.max(peakKb, peakOfChild(child.pid ?? 0));
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(sampler);
  if (code !== 0)
    throw new Error(`${command.join(' ')} ended with ${code}: ${stderr.slice(-2000)}`);
  const [wall = 0, user = 0, system = 0] = times.trim().split(/\s+/).slice(-3).map(Number);
  return { wallSeconds: wall, cpuSeconds: user + system, peakRssMb: peakKb / 1024, stdout };
}

/** VmHWM of the one child of a process, in KiB. */
function peakOfChild(pid: number): number {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (child === undefined || child === '') return 0;
    const status = readFileSync(`/proc/${child}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
  } catch {
    // The process ended between two looks: what was seen before counts.
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
