/** What Saker adds to loads, and what it costs meanwhile: with and without it, in turns. */

import { setTimeout as pause } from 'node:timers/promises';
import { LiveSaker } from './live-saker.ts';
import type { Memory } from './process-cost.ts';
import { type RuleSetName, ruleSets } from './rule-sets.ts';
import { type Load, type LoadCost, runLoad } from './workload.ts';

export interface LoadCase {
  readonly load: Load;
  readonly about: string;
  readonly iterations: number;
}

/** falco-figures measured the same. */
export const loadCases: readonly LoadCase[] = [
  { load: 'open', about: 'open + close of /etc/hostname', iterations: 2_000_000 },
  { load: 'getpid', about: 'getpid, which nobody asks for', iterations: 10_000_000 },
  { load: 'pipe', about: 'write + read of a pipe', iterations: 2_000_000 },
  { load: 'exec', about: 'vfork + exec of /bin/true', iterations: 5000 },
];

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
  const bare = await runLoad(program, each.load, each.iterations);
  const watched = new Map<RuleSetName, Watched>();
  for (const name of ['never', 'stable', 'all'] as const) {
    // oxlint-disable-next-line no-await-in-loop -- they must not run at the same time
    watched.set(name, await measureWatched(program, each, name));
  }
  return { bare, watched };
}

async function measureWatched(
  program: string,
  { load, iterations }: LoadCase,
  name: RuleSetName,
): Promise<Watched> {
  const saker = new LiveSaker({ rules: ruleSets[name] });
  try {
    await saker.ready();
    await runLoad(program, load, Math.ceil(iterations / WARM_UP_SHARE));
    await pause(CATCH_UP_MS);
    const before = saker.cpuNs();
    const cost = await runLoad(program, load, iterations);
    await pause(CATCH_UP_MS);
    const sakerCpuNs = (saker.cpuNs() - before) / iterations;
    const memory = saker.memory();
    const { events, lost } = await saker.stop();
    return { cost, sakerCpuNs, events, lost, memory };
  } finally {
    saker.child.kill('SIGKILL');
  }
}
