/**
 * What Falco 0.44 costs (engine 0.63.0, libs 48dfd53, built with optimisation, modern eBPF probe,
 * its stock falco.yaml), measured on two shared cores of this kind, kernel 6.18. Medians of the
 * whole process: seconds of the clock for the load, CPU seconds of Falco.
 */

import type { RuleSetName } from './rule-sets.ts';
import type { Load } from './workload.ts';

interface FalcoLoad {
  readonly iterations: number;
  readonly bareWallS: number;
  /** Undefined where it was not measured. */
  readonly with: Readonly<Record<RuleSetName, { readonly wallS: number; readonly cpuS?: number }>>;
  /** With all rules. */
  readonly lost?: string;
}

const falcoLoads: Partial<Readonly<Record<Load, FalcoLoad>>> = {
  open: {
    iterations: 2_000_000,
    bareWallS: 3.09,
    with: {
      never: { wallS: 5.96, cpuS: 0.86 },
      stable: { wallS: 6.26, cpuS: 3.33 },
      all: { wallS: 6.17, cpuS: 6.43 },
    },
    lost: '1.7 M of 3.9 M',
  },
  getpid: {
    iterations: 10_000_000,
    bareWallS: 1.03,
    with: { never: { wallS: 1.9 }, stable: { wallS: 2.01 }, all: { wallS: 1.92 } },
  },
  pipe: {
    iterations: 2_000_000,
    bareWallS: 0.95,
    with: { never: { wallS: 1.24 }, stable: { wallS: 1.33 }, all: { wallS: 1.31 } },
  },
  exec: {
    iterations: 5000,
    bareWallS: 2.67,
    with: {
      never: { wallS: 2.63, cpuS: 0.26 },
      stable: { wallS: 2.65, cpuS: 0.27 },
      all: { wallS: 2.7, cpuS: 0.43 },
    },
  },
};

export interface FalcoCost {
  readonly addedNs: number;
  readonly cpuNs: number | undefined;
  readonly lost: string | undefined;
}

const NS_PER_S = 1e9;

/** Per iteration. */
export function falcoCost(load: Load, rules: RuleSetName): FalcoCost | undefined {
  const figures = falcoLoads[load];
  if (figures === undefined) return undefined;
  const { iterations, bareWallS } = figures;
  const { wallS, cpuS } = figures.with[rules];
  const perIteration = (seconds: number): number => (seconds * NS_PER_S) / iterations;
  return {
    addedNs: perIteration(wallS - bareWallS),
    cpuNs: cpuS === undefined ? undefined : perIteration(cpuS),
    lost: rules === 'all' ? figures.lost : undefined,
  };
}

/** Alerts and memory: stable rules, all rules. */
export const falcoOthers = {
  startToAlertMs: 1500,
  latencyP50Ms: 5.9,
  latencyP99Ms: 9.4,
  rssMb: 73,
  pssMb: 63,
} as const;
