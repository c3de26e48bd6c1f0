/**
 * Hot. One event, read in place and lazily from the bytes of its record. Benchmark: decode in
 * bench/.
 *
 * A record is what docs/formats/event.md draws: a 26-byte header (time, thread, length, code,
 * number of parameters), the parameters' lengths (u16 each, u32 for EF_LARGE_PAYLOAD), the
 * parameters. Sources place one EventView over one record after
 * another: what it gives is valid until the source's next call
 * (docs/decisions/0002-event-view-lifetime.md).
 */

import { type ByteString, host } from '../base/host.ts';
import { type Int64, signed64, unsigned64 } from '../base/int64.ts';
import { hasLargePayload, paramCounts } from './event-table.ts';

export const EVENT_HEADER_BYTES = 26;
/** Most parameters an event can have: PPM_MAX_EVENT_PARAMS. */
export const PARAMS_MAX = 32;

export class EventView {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Position in the stream of delivered events, from 1: `evt.num`. */
  num = 0;
  cpu = 0;
  /** The record asks to update state only, never to be shown to rules. */
  stateOnly = false;
  /**
   * Nanoseconds since the epoch, two unsigned words. Begins as what is no small integer: V8 makes
   * the field one for doubles at once, and not, with all compiled code that reads events, when the
   * first time beyond 2^31 comes.
   */
  timeLow = 0xffff_ffff;
  timeHigh = 0;
  tid = 0;
  /** Event code: index of `eventTable`. */
  type = 0;
  /**
   * Parameters that the record holds and the table knows. A parameter past this number reads as
   * empty.
   */
  paramCount = 0;
  /** Where the record begins and ends in `bytes`. */
  start = 0;
  end = 0;
  /** Where the tail behind the last parameter ends; where that parameter ends: there is none. */
  #tailEnd = 0;
  /** Parameter i is at starts[i] to starts[i + 1]. */
  readonly #starts = new Int32Array(PARAMS_MAX + 1);

  /** The buffer that the following records are in. */
  attach(bytes: Uint8Array, view: DataView): void {
    this.bytes = bytes;
    this.view = view;
  }

  /**
   * Places the view over the record at `start`, which must end by `limit`. False, with nothing that
   * may be read, when the bytes are no valid record: lengths out of bounds, or a code that the
   * table does not know.
   */
  place(start: number, limit: number): boolean {
    const view = this.view;
    if (start + EVENT_HEADER_BYTES > limit) return false;
    const end = start + view.getUint32(start + 16, true);
    const type = view.getUint16(start + 20, true);
    const held = view.getUint32(start + 22, true);
    if (end > limit || type >= paramCounts.length) return false;
    const wide = hasLargePayload[type] === 1;
    let at = start + EVENT_HEADER_BYTES;
    let from = at + held * (wide ? 4 : 2);
    if (held > 0xffff || from > end) return false;
    const known = paramCounts[type] ?? 0;
    const count = held < known ? held : known;
    const starts = this.#starts;
    for (let i = 0; i < count; i++) {
      starts[i] = from;
      if (wide) {
        from += view.getUint32(at, true);
        at += 4;
      } else {
        from += view.getUint16(at, true);
        at += 2;
      }
      if (from > end) return false;
    }
    starts[count] = from;
    this.#tailEnd = held === known ? end : from;
    this.start = start;
    this.end = end;
    this.type = type;
    this.paramCount = count;
    this.timeLow = view.getUint32(start, true);
    this.timeHigh = view.getUint32(start + 4, true);
    this.tid = signedNumber(view.getInt32(start + 8, true), view.getInt32(start + 12, true));
    return true;
  }

  hasParam(index: number): boolean {
    return index < this.paramCount;
  }

  /** Bytes of the parameter; 0 when it is absent. */
  paramLength(index: number): number {
    if (index >= this.paramCount) return 0;
    return (this.#starts[index + 1] ?? 0) - (this.#starts[index] ?? 0);
  }

  /** Where the parameter begins in `bytes`; only for index < paramCount. */
  paramStart(index: number): number {
    return this.#starts[index] ?? 0;
  }

  /**
   * 8-byte integer as a number: exact within the safe integers, which fds, pids and results are.
   * Empty: 0.
   */
  i64(index: number): number {
    if (this.paramLength(index) < 8) return this.i32(index);
    const at = this.paramStart(index);
    return signedNumber(this.view.getInt32(at, true), this.view.getInt32(at + 4, true));
  }

  /** Exact. Empty or short: 0. */
  unsigned64(index: number): Int64 {
    if (this.paramLength(index) < 8) return 0;
    const at = this.paramStart(index);
    return unsigned64(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  /** Exact. Empty or short: 0. */
  signed64(index: number): Int64 {
    if (this.paramLength(index) < 8) return 0;
    const at = this.paramStart(index);
    return signed64(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
  }

  /** Empty or short: 0. */
  u32(index: number): number {
    return this.paramLength(index) < 4 ? 0 : this.view.getUint32(this.paramStart(index), true);
  }

  i32(index: number): number {
    return this.paramLength(index) < 4 ? 0 : this.view.getInt32(this.paramStart(index), true);
  }

  u16(index: number): number {
    return this.paramLength(index) < 2 ? 0 : this.view.getUint16(this.paramStart(index), true);
  }

  u8(index: number): number {
    return this.paramLength(index) < 1 ? 0 : this.view.getUint8(this.paramStart(index));
  }

  /** A string parameter up to its first NUL. Empty: "". */
  string(index: number): ByteString {
    const length = this.paramLength(index);
    if (length === 0) return '';
    const start = this.paramStart(index);
    const bytes = this.bytes;
    let end = start;
    const limit = start + length;
    while (end < limit && bytes[end] !== 0) end++;
    return host.byteString(bytes, start, end);
  }

  /**
   * Bytes that follow the parameters of an event that has all of its table's, which nothing in the
   * record counts: other readers pass over them, where some refuse a parameter that they do not
   * know. 0: there are none.
   */
  get tailLength(): number {
    return this.#tailEnd - this.tailStart;
  }

  get tailStart(): number {
    return this.#starts[this.paramCount] ?? 0;
  }

  /** All bytes of the parameter, NULs included. */
  raw(index: number): ByteString {
    const length = this.paramLength(index);
    if (length === 0) return '';
    const start = this.paramStart(index);
    return host.byteString(this.bytes, start, start + length);
  }
}

/**
 * Numbers of 32 bits, which nearly all are, stay integers for V8; a product would make them
 * doubles.
 */
function signedNumber(low: number, high: number): number {
  return high === low >> 31 ? low : (low >>> 0) + high * 0x1_0000_0000;
}
