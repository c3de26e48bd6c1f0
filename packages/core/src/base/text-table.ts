/**
 * Hot. Interning of the strings that events repeat, mostly paths: the same bytes give the same
 * `Text`, so that decoding, joining and predicates on it happen once per distinct string and not
 * once per event. Benchmark: state in bench/.
 *
 * The table is bounded. When it is full it starts again from empty and counts that as one eviction:
 * Texts that are still referenced stay usable, they only lose their slot. So the same Text means
 * the same string, but two Texts may be equal.
 */

import { type ByteString, host } from './host.ts';

/** No slot: the Text is not in the table, nothing may be cached for it outside itself. */
export const NO_SLOT = -1;

export class Text {
  readonly string: ByteString;
  readonly hash: number;
  readonly start: number;
  /**
   * Place in the table's life, 0 to TEXT_SLOTS - 1, for caches in arrays; NO_SLOT after an
   * eviction.
   */
  slot: number;
  /** Memo of path normalisation and of the last join with a base, for core/state/paths.ts. */
  normalised: Text | undefined = undefined;
  joinedBase: Text | undefined = undefined;
  joined: Text | undefined = undefined;

  constructor(string: ByteString, hash: number, start: number, slot: number) {
    this.string = string;
    this.hash = hash;
    this.start = start;
    this.slot = slot;
  }
}

export const TEXT_SLOTS: number = 1 << 16;
const ARENA_BYTES = 8 << 20;
const BUCKETS = TEXT_SLOTS * 2;

export class TextTable {
  /**
   * Times that the full table was emptied. Whoever caches by slot drops its cache when this
   * changes.
   */
  evictions = 0;
  readonly empty: Text;
  #count = 0;
  #arenaUsed = 0;
  #arena = new Uint8Array(1 << 16);
  readonly #buckets = new Int32Array(BUCKETS);
  #texts: Text[] = [];

  constructor() {
    this.empty = new Text('', 0, 0, NO_SLOT);
  }

  get size(): number {
    return this.#count;
  }

  /** The Text of bytes `start` to `end`. */
  intern(bytes: Uint8Array, start: number, end: number): Text {
    const length = end - start;
    if (length <= 0) return this.empty;
    let hash = length;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    hash = (hash ^ (hash >>> 15)) | 0;
    const arena = this.#arena;
    let bucket = hash & (BUCKETS - 1);
    for (;;) {
      const entry = this.#buckets[bucket] ?? 0;
      if (entry === 0) break;
      const text = this.#texts[entry - 1] as Text;
      if (text.hash === hash && text.string.length === length) {
        let i = 0;
        const from = text.start;
        while (i < length && arena[from + i] === bytes[start + i]) i++;
        if (i === length) return text;
      }
      bucket = (bucket + 1) & (BUCKETS - 1);
    }
    return this.#add(host.byteString(bytes, start, end), hash, bucket);
  }

  /** The Text of a byte string. */
  internString(string: ByteString): Text {
    const length = string.length;
    const scratch = length <= this.#scratch.length ? this.#scratch : new Uint8Array(length);
    for (let at = 0; at < length; at++) scratch[at] = string.charCodeAt(at);
    return this.intern(scratch, 0, length);
  }
  readonly #scratch = new Uint8Array(4096);

  #add(string: ByteString, hash: number, bucket: number): Text {
    const length = string.length;
    if (length > ARENA_BYTES / 64) return new Text(string, hash, 0, NO_SLOT);
    let free = bucket;
    if (this.#count === TEXT_SLOTS || this.#arenaUsed + length > ARENA_BYTES) {
      this.#evictAll();
      free = hash & (BUCKETS - 1);
    }
    if (this.#arenaUsed + length > this.#arena.length) this.#growArena(length);
    const at = this.#arenaUsed;
    for (let i = 0; i < length; i++) this.#arena[at + i] = string.charCodeAt(i);
    const text = new Text(string, hash, at, this.#count);
    this.#arenaUsed += length;
    this.#texts.push(text);
    this.#count++;
    this.#buckets[free] = this.#count;
    return text;
  }

  #growArena(length: number): void {
    const grown = new Uint8Array(
      Math.min(ARENA_BYTES, Math.max(this.#arena.length * 2, this.#arenaUsed + length)),
    );
    grown.set(this.#arena.subarray(0, this.#arenaUsed));
    this.#arena = grown;
  }

  #evictAll(): void {
    for (const text of this.#texts) text.slot = NO_SLOT;
    this.#texts = [];
    this.#buckets.fill(0);
    this.#count = 0;
    this.#arenaUsed = 0;
    this.evictions++;
  }
}
