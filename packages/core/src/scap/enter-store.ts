/**
 * The enter events of old captures that wait for their exit event, one per thread. Bounded: a
 * capture may hold enter events of any number of threads that never exit; then the oldest are
 * forgotten.
 */

import type { EventView } from '../events/event-view.ts';

/** Threads inside a system call at the same moment: a busy machine has some thousands. */
export const ENTERS_MAX = 65_536;
/** Enter events have about 100 bytes; 64 KiB is possible. */
export const ENTER_BYTES_MAX: number = 16 << 20;
/** Slots have powers of two so that they can be used again for other events. */
const SLOT_BYTES_MIN = 128;
const FREE_SLOTS_MAX = 64;

class StoredEnter {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  length = 0;

  constructor(capacity: number) {
    const bytes = new Uint8Array(capacity);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

export class EnterStore {
  /** Enter events that were dropped because the store was full. */
  forgotten = 0;
  readonly #slots = new Map<number, StoredEnter>();
  readonly #free: StoredEnter[] = [];
  #bytes = 0;

  get size(): number {
    return this.#slots.size;
  }

  /** Bytes that the waiting events occupy. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Copies the event, in the place of what the thread had. */
  put(event: EventView): void {
    const length = event.end - event.start;
    this.remove(event.tid);
    const slot = this.#slot(length);
    slot.bytes.set(event.bytes.subarray(event.start, event.end));
    slot.length = length;
    this.#slots.set(event.tid, slot);
    this.#bytes += slot.bytes.length;
    if (this.#slots.size > ENTERS_MAX || this.#bytes > ENTER_BYTES_MAX) this.#forgetOldest();
  }

  get(tid: number): StoredEnter | undefined {
    return this.#slots.get(tid);
  }

  remove(tid: number): void {
    const slot = this.#slots.get(tid);
    if (slot === undefined) return;
    this.#slots.delete(tid);
    this.#bytes -= slot.bytes.length;
    if (slot.bytes.length === SLOT_BYTES_MIN && this.#free.length < FREE_SLOTS_MAX) {
      this.#free.push(slot);
    }
  }

  clear(): void {
    this.#slots.clear();
    this.#bytes = 0;
  }

  #slot(length: number): StoredEnter {
    let capacity = SLOT_BYTES_MIN;
    while (capacity < length) capacity *= 2;
    const free = capacity === SLOT_BYTES_MIN ? this.#free.pop() : undefined;
    return free ?? new StoredEnter(capacity);
  }

  /** A Map keeps the order of insertion. */
  #forgetOldest(): void {
    for (const tid of this.#slots.keys()) {
      if (this.#slots.size <= ENTERS_MAX && this.#bytes <= ENTER_BYTES_MAX) return;
      this.remove(tid);
      this.forgotten++;
    }
  }
}
