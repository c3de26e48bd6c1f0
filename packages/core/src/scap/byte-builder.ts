/**
 * Little-endian fields appended to a buffer that grows as needed: what ScapWriter puts its blocks
 * together in.
 */

import { type ByteString, host } from '../base/host.ts';
import { highWord, type Int64, lowWord } from '../base/int64.ts';

const WORD = 0x1_0000_0000;

export class ByteBuilder {
  length = 0;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** What was appended. The buffer's own bytes: valid until the next append. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  /** Signed or unsigned: the low 64 bits. */
  u64(value: Int64): void {
    const at = this.#reserve(8);
    if (typeof value === 'number' && value >= 0) {
      this.#view.setUint32(at, value % WORD, true);
      this.#view.setUint32(at + 4, value / WORD, true);
      return;
    }
    this.#view.setUint32(at, lowWord(value), true);
    this.#view.setUint32(at + 4, highWord(value), true);
  }

  /** u16 length, bytes; cut to `lengthMax`. */
  string(text: ByteString, lengthMax: number): void {
    const length = Math.min(text.length, lengthMax);
    this.u16(length);
    this.raw(text, length);
  }

  /** Several strings with a NUL after each, from `text` that has none after the last. */
  strings(text: ByteString, lengthMax: number): void {
    this.string(text === '' ? '' : `${text.slice(0, lengthMax - 1)}\0`, lengthMax);
  }

  /** Exactly `length` bytes: the text, then zeros. */
  raw(text: ByteString, length: number): void {
    const at = this.#reserve(length);
    const written = text.length > length ? text.slice(0, length) : text;
    host.writeByteString(written, this.#bytes, at);
    this.#bytes.fill(0, at + written.length, at + length);
  }

  bytes(source: Uint8Array, start: number, end: number): void {
    const at = this.#reserve(end - start);
    this.#bytes.set(source.subarray(start, end), at);
  }

  zeros(count: number): void {
    const at = this.#reserve(count);
    this.#bytes.fill(0, at, at + count);
  }

  /** Overwrites a u32 that was appended before. */
  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  #reserve(count: number): number {
    const at = this.length;
    this.length = at + count;
    if (this.length > this.#bytes.length) this.#grow();
    return at;
  }

  #grow(): void {
    const bytes = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
