/**
 * Events of a plugin's source, handed to rules on the main thread in turns: a turn is short, and
 * between two of them everything else has its own, so that neither the source nor the sensor's ring
 * starves the other.
 */

import { EventView } from '@saker/core/events/event-view.ts';
import type { EventQueue } from './event-queue.ts';

export interface PluginEventConsumer {
  /** The event that the view is placed over; it is no more when this returns. */
  onEvent(): void;
  /** After each turn. `count`: events of the turn. */
  onPause(count: number): void;
}

/**
 * What a turn may take: the ring of the sensor is read every 5 ms while there is something in it.
 */
const TURN_MS = 2;
/** The clock is looked at after so many events. */
const CLOCK_EVENTS = 32;

export class PluginEvents {
  readonly event: EventView = new EventView();
  readonly #queue: EventQueue;
  #consumer: PluginEventConsumer | undefined = undefined;
  #turn: NodeJS.Immediate | undefined = undefined;

  constructor(queue: EventQueue) {
    this.#queue = queue;
  }

  /** From now on events are handed over as they come. */
  start(consumer: PluginEventConsumer): void {
    this.#consumer = consumer;
    if (this.#queue.length > 0) this.wake();
  }

  /** There are events, or somebody waits for there to be none. */
  wake(): void {
    if (this.#consumer === undefined || this.#turn !== undefined) return;
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#take(performance.now() + TURN_MS);
      if (this.#queue.length > 0) this.wake();
    });
  }

  /** No more turns; what waits is handed over now, for as long as `restMs`. How much is left. */
  stop(restMs: number): number {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.#take(performance.now() + restMs);
    this.#consumer = undefined;
    return this.#queue.length;
  }

  #take(untilMs: number): void {
    const { event } = this;
    const consumer = this.#consumer;
    if (consumer === undefined) return;
    let count = 0;
    for (;;) {
      const record = this.#queue.next();
      if (record === undefined) break;
      count++;
      event.attach(record, new DataView(record.buffer));
      event.place(0, record.length);
      event.num++;
      consumer.onEvent();
      if (count % CLOCK_EVENTS === 0 && performance.now() >= untilMs) break;
    }
    this.#queue.tell();
    if (count > 0) consumer.onPause(count);
  }
}
