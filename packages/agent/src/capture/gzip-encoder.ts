/**
 * Bytes to gzip (RFC 1952), piece by piece and without a turn of the event loop, which Node's own
 * streams take. Each piece is compressed for itself and ends at a byte's border (a "sync flush"),
 * so that all of them together are one deflate stream: how pigz does it.
 */

import { constants, crc32, deflateRawSync } from 'node:zlib';

/** Six times as fast as the usual level, and 15 % more bytes. */
const LEVEL = 2;
const OPTIONS = { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH } as const;
/** Deflate, no flags, no time, no hint about the level, made on Unix. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** An empty block that is the last one. */
const LAST_BLOCK: readonly number[] = [3, 0];
const WORD = 0x1_0000_0000;

export class GzipEncoder {
  readonly #write: (bytes: Uint8Array) => void;
  #crc = 0;
  #length = 0;

  /** What `write` gets is its own from then on. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
    write(HEADER);
  }

  /** Pieces from some 64 KiB on compress as well as a whole. */
  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#crc = crc32(bytes, this.#crc);
    this.#length += bytes.length;
    this.#write(deflateRawSync(bytes, OPTIONS));
  }

  end(): void {
    const end = new DataView(new ArrayBuffer(LAST_BLOCK.length + 8));
    for (const [at, byte] of LAST_BLOCK.entries()) end.setUint8(at, byte);
    end.setUint32(LAST_BLOCK.length, this.#crc, true);
    end.setUint32(LAST_BLOCK.length + 4, this.#length % WORD, true);
    this.#write(new Uint8Array(end.buffer));
  }
}
