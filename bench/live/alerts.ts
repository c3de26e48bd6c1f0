/** How soon alerts come: after the start, and after what they tell of. */

import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { LiveSaker } from './live-saker.ts';
import { TRIGGERED } from './rule-sets.ts';

/** An alert that has not come by then is missing. */
const ALERT_MS = 5000;
/** Between two openings while Saker starts. */
const EVERY_MS = 5;
/** The longest time between two alerts: by then the reader sleeps and has to be woken. */
const GAP_MS = 80;

/** The one who waits for the next alert. */
class NextAlert {
  #arrived: (() => void) | undefined = undefined;

  onLine(line: string): void {
    if (line.includes(TRIGGERED)) this.#arrived?.();
  }

  /** Milliseconds from before the opening until its alert can be read; undefined: none came. */
  async after(path: string): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const timer = setTimeout(() => resolve(undefined), ALERT_MS);
    const start = performance.now();
    this.#arrived = () => resolve(performance.now() - start);
    closeSync(openSync(path, 'r'));
    const latency = await promise;
    clearTimeout(timer);
    return latency;
  }
}

/** Milliseconds from the start of the command to the first alert that can be read. */
export async function startToAlert(rules: readonly string[], path: string): Promise<number> {
  const cameMs: number[] = [];
  const start = performance.now();
  const saker = new LiveSaker({
    rules,
    onLine: (line) => {
      if (line.includes(TRIGGERED)) cameMs.push(performance.now() - start);
    },
  });
  try {
    while (cameMs.length === 0 && performance.now() - start < ALERT_MS) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await triggerTimes(path, 1, EVERY_MS);
    }
    const [firstMs] = cameMs;
    if (firstMs === undefined) throw new Error(`no alert within ${ALERT_MS} ms of the start`);
    await saker.stop();
    return firstMs;
  } finally {
    saker.child.kill('SIGKILL');
  }
}

/** Opens the file so many times, with so many milliseconds in between. */
export async function triggerTimes(path: string, times: number, everyMs: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    closeSync(openSync(path, 'r'));
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await pause(everyMs);
  }
}

export interface Latencies {
  /** Milliseconds, shortest first. */
  readonly sorted: readonly number[];
  readonly missing: number;
  /** Of Saker between the start and the end of the alerts. */
  readonly rssMb: number;
}

/** `count` alerts, one at a time, after random pauses of an otherwise idle machine. */
export async function latencies(
  rules: readonly string[],
  path: string,
  count: number,
): Promise<Latencies> {
  const next = new NextAlert();
  const saker = new LiveSaker({ rules, onLine: (line) => next.onLine(line) });
  const found: number[] = [];
  try {
    await saker.ready();
    for (let at = 0; at < count; at++) {
      /* oxlint-disable no-await-in-loop -- one after the other is the point */
      await pause(Math.random() * GAP_MS);
      const latency = await next.after(path);
      /* oxlint-enable no-await-in-loop */
      if (latency !== undefined) found.push(latency);
    }
    const { rssMb } = saker.memory();
    await saker.stop();
    return { sorted: found.toSorted((a, b) => a - b), missing: count - found.length, rssMb };
  } finally {
    saker.child.kill('SIGKILL');
  }
}

/** The value that `share` of the sorted values do not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Idle {
  /** Of one processor. */
  readonly cpuShare: number;
  readonly rssMb: number;
  readonly pssMb: number;
}

/** What Saker costs while nothing is asked of it. */
export async function measureIdle(rules: readonly string[], seconds: number): Promise<Idle> {
  const saker = new LiveSaker({ rules });
  try {
    await saker.ready();
    await pause(2000);
    const before = saker.cpuNs();
    const start = performance.now();
    await pause(seconds * 1000);
    const cpuNs = saker.cpuNs() - before;
    const cpuShare = cpuNs / ((performance.now() - start) * 1e6);
    const memory = saker.memory();
    await saker.stop();
    return { cpuShare, ...memory };
  } finally {
    saker.child.kill('SIGKILL');
  }
}
