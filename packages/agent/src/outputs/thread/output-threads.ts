/**
 * The outputs of a configuration as one, each where it belongs: on a thread of its own, on one that
 * it shares, or on that of events. An output that hangs or dies costs its own alerts and not those
 * of others.
 */

import type { OutgoingAlert } from '../alert-output.ts';
import { kindsOf, type OutputKind } from '../open-outputs.ts';
import { addCounters, type OutputCounters, sumOf } from '../output-counters.ts';
import { groupKey, OutputGroup, type OutputThreadOptions } from './output-group.ts';
import type { OutputLane } from './output-lane.ts';

export type { OutputThreadOptions } from './output-group.ts';

/** Alerts that may wait for an output before a replay waits for it. */
const READY_MAX = 1000;

export class OutputThreads {
  #groups: readonly OutputGroup[];
  #lanes: readonly OutputLane[];
  #closeMs: number;
  /** Replaced, with what is on its way. */
  readonly #closing = new Map<OutputGroup, Promise<boolean>>();
  /** Of those that were replaced and are gone. */
  #countersBefore: readonly OutputCounters[] = [];
  #areAllDone = true;
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

  /** Since the start, also of outputs that the configuration no longer has. */
  get counters(): readonly OutputCounters[] {
    const closing = [...this.#closing.keys()].map(countersOf);
    const current = this.#lanes.map(({ counters }) => counters);
    return addCounters(this.#countersBefore, ...closing, current);
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
   * Another configuration: outputs that it leaves as they are go on. Of those that it changes what
   * is on its way is delivered as before, and what waits is for their successors.
   */
  follow(options: OutputThreadOptions): void {
    const parts = { ...options, onChange: () => this.#onChange() };
    const wanted = groupsOf(kindsOf(options.outputs)).map((kinds) => ({
      kinds,
      key: groupKey(kinds, options),
    }));
    const before = this.#groups;
    const leaving = before.filter((group) => !wanted.some(({ key }) => key === group.key));
    for (const group of leaving) this.#closing.set(group, this.#leave(group));
    this.#groups = wanted.map(({ kinds, key }) => {
      const same = before.find((group) => group.key === key);
      return same ?? new OutputGroup(kinds, { ...parts, after: this.#gone(kinds) });
    });
    this.#lanes = this.#groups.flatMap(({ lanes }) => lanes);
    this.#closeMs = options.outputs.timeoutMs;
    // Nothing has been sent since: leaving begins with a turn of the event loop's queue.
    for (const lane of leaving.flatMap(({ lanes }) => lanes)) {
      this.#lanes.find(({ kind }) => kind === lane.kind)?.inherit(lane);
    }
  }

  /** Resolves when those that are leaving and have an output of these kinds are gone. */
  async #gone(kinds: readonly OutputKind[]): Promise<void> {
    const closing = [...this.#closing].filter(([{ lanes }]) =>
      lanes.some(({ kind }) => kinds.includes(kind)),
    );
    await Promise.all(closing.map(([, closed]) => closed));
  }

  async #leave(group: OutputGroup): Promise<boolean> {
    const isDone = await group.closed(this.#closeMs);
    this.#closing.delete(group);
    this.#countersBefore = addCounters(this.#countersBefore, countersOf(group));
    if (!isDone) this.#areAllDone = false;
    return isDone;
  }

  /**
   * See OutputGroup: false when one of them was not done in time, which is `output_timeout` unless
   * it is given.
   */
  async closed(withinMs: number = this.#closeMs): Promise<boolean> {
    await Promise.all(this.#closing.values());
    const done = await Promise.all(this.#groups.map((group) => group.closed(withinMs)));
    return this.#areAllDone && done.every((isDone) => isDone);
  }
}

function countersOf({ lanes }: OutputGroup): readonly OutputCounters[] {
  return lanes.map(({ counters }) => counters);
}

function groupsOf(kinds: readonly OutputKind[]): readonly (readonly OutputKind[])[] {
  const alone = kinds.filter(({ place }) => place !== 'shared thread').map((kind) => [kind]);
  const together = kinds.filter(({ place }) => place === 'shared thread');
  return together.length === 0 ? alone : [...alone, together];
}
