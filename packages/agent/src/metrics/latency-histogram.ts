/**
 * How long alerts took from their event, as the kernel timed it, until they were handed to the
 * outputs' queues: the ring, the rules, the wait for the name of a container.
 */

import type { Int64 } from '@saker/core/base/int64.ts';
import type { MetricFamily, MetricSample } from './metric-family.ts';

/** Seconds: from one turn of the reader (5 ms) to what a human would call late. */
const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const NS_PER_S = 1e9;
const MS_PER_S = 1000;

export class LatencyHistogram {
  readonly #name: string;
  readonly #help: string;
  /** Of each bound, and of what is beyond the last. */
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  #sum = 0;

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  /** `eventTime`: nanoseconds since the epoch; `nowMs`: of the same clock. */
  observe(eventTime: Int64, nowMs: number = Date.now()): void {
    // The clock may have been set back meanwhile.
    const seconds = Math.max(0, nowMs / MS_PER_S - Number(eventTime) / NS_PER_S);
    this.#sum += seconds;
    const bound = BOUNDS.findIndex((limit) => seconds <= limit);
    const at = bound < 0 ? BOUNDS.length : bound;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  family(): MetricFamily {
    let count = 0;
    const samples: MetricSample[] = BOUNDS.map((bound, at) => {
      count += this.#counts[at] ?? 0;
      return { suffix: '_bucket', labels: { le: String(bound) }, value: count };
    });
    count += this.#counts[BOUNDS.length] ?? 0;
    samples.push(
      { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
      { suffix: '_sum', value: this.#sum },
      { suffix: '_count', value: count },
    );
    return { name: this.#name, help: this.#help, kind: 'histogram', samples };
  }
}
