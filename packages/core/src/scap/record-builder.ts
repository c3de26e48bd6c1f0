/**
 * Puts an event record together parameter by parameter in a buffer of fixed size: the place where
 * the converter makes current events of old ones. The layout is drawn in docs/formats/event.md.
 */

import { hasLargePayload } from '../events/event-table.ts';
import type { EventView } from '../events/event-view.ts';
import { HEADER_BYTES, LENGTH_AT, PARAM_COUNT_AT, TYPE_AT } from './record-layout.ts';

/** libscap's limit for an event that is converted, before and after. */
export const CONVERTED_BYTES_MAX = 0x10000;
const NARROW_LENGTH_MAX = 0xffff;
/** Up to here a loop is faster than making the subarray that `set` wants. */
const LOOP_BYTES_MAX = 32;

export class RecordBuilder {
  readonly bytes: Uint8Array = new Uint8Array(CONVERTED_BYTES_MAX);
  readonly view: DataView = new DataView(this.bytes.buffer);
  /** Bytes of the record so far. */
  length = 0;
  /** Set when a parameter did not fit; the record is void then. */
  overflow = false;
  #lengthAt = 0;
  #wide = false;

  /**
   * A record of code `type` with `paramCount` parameters to come; time and thread are those of
   * `event`.
   */
  begin(event: EventView, type: number, paramCount: number): void {
    const { view } = this;
    for (let at = 0; at < LENGTH_AT; at += 4) {
      view.setUint32(at, event.view.getUint32(event.start + at, true), true);
    }
    view.setUint16(TYPE_AT, type, true);
    view.setUint32(PARAM_COUNT_AT, paramCount, true);
    this.#wide = hasLargePayload[type] === 1;
    this.#lengthAt = HEADER_BYTES;
    this.length = HEADER_BYTES + paramCount * (this.#wide ? 4 : 2);
    this.overflow = false;
  }

  /** The next parameter is the first `length` bytes of parameter `index` of `event`. */
  copy(event: EventView, index: number, length: number): void {
    const at = this.#reserve(length);
    if (at < 0) return;
    const { bytes } = this;
    const source = event.bytes;
    const from = event.paramStart(index);
    if (length > LOOP_BYTES_MAX) bytes.set(source.subarray(from, from + length), at);
    else for (let i = 0; i < length; i++) bytes[at + i] = source[from + i] ?? 0;
  }

  /** The next parameter is `length` times `byte`. */
  fill(byte: number, length: number): void {
    const at = this.#reserve(length);
    if (at >= 0) this.bytes.fill(byte, at, at + length);
  }

  /** The next parameter is a byte string. */
  text(text: string): void {
    const at = this.#reserve(text.length);
    if (at < 0) return;
    for (let i = 0; i < text.length; i++) this.bytes[at + i] = text.charCodeAt(i);
  }

  end(): void {
    this.view.setUint32(LENGTH_AT, this.length, true);
  }

  /** Notes the parameter's length; where its bytes go, or -1 when they do not fit. */
  #reserve(length: number): number {
    const at = this.length;
    if (at + length > CONVERTED_BYTES_MAX || (!this.#wide && length > NARROW_LENGTH_MAX)) {
      this.overflow = true;
      return -1;
    }
    if (this.#wide) this.view.setUint32(this.#lengthAt, length, true);
    else this.view.setUint16(this.#lengthAt, length, true);
    this.#lengthAt += this.#wide ? 4 : 2;
    this.length = at + length;
    return at;
  }
}
