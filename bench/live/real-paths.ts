/**
 * What it costs to walk the kernel's own path of every opened file: opens of several kinds of
 * path, bare and under a reader that does nothing with the events (watch-files.ts).
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuNsOf } from './process-cost.ts';
import { type LoadCost, runLoad } from './workload.ts';

export interface PathCase {
  readonly about: string;
  readonly path: string;
}

export interface WatchedPath {
  readonly cost: LoadCost;
  readonly readerCpuNs: number;
  readonly lost: number;
}

export interface PathTurn {
  readonly bare: LoadCost;
  readonly walk: WatchedPath;
  readonly noWalk: WatchedPath;
}

const DEPTH = 8;
const CATCH_UP_MS = 300;
const WARM_UP_SHARE = 10;

/** Files of these kinds, in `directory`. */
export function preparePaths(directory: string): readonly PathCase[] {
  const deep = join(directory, ...Array.from({ length: DEPTH }, (_, at) => `folder-${at}`));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'file'), '');
  const link = join(directory, 'link');
  symlinkSync(join(deep, 'file'), link);
  return [
    { about: '/etc/hostname', path: '/etc/hostname' },
    { about: `a path of ${DEPTH + 3} names`, path: join(deep, 'file') },
    { about: 'a symbolic link to that', path: link },
  ];
}

export async function measurePath(
  program: string,
  { path }: PathCase,
  iterations: number,
): Promise<PathTurn> {
  const bare = await runLoad(program, 'open', iterations, path);
  const watched = async (mode: string): Promise<WatchedPath> => {
    const script = join(import.meta.dirname, 'watch-files.ts');
    const child = spawn(process.execPath, [script, mode], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const lines: string[] = [];
      const output = createInterface({ input: child.stdout }).on('line', (line) =>
        lines.push(line),
      );
      await once(output, 'line');
      await runLoad(program, 'open', Math.ceil(iterations / WARM_UP_SHARE), path);
      await pause(CATCH_UP_MS);
      const before = cpuNsOf(child.pid ?? 0);
      const cost = await runLoad(program, 'open', iterations, path);
      await pause(CATCH_UP_MS);
      const readerCpuNs = (cpuNsOf(child.pid ?? 0) - before) / iterations;
      child.stdin.end();
      await once(child, 'close');
      return { cost, readerCpuNs, lost: Number(/lost (\d+)/.exec(lines.at(-1) ?? '')?.[1]) };
    } finally {
      child.kill('SIGKILL');
    }
  };
  return { bare, noWalk: await watched('no-walk'), walk: await watched('walk') };
}
