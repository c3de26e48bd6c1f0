/**
 * What a live run counts, in one place for whoever tells about it: metrics, logs, pages. Written by
 * the loop that reads events, read by others at any time.
 */

import type { SensorCounters } from '@saker/sensor/sensor-counters.ts';

/** How much waits somewhere. */
export class DepthGauge {
  now = 0;
  /** The most that ever waited. */
  highest = 0;
  /** What was turned away because there was no room. */
  lost = 0;

  set(depth: number): void {
    this.now = depth;
    if (depth > this.highest) this.highest = depth;
  }
}

export class LiveCounters {
  /** Events that were read and evaluated. */
  events = 0;
  /** What the programs counted when they were last asked; undefined: not yet. */
  sensor: SensorCounters | undefined = undefined;
  /** Bytes that waited in the ring when it was looked at. */
  readonly ring: DepthGauge = new DepthGauge();
  readonly #queues = new Map<string, DepthGauge>();

  /** By name, in the order in which they were first asked for. */
  get queues(): ReadonlyMap<string, DepthGauge> {
    return this.#queues;
  }

  /** The gauge of a queue, such as `outputs` or `container metadata`: made when first asked for. */
  queue(name: string): DepthGauge {
    let gauge = this.#queues.get(name);
    if (gauge === undefined) {
      gauge = new DepthGauge();
      this.#queues.set(name, gauge);
    }
    return gauge;
  }
}
