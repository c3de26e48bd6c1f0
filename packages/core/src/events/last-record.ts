/**
 * Hot. Whether a record says the same as the one before it, but for its time: loops make the same
 * call again and again. Sources reuse their buffers, so the record before has to be kept; to keep
 * every one would cost more than it brings where calls differ, so one is kept only when its thread,
 * type and length are those of its predecessor. Benchmark: live in bench/.
 */

import type { EventView } from './event-view.ts';

/** Longer records are not kept: those that loops repeat have the length of a path. */
const RECORD_BYTES_MAX = 512;
/** Of the header: what follows its time. */
const TIME_BYTES = 8;

export class LastRecord {
  readonly #bytes = new Uint8Array(RECORD_BYTES_MAX);
  readonly #view = new DataView(this.#bytes.buffer);
  /** Of the record that is kept; 0: none is. */
  #length = 0;
  /** What the record before was like; -1: not to be repeated. */
  #type = -1;
  #tid = 0;
  #lengthBefore = 0;

  /** Whether the event's record is the one that was kept last, but for its time. */
  isSame(event: EventView): boolean {
    const { start, end } = event;
    if (end - start !== this.#length) return false;
    const [kept, view] = [this.#view, event.view];
    let at = TIME_BYTES;
    for (const last = this.#length - 4; at <= last; at += 4) {
      if (kept.getInt32(at) !== view.getInt32(start + at)) return false;
    }
    for (; at < this.#length; at++) {
      if (kept.getUint8(at) !== view.getUint8(start + at)) return false;
    }
    return true;
  }

  /** The event may be followed by its like. */
  keep(event: EventView): void {
    const { type, tid, start, end } = event;
    const length = end - start;
    const isLikely = type === this.#type && tid === this.#tid && length === this.#lengthBefore;
    this.#type = type;
    this.#tid = tid;
    this.#lengthBefore = length;
    this.#length = 0;
    if (!isLikely || length > RECORD_BYTES_MAX) return;
    const [kept, view] = [this.#view, event.view];
    let at = TIME_BYTES;
    for (const last = length - 4; at <= last; at += 4) {
      kept.setInt32(at, view.getInt32(start + at));
    }
    for (; at < length; at++) kept.setUint8(at, view.getUint8(start + at));
    this.#length = length;
  }

  /** Something else happened: whatever comes next repeats nothing. */
  forget(): void {
    this.#length = 0;
    this.#type = -1;
  }
}
