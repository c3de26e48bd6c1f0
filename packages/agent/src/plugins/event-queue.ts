/**
 * Events of one source that wait for rules, as records of captures. Bounded by number and bytes:
 * a source that cannot hold back loses what comes while it is full, counted.
 */

import { fromText } from '@saker/core/base/byte-string.ts';
import { encodeEvent } from '@saker/core/events/encode.ts';
import { EventCode } from './plugin.ts';

/**
 * A tenth of a second of the fastest source that rules can follow (some 100,000 events a second);
 * a burst, such as a file that is read from its beginning, holds back and loses nothing.
 */
export const QUEUED_EVENTS_MAX = 8192;
/** Events of audit logs have up to a MiB: as many of the largest as a batch of them has. */
export const QUEUED_BYTES_MAX: number = 64 << 20;
/** The length of an event stands in 32 bits, and readers of captures have limits far below. */
export const EVENT_BYTES_MAX: number = 16 << 20;

/** Of events that belong to no thread. */
const NO_THREAD = -1;
const NS_PER_MS = 1_000_000n;
const TIME_MAX = (1n << 64n) - 1n;

export type EventRecord = Uint8Array<ArrayBuffer>;

export interface QueueCounters {
  /** Events that were taken. */
  readonly taken: number;
  /** Events for which there was no room, and those that rules did not see before the end. */
  readonly lost: number;
  /** Events that are longer than EVENT_BYTES_MAX, and were not taken. */
  readonly tooLong: number;
  /** What was given as an event, and is none. */
  readonly malformed: number;
}

export const NO_EVENTS: QueueCounters = { taken: 0, lost: 0, tooLong: 0, malformed: 0 };

export function sumOf(left: QueueCounters, right: QueueCounters): QueueCounters {
  return {
    taken: left.taken + right.taken,
    lost: left.lost + right.lost,
    tooLong: left.tooLong + right.tooLong,
    malformed: left.malformed + right.malformed,
  };
}

export function lostOf({ lost, tooLong, malformed }: QueueCounters): number {
  return lost + tooLong + malformed;
}

/** What is wrong with an event that a plugin gives: nothing checks its types when it runs. */
export function eventProblem(data: unknown, timeNs: unknown): string | undefined {
  if (!(data instanceof Uint8Array)) {
    return `it gave an event that is no Uint8Array: found ${kindOf(data)}`;
  }
  if (timeNs === undefined || typeof timeNs === 'bigint') return undefined;
  return `it gave an event with a time that is no bigint of nanoseconds: found ${kindOf(timeNs)}`;
}

function kindOf(value: unknown): string {
  return value === undefined || value === null ? String(value) : `a ${typeof value}`;
}

export class EventQueue {
  readonly #pluginId: number;
  readonly #onEvent: () => void;
  /** A ring: those from `#first` on, `#length` of them. */
  readonly #records: (EventRecord | undefined)[] = [];
  #first = 0;
  #length = 0;
  #bytes = 0;
  #taken = 0;
  #lost = 0;
  #tooLong = 0;
  #malformed = 0;
  #isClosed = false;
  readonly #waitForRoom: (() => void)[] = [];
  readonly #waitForHandled: (() => void)[] = [];

  /** `onEvent` is called when there is an event where there was none. */
  constructor(pluginId: number, onEvent: () => void) {
    this.#pluginId = pluginId;
    this.#onEvent = onEvent;
  }

  get length(): number {
    return this.#length;
  }

  get counters(): QueueCounters {
    return {
      taken: this.#taken,
      lost: this.#lost,
      tooLong: this.#tooLong,
      malformed: this.#malformed,
    };
  }

  /** What was given is no event: see `eventProblem`. */
  refuse(): false {
    this.#malformed++;
    return false;
  }

  /** An event of the source. Whether it was taken. */
  add(data: Uint8Array, timeNs?: bigint): boolean {
    return this.#take(data.length, () =>
      encodeEvent(EventCode.PLUGIN, headerAt(timeNs), [this.#pluginId, data]),
    );
  }

  /** An event beside the stream. */
  addAsync(name: string, data: Uint8Array, timeNs?: bigint): boolean {
    return this.#take(data.length, () => asyncRecord(this.#pluginId, { name, data, timeNs }));
  }

  #take(bytes: number, encode: () => EventRecord): boolean {
    if (this.#isClosed) return false;
    if (bytes > EVENT_BYTES_MAX) {
      this.#tooLong++;
      return false;
    }
    if (!this.#hasRoom) {
      this.#lost++;
      return false;
    }
    const record = encode();
    this.#records[(this.#first + this.#length) % QUEUED_EVENTS_MAX] = record;
    this.#length++;
    this.#bytes += record.length;
    this.#taken++;
    if (this.#length === 1) this.#onEvent();
    return true;
  }

  /** One event may go beyond the bytes, so that any fits an empty queue. */
  get #hasRoom(): boolean {
    return this.#length < QUEUED_EVENTS_MAX && this.#bytes < QUEUED_BYTES_MAX;
  }

  /** The oldest; undefined when there is none. It is over when `tell` is called. */
  next(): EventRecord | undefined {
    const record = this.#records[this.#first];
    if (this.#length === 0 || record === undefined) return undefined;
    this.#records[this.#first] = undefined;
    this.#first = (this.#first + 1) % QUEUED_EVENTS_MAX;
    this.#length--;
    this.#bytes -= record.length;
    return record;
  }

  /** For who takes events: those that were taken are over, and who waits for that may go on. */
  tell(): void {
    if (this.#hasRoom) resolveAll(this.#waitForRoom);
    if (this.#length === 0) resolveAll(this.#waitForHandled);
  }

  room(): Promise<void> {
    if (this.#hasRoom || this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => this.#waitForRoom.push(resolve));
  }

  /** Also without any events it takes a turn: one may just be looked at. */
  handled(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waitForHandled.push(resolve);
      if (this.#length === 0) this.#onEvent();
    });
  }

  /** Nothing more is taken; what waits can still be read. */
  close(): void {
    this.#isClosed = true;
    resolveAll(this.#waitForRoom);
    resolveAll(this.#waitForHandled);
  }
}

function resolveAll(waiting: (() => void)[]): void {
  for (const resolve of waiting.splice(0)) resolve();
}

export interface AsyncEvent {
  readonly name: string;
  readonly data: Uint8Array;
  readonly timeNs?: bigint | undefined;
}

/** `pluginId`: of the source's plugin, 0 for system calls. */
function asyncRecord(pluginId: number, { name, data, timeNs }: AsyncEvent): EventRecord {
  return encodeEvent(EventCode.ASYNC, headerAt(timeNs), [pluginId, fromText(name), data]);
}

function headerAt(timeNs: bigint | undefined): { time: bigint; tid: number } {
  const isTime = timeNs !== undefined && timeNs >= 0n && timeNs < TIME_MAX;
  return { time: isTime ? timeNs : BigInt(Date.now()) * NS_PER_MS, tid: NO_THREAD };
}
