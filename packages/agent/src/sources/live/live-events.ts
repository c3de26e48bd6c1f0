/**
 * Hot. Events of the running system, as they come: while there are many the ring is emptied every
 * few milliseconds, while there are few each of them wakes the reader. Nothing here waits for an
 * output. Benchmark: live in bench/.
 */

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { EventView } from '@saker/core/events/event-view.ts';
import type { RingBuffer } from '@saker/sensor/ring-buffer.ts';
import type { Sensor } from '@saker/sensor/sensor.ts';

/** What is read, and who says when there is more. */
export interface LiveSource extends Pick<Sensor, 'wait'> {
  readonly ring: Pick<RingBuffer, 'bytes' | 'view' | 'pendingBytes' | 'drain'>;
}

export interface LiveConsumer {
  /** The event that the view is placed over. */
  onEvent(): void;
  /** After each batch, and at least every WAIT_MS. False: enough. `count`: events of the batch. */
  onPause(count: number): boolean;
  /** Whether something is about to be due: pauses are short then. Default: never. */
  isExpectant?(): boolean;
}

/**
 * Between two looks while events come: the delay that an alert has at most, and on average half of.
 * A look costs some 30 us, half a percent of a processor at this rate.
 */
const TICK_MS = 8;
/** Events of one look from which on the next one is by the clock: so many wake-ups cost more. */
const MANY_EVENTS = 8;
/** Signals and what is due are looked after at least so often: a look costs 0.5 ms. */
const WAIT_MS = 500;
const EXPECTANT_WAIT_MS = 50;
/** After so many events signals, timers and answers get their turn. */
const BATCH_EVENTS = 20_000;

export class LiveEvents {
  /** Records that were no valid events: a mistake of ours, counted and passed over. */
  damaged = 0;
  /** The most bytes that ever waited in the ring when it was looked at. */
  pendingBytesHighest = 0;
  readonly #sensor: LiveSource;
  readonly #event: EventView;
  /** When the reader was last woken. */
  #wokenMs = Number.NEGATIVE_INFINITY;

  constructor(sensor: LiveSource, event: EventView) {
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
    for (;;) {
      const { pendingBytes } = ring;
      if (pendingBytes > this.pendingBytesHighest) this.pendingBytesHighest = pendingBytes;
      const count = ring.drain(onRecord, BATCH_EVENTS);
      if (!consumer.onPause(count)) return;
      // biome-ignore lint/performance/noAwaitInLoops: one look after the other is the point
      await (count === BATCH_EVENTS ? nextTurn() : this.#rest(count, consumer));
    }
  }

  /**
   * Until the next look, after one that found so many events. A wake-up costs the process that
   * causes it and this one as much as reading a hundred events: so there is at most one of them per
   * tick, and none while events come in numbers.
   */
  async #rest(count: number, consumer: LiveConsumer): Promise<void> {
    const isSoon = performance.now() - this.#wokenMs < TICK_MS;
    if (count >= MANY_EVENTS || isSoon) {
      await pause(TICK_MS);
      return;
    }
    await this.#sensor.wait(consumer.isExpectant?.() === true ? EXPECTANT_WAIT_MS : WAIT_MS);
    this.#wokenMs = performance.now();
  }

  /** What still waits, once the sensor is detached: no more comes, so this ends. */
  readRest(consumer: Pick<LiveConsumer, 'onEvent'>): void {
    const { ring } = this.#sensor;
    const onRecord = (start: number, end: number): void => this.#take(start, end, consumer);
    while (ring.drain(onRecord, BATCH_EVENTS) === BATCH_EVENTS);
  }
}
