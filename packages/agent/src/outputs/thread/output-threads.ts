/**
 * The outputs of a configuration as one, each where it belongs: on a thread of its own, on one that
 * it shares, or on that of events. An output that hangs or dies costs its own alerts and not those
 * of others.
 */

import type { OutgoingAlert } from '../alert-output.ts';
import { kindsOf, type OutputKind } from '../open-outputs.ts';
import { type OutputCounters, sumOf } from '../output-counters.ts';
import { OutputGroup, type OutputThreadOptions } from './output-group.ts';
import type { OutputLane } from './output-lane.ts';

export type { OutputThreadOptions } from './output-group.ts';

/** Alerts that may wait for an output before a replay waits for it. */
const READY_MAX = 1000;

export class OutputThreads {
  readonly #groups: readonly OutputGroup[];
  readonly #lanes: readonly OutputLane[];
  readonly #closeMs: number;
  #onChange: () => void = () => undefined;

  /** Of `kinds`, or of all that the configuration switches on. */
  constructor(options: OutputThreadOptions, kinds?: readonly OutputKind[]) {
    const parts = { ...options, onChange: () => this.#onChange() };
    this.#closeMs = options.outputs.timeoutMs;
    const groups = groupsOf(kinds ?? kindsOf(options.outputs));
    this.#groups = groups.map((group) => new OutputGroup(group, parts));
    this.#lanes = this.#groups.flatMap(({ lanes }) => lanes);
  }

  /** Nobody reads any of them. */
  get isClosed(): boolean {
    return this.#lanes.length > 0 && this.#lanes.every(({ isUnread }) => isUnread);
  }

  /** A thread ended by a mistake of ours. */
  get hasFailed(): boolean {
    return this.#groups.some(({ hasFailed }) => hasFailed);
  }

  get counters(): readonly OutputCounters[] {
    return this.#lanes.map(({ counters }) => counters);
  }

  /** Alerts that found no room, each counted for every output that it did not reach. */
  get lost(): number {
    return this.counters.reduce((sum, { dropped }) => sum + sumOf(dropped), 0);
  }

  /** Alerts that are on their way, of the output that has most of them. */
  get queued(): number {
    return Math.max(0, ...this.#lanes.map(({ queued }) => queued));
  }

  /** Whether a replay may go on. Outputs that are asked for alerts are not waited for. */
  get isReady(): boolean {
    return this.#lanes.every(({ kind, queued }) => kind.isPulled || queued < READY_MAX);
  }

  /** Until something has changed that makes it ready, perhaps, or so long. */
  async change(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#onChange = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  write(alert: OutgoingAlert): void {
    for (const lane of this.#lanes) lane.write(alert);
  }

  /** What was written is on its way, as far as there is room there. To be called often. */
  flush(): void {
    for (const group of this.#groups) group.pump();
  }

  reopen(): void {
    this.flush();
    for (const group of this.#groups) group.reopen();
  }

  /**
   * See OutputGroup: false when one of them was not done in time, which is `output_timeout` unless
   * it is given.
   */
  async closed(withinMs: number = this.#closeMs): Promise<boolean> {
    const done = await Promise.all(this.#groups.map((group) => group.closed(withinMs)));
    return done.every((isDone) => isDone);
  }
}

function groupsOf(kinds: readonly OutputKind[]): readonly (readonly OutputKind[])[] {
  const alone = kinds.filter(({ place }) => place !== 'shared thread').map((kind) => [kind]);
  const together = kinds.filter(({ place }) => place === 'shared thread');
  return together.length === 0 ? alone : [...alone, together];
}
