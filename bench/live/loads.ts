/** What Saker adds to loads, and what it costs meanwhile: with and without it, in turns. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LiveSaker } from './live-saker.ts';
import type { Memory } from './process-cost.ts';
import { type RuleSetName, ruleSets } from './rule-sets.ts';
import { type Load, type LoadCost, runLoad } from './workload.ts';

export interface LoadCase {
  readonly load: Load;
  readonly about: string;
  readonly iterations: number;
  /** What is opened, where the load asks. */
  readonly path?: string;
}

/** As many as workload.c opens. */
const FILES = 64;

/**
 * falco-figures measured the same, but for the second: the first repeats one record, which is
 * passed over (docs/decisions/0017); what events cost that differ, the second shows. Its files are
 * made in `directory`.
 */
export function prepareLoads(directory: string): readonly LoadCase[] {
  const path = join(directory, 'files');
  mkdirSync(path);
  for (let file = 0; file < FILES; file++) {
    writeFileSync(join(path, String(file).padStart(2, '0')), '');
  }
  return [
    { load: 'open', about: 'open + close of /etc/hostname', iterations: 2_000_000 },
    { load: 'files', about: `open + close of ${FILES} files in turn`, iterations: 1_000_000, path },
    { load: 'getpid', about: 'getpid, which nobody asks for', iterations: 10_000_000 },
    { load: 'pipe', about: 'write + read of a pipe', iterations: 2_000_000 },
    { load: 'exec', about: 'vfork + exec of /bin/true', iterations: 5000 },
  ];
}

/** Of one load under one Saker. */
export interface Watched {
  readonly cost: LoadCost;
  /** Saker's own, per iteration. */
  readonly sakerCpuNs: number;
  /** Of its whole life, the warm-up included. */
  readonly events: number;
  readonly lost: number;
  readonly memory: Memory;
}

/** One turn of a load: bare, then under each set of rules. */
export interface Turn {
  readonly bare: LoadCost;
  readonly watched: ReadonlyMap<RuleSetName, Watched>;
}

/** V8 has compiled what events need after a tenth of a load. */
const WARM_UP_SHARE = 10;
/** A full ring is read in a tenth of that. */
const CATCH_UP_MS = 500;

export async function measureTurn(program: string, each: LoadCase): Promise<Turn> {
  const bare = await runLoad(program, each.load, each.iterations, each.path);
  const watched = new Map<RuleSetName, Watched>();
  for (const name of ['never', 'stable', 'all'] as const) {
    // oxlint-disable-next-line no-await-in-loop -- they must not run at the same time
    watched.set(name, await measureWatched(program, each, name));
  }
  return { bare, watched };
}

async function measureWatched(
  program: string,
  { load, iterations, path }: LoadCase,
  name: RuleSetName,
): Promise<Watched> {
  const saker = new LiveSaker({ rules: ruleSets[name] });
  try {
    await saker.ready();
    await runLoad(program, load, Math.ceil(iterations / WARM_UP_SHARE), path);
    await pause(CATCH_UP_MS);
    const before = saker.cpuNs();
    const cost = await runLoad(program, load, iterations, path);
    await pause(CATCH_UP_MS);
    const sakerCpuNs = (saker.cpuNs() - before) / iterations;
    const memory = saker.memory();
    const { events, lost } = await saker.stop();
    return { cost, sakerCpuNs, events, lost, memory };
  } finally {
    saker.child.kill('SIGKILL');
  }
}
