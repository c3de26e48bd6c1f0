/**
 * Reads the fields of one entry of a snapshot block in order, little-endian and unaligned. A field
 * past the entry's end is the capture's mistake and throws CaptureFormatError.
 */

import { untilNul } from '../base/byte-string.ts';
import { type ByteString, host } from '../base/host.ts';
import { type Int64, unsigned64 } from '../base/int64.ts';
import { CaptureFormatError } from './capture-error.ts';

const WORD = 0x1_0000_0000;

export class ByteCursor {
  /** Offset of the next field in the buffer. */
  at = 0;
  /**
   * Where the entry ends in the buffer; may be past `#available` when the entry has a tail that
   * nobody reads.
   */
  end = 0;
  #start = 0;
  #available = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Offset of the buffer's first byte in the capture. */
  #base = 0;
  #block = '';
  #fileEnds = false;
  #sized = false;

  attach(bytes: Uint8Array, view: DataView): void {
    this.#bytes = bytes;
    this.#view = view;
  }

  /** For every block: its name, and the capture's offset of the buffer's first byte. */
  enter(block: string, base: number): void {
    this.#block = block;
    this.#base = base;
  }

  /**
   * An entry begins at `start`; it ends by `end`, the end of the block's body. Bytes up to
   * `available` are there; when that is less than the entry needs, `fileEnds` says whose fault that
   * is.
   */
  begin(start: number, end: number, available: number, fileEnds: boolean): void {
    this.#start = start;
    this.at = start;
    this.end = end;
    this.#available = Math.min(end, available);
    this.#fileEnds = fileEnds && available < end;
    this.#sized = false;
  }

  /** The entry says that it is `length` bytes long, counted from its beginning. */
  limitTo(length: number): void {
    const rest = this.end - this.#start;
    if (length > rest) this.fail(`an entry of ${length} bytes, but ${rest} remain in the block`);
    this.#sized = true;
    this.end = this.#start + length;
    this.#available = Math.min(this.end, this.#available);
  }

  /**
   * Where the next entry begins in the buffer: entries of a known length may go on after the fields
   * that were read.
   */
  finish(): number {
    return this.#sized ? this.end : this.at;
  }

  /** Bytes that the entry still has. */
  get rest(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): Int64 {
    const at = this.#take(8);
    return unsigned64(this.#view.getUint32(at, true), this.#view.getUint32(at + 4, true));
  }

  /**
   * A 64-bit id as a number: exact within the safe integers, which ids of threads and descriptors
   * are.
   */
  id(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at, true) + this.#view.getInt32(at + 4, true) * WORD;
  }

  raw(length: number): ByteString {
    const at = this.#take(length);
    return host.byteString(this.#bytes, at, at + length);
  }

  /** A field of `length` bytes; what follows a NUL is not part of the string. */
  fixedString(length: number): ByteString {
    return untilNul(this.raw(length));
  }

  /** u16 length, bytes. What follows a NUL is not part of the string. */
  string(lengthMax: number): ByteString {
    return this.fixedString(this.#length(lengthMax));
  }

  /** Several strings, NUL after each, the last one's may be missing: without the final NUL. */
  strings(lengthMax: number): ByteString {
    const text = this.raw(this.#length(lengthMax));
    return text.endsWith('\0') ? text.slice(0, -1) : text;
  }

  fail(problem: string): never {
    const place = { offset: this.#base + this.#start, block: this.#block };
    throw new CaptureFormatError('corrupt_block', place, problem);
  }

  #length(lengthMax: number): number {
    const length = this.u16();
    if (length > lengthMax) this.fail(`a string of ${length} bytes, but at most ${lengthMax} go`);
    return length;
  }

  /** Moves past `count` bytes; where they begin. */
  #take(count: number): number {
    const at = this.at;
    const left = this.#available - at;
    if (count > left) this.#short(count, left);
    this.at = at + count;
    return at;
  }

  #short(count: number, left: number): never {
    const read = this.at - this.#start;
    const offset = this.#base + this.#start;
    const place = { offset, block: this.#block };
    if (!this.#fileEnds) {
      this.fail(`after ${read} bytes an entry needs ${count} more, but it has only ${left}`);
    }
    const problem = `the capture ends ${read + left} bytes into an entry`;
    throw new CaptureFormatError('truncated', place, problem);
  }
}
