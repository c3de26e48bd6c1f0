/** The loads of workload.c: compiled once per run, each a process of its own. */

import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Load = 'open' | 'files' | 'names' | 'getpid' | 'pipe' | 'exec';

/** What one run of a load took, without its start and end. */
export interface LoadCost {
  /** Nanoseconds of the clock per iteration. */
  readonly wallNs: number;
  /** Nanoseconds of the processors per iteration, children included. */
  readonly cpuNs: number;
}

const run = promisify(execFile);
/** Far more than any load takes: a load that hangs is a failure, not a long run. */
const TIMEOUT_MS = 300_000;

/** The result is the program's path, in `directory`. */
export function compileWorkload(directory: string): string {
  const source = join(import.meta.dirname, 'workload.c');
  const program = join(directory, 'workload');
  const alone = ['-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector'];
  execFileSync('clang', ['-O2', '-Wall', '-Wextra', ...alone, '-o', program, source], {
    stdio: 'inherit',
  });
  return program;
}

/** Rejects when the load does not do what it should. */
export async function runLoad(
  program: string,
  load: Load,
  count: number,
  path?: string,
): Promise<LoadCost> {
  const args = [load, String(count), ...(path === undefined ? [] : [path])];
  const { stdout } = await run(program, args, { timeout: TIMEOUT_MS });
  const [wallNs, cpuNs] = stdout.trim().split(' ').map(Number);
  if (wallNs === undefined || cpuNs === undefined || !(wallNs > 0)) {
    throw new Error(`${program} ${args.join(' ')} printed ${JSON.stringify(stdout)}`);
  }
  return { wallNs: wallNs / count, cpuNs: cpuNs / count };
}
