/**
 * The bytes of a capture that have arrived and are not yet read: one buffer, filled at its end and
 * read from its beginning. It is moved together when room is asked for, so nothing may still refer
 * to it then.
 */

import { assert } from '../base/assert.ts';

/** Enough that a read of the file costs little per event; events have about 100 bytes. */
const BUFFER_BYTES: number = 1 << 20;

export class CaptureBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  /** Next byte to read, and the end of those that have arrived. */
  at = 0;
  end = 0;
  /** The capture has no more bytes than have arrived. */
  ended = false;
  /** Bytes from `at` without which reading cannot go on: how far the buffer may grow. */
  wanted = 0;
  /** Offset in the capture of the buffer's first byte. */
  base = 0;

  constructor(capacity: number = BUFFER_BYTES) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Offset of the next byte in the capture. */
  get position(): number {
    return this.base + this.at;
  }

  get left(): number {
    return this.end - this.at;
  }

  /** The free part at the buffer's end, never empty. */
  space(): Uint8Array<ArrayBuffer> {
    assert(!this.ended, 'the capture was said to have ended');
    if (this.at > 0) this.#moveTogether();
    if (this.end === this.bytes.length) this.#grow();
    return this.bytes.subarray(this.end);
  }

  /** `count` bytes were put into space(). */
  filled(count: number): void {
    assert(
      count >= 0 && count <= this.bytes.length - this.end,
      `${count} bytes into the room left`,
    );
    this.end += count;
  }

  #moveTogether(): void {
    this.bytes.copyWithin(0, this.at, this.end);
    this.base += this.at;
    this.end -= this.at;
    this.at = 0;
  }

  #grow(): void {
    const capacity = this.bytes.length;
    assert(this.wanted > capacity, `${capacity} bytes have arrived that nobody has read yet`);
    const bytes = new Uint8Array(capacity * 2);
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}
