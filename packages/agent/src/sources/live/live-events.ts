/**
 * Hot. Events of the running system, as they come: the ring is emptied every few milliseconds while
 * there is something in it, and waited for when there is not. Nothing here waits for an output.
 * Benchmark: live in bench/.
 */

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { EventView } from '@saker/core/events/event-view.ts';
import type { Sensor } from '@saker/sensor/sensor.ts';

export interface LiveConsumer {
  /** The event that the view is placed over. */
  onEvent(): void;
  /** After each batch, and at least every WAIT_MS. False: enough. `count`: events of the batch. */
  onPause(count: number): boolean;
}

/** While events come: the delay that an alert has on average twice of, and 1.5 % of a processor. */
const TICK_MS = 5;
/** So many empty looks, and the reader sleeps until it is woken. */
const EMPTY_LOOKS = 3;
/** Signals and timers are looked after at least this often. */
const WAIT_MS = 200;
/** After so many events signals, timers and answers get their turn. */
const BATCH_EVENTS = 20_000;

export class LiveEvents {
  /** Records that were no valid events: a mistake of ours, counted and passed over. */
  damaged = 0;
  /** The most bytes that ever waited in the ring when it was looked at. */
  pendingBytesHighest = 0;
  readonly #sensor: Sensor;
  readonly #event: EventView;

  constructor(sensor: Sensor, event: EventView) {
    this.#sensor = sensor;
    this.#event = event;
  }

  /** Hands the consumer an event that does not come from the sensor. Between batches only. */
  insert(record: Uint8Array<ArrayBuffer>, consumer: Pick<LiveConsumer, 'onEvent'>): void {
    const { ring } = this.#sensor;
    const event = this.#event;
    event.attach(record, new DataView(record.buffer));
    this.#take(0, record.length, consumer);
    event.attach(ring.bytes, ring.view);
  }

  #take(start: number, end: number, consumer: Pick<LiveConsumer, 'onEvent'>): void {
    const event = this.#event;
    if (event.place(start, end)) {
      event.num++;
      consumer.onEvent();
    } else {
      this.damaged++;
    }
  }

  async read(consumer: LiveConsumer): Promise<void> {
    const { ring } = this.#sensor;
    this.#event.attach(ring.bytes, ring.view);
    const onRecord = (start: number, end: number): void => this.#take(start, end, consumer);
    for (let emptyLooks = 0; ; ) {
      const { pendingBytes } = ring;
      if (pendingBytes > this.pendingBytesHighest) this.pendingBytesHighest = pendingBytes;
      const count = ring.drain(onRecord, BATCH_EVENTS);
      if (!consumer.onPause(count)) return;
      emptyLooks = count === 0 ? emptyLooks + 1 : 0;
      // biome-ignore-start lint/performance/noAwaitInLoops: one look after the other is the point
      if (count === BATCH_EVENTS) await nextTurn();
      else if (emptyLooks < EMPTY_LOOKS) await pause(TICK_MS);
      else await this.#sensor.wait(WAIT_MS);
      // biome-ignore-end lint/performance/noAwaitInLoops: see above
    }
  }

  /** What still waits, once the sensor is detached: no more comes, so this ends. */
  readRest(consumer: Pick<LiveConsumer, 'onEvent'>): void {
    const { ring } = this.#sensor;
    const onRecord = (start: number, end: number): void => this.#take(start, end, consumer);
    while (ring.drain(onRecord, BATCH_EVENTS) === BATCH_EVENTS);
  }
}
