/**
 * Alerts about containers that nobody knows the name of yet: they wait a short while for what the
 * runtime tells, and go out with what is known then.
 */

import type { Alert } from '@saker/core/engine/alert.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { ThreadInfo } from '@saker/core/state/thread-info.ts';

export interface AlertHoldOptions {
  /** How long an alert waits at most. */
  readonly waitMs: number;
  /** Milliseconds of a clock that only grows. */
  readonly now: () => number;
  /** `thread`: the one that the alert is about. */
  readonly deliver: (alert: Alert, thread: ThreadInfo) => void;
  /** A context of its own over the same state, with a view of its own that is over no event. */
  readonly context: EventContext;
}

interface HeldAlert {
  readonly finish: (later?: EventContext) => Alert;
  readonly thread: ThreadInfo;
  readonly containerId: string;
  readonly deadlineMs: number;
}

/** More than that do not wait: a flood of alerts must not grow the heap. */
const HELD_MAX = 10_000;

export class AlertHold {
  /** Alerts that went out without a name, because it did not come in time or too many waited. */
  unnamed = 0;
  readonly #options: AlertHoldOptions;
  /** Oldest first: all wait equally long. */
  #held: HeldAlert[] = [];

  constructor(options: AlertHoldOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#held.length;
  }

  /** `thread` is the one that the alert is about. */
  add(finish: HeldAlert['finish'], thread: ThreadInfo): void {
    const { waitMs, now } = this.#options;
    const { containerId } = thread;
    const deadlineMs = now() + waitMs;
    this.#held.push({ finish, thread, containerId, deadlineMs });
    if (this.#held.length > HELD_MAX) this.#giveUp(this.#held.shift());
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** What there is to know of the container is known now. */
  onContainer(id: string): void {
    for (const held of this.#take(id)) this.#deliver(held);
  }

  /** Nobody waits for the container any more. */
  giveUp(id: string): void {
    for (const held of this.#take(id)) this.#giveUp(held);
  }

  #take(id: string): readonly HeldAlert[] {
    if (this.#held.length === 0) return [];
    const taken = this.#held.filter(({ containerId }) => containerId === id);
    if (taken.length > 0) this.#held = this.#held.filter(({ containerId }) => containerId !== id);
    return taken;
  }

  /** Lets go whose time is over. */
  tick(): void {
    const now = this.#options.now();
    while ((this.#held[0]?.deadlineMs ?? Number.POSITIVE_INFINITY) <= now) {
      this.#giveUp(this.#held.shift());
    }
  }

  /** All go out as they are. */
  flush(): void {
    for (const held of this.#held.splice(0)) this.#giveUp(held);
  }

  #giveUp(held: HeldAlert | undefined): void {
    if (held === undefined) return;
    this.unnamed++;
    this.#deliver(held);
  }

  #deliver({ finish, thread }: HeldAlert): void {
    const { context, deliver } = this.#options;
    context.setThread(thread);
    deliver(finish(context), thread);
    context.setThread(undefined);
  }
}
