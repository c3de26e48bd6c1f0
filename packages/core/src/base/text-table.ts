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
  /** Of the string, kept here: a search then need not touch the string. */
  readonly length: number;
  readonly hash: number;
  readonly start: number;
  /**
   * Place in the table's life, 0 to TEXT_SLOTS - 1, for caches in arrays; NO_SLOT after an
   * eviction.
   */
  slot: number;
  /** Memo of path normalisation, for core/state/paths.ts. */
  normalised: Text | undefined = undefined;

  constructor(string: ByteString, hash: number, start: number, slot: number) {
    this.string = string;
    this.length = string.length;
    this.hash = hash;
    this.start = start;
    this.slot = slot;
  }
}

export const TEXT_SLOTS: number = 1 << 16;
const ARENA_BYTES = 8 << 20;
const ARENA_BYTES_MIN = 4 << 10;
/** Buckets at the start and at most; there are always at least twice as many as texts. */
const BUCKETS_MIN = 1 << 10;
const BUCKETS_MAX = TEXT_SLOTS * 2;
/**
 * Steps of one search. Names are the attacker's, who can make any number of them with the same
 * hash; by chance a search at half load takes some dozens. A text beyond is not kept.
 */
const PROBES_MAX = 512;
/** Places for pairs of texts whose joint text is remembered; each pair may be in one of two. */
const JOINS = 1 << 16;
/** A longer text is not kept: a few of them must not empty the table. */
const TEXT_BYTES_MAX = ARENA_BYTES / 64;
/** Texts that are made here and not found in an event are mostly paths, of at most 1 KiB. */
const SCRATCH_BYTES = 4096;
const SLASH = 0x2f;

export class TextTable {
  /**
   * Times that the full table was emptied. Whoever caches by slot drops its cache when this
   * changes.
   */
  evictions = 0;
  readonly empty: Text;
  #count = 0;
  #arenaUsed = 0;
  #arena = new Uint8Array(ARENA_BYTES_MIN);
  #arenaView = new DataView(this.#arena.buffer);
  /** Open addressing; an entry is the slot plus 1, 0 where there is none. */
  #buckets = new Int32Array(BUCKETS_MIN);
  #texts: Text[] = [];
  /** Of a pair the slots of both as one number, and the slot plus 1 of what they give, or 0. */
  readonly #joinPairs = new Int32Array(JOINS);
  readonly #joins = new Int32Array(JOINS);
  /** The buffer that texts were last looked up in, and a view over it. */
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  readonly #scratchView = new DataView(this.#scratch.buffer);

  constructor() {
    this.empty = new Text('', 0, 0, NO_SLOT);
  }

  get size(): number {
    return this.#count;
  }

  /** The Text of bytes `start` to `end`. */
  intern(bytes: Uint8Array, start: number, end: number): Text {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#intern(this.#view, bytes, start, end);
  }

  #intern(view: DataView, bytes: Uint8Array, start: number, end: number): Text {
    if (end <= start) return this.empty;
    const hash = hashOf(view, start, end);
    const buckets = this.#buckets;
    const mask = buckets.length - 1;
    let bucket = hash & mask;
    for (let probes = 0; ; probes++) {
      const entry = buckets[bucket] ?? 0;
      if (entry === 0) break;
      if (probes === PROBES_MAX) {
        return new Text(host.byteString(bytes, start, end), hash, 0, NO_SLOT);
      }
      const text = this.#texts[entry - 1] ?? this.empty;
      if (text.hash === hash && text.length === end - start) {
        if (this.#holds(text, view, start)) return text;
      }
      bucket = (bucket + 1) & mask;
    }
    return this.#add(bytes, start, end, hash);
  }

  /** The Text of a byte string. */
  internString(string: ByteString): Text {
    const length = string.length;
    const scratch = this.#scratch;
    if (length > scratch.length) return this.#internLong(string);
    for (let at = 0; at < length; at++) scratch[at] = string.charCodeAt(at);
    return this.#intern(this.#scratchView, scratch, 0, length);
  }

  /**
   * The Text of two others together, with a "/" between them where `isSeparated`: without making
   * their string when the table has it.
   */
  internJoined(first: Text, second: Text, isSeparated: boolean): Text {
    const length = first.length + second.length + (isSeparated ? 1 : 0);
    const start = this.#arenaUsed;
    if (first.slot === NO_SLOT || second.slot === NO_SLOT || start + length > ARENA_BYTES) {
      return this.internString(`${first.string}${isSeparated ? '/' : ''}${second.string}`);
    }
    if (start + length > this.#arena.length) this.#growArena(length);
    // Put together where it will stay when it is new.
    const arena = this.#arena;
    const end = start + length;
    let at = start;
    for (let from = first.start; from < first.start + first.length; from++) {
      arena[at++] = arena[from] ?? 0;
    }
    if (isSeparated) arena[at++] = SLASH;
    for (let from = second.start; at < end; from++) arena[at++] = arena[from] ?? 0;
    return this.#intern(this.#arenaView, arena, start, end);
  }

  /** What `keepJoined` was told of these two, unless it was forgotten. */
  joined(first: Text, second: Text): Text | undefined {
    if (first.slot < 0 || second.slot < 0) return undefined;
    const pair = pairOf(first, second);
    const place = placeOf(pair);
    const at = this.#joinPairs[place] === pair ? place : place ^ 1;
    const joined = this.#joinPairs[at] === pair ? (this.#joins[at] ?? 0) : 0;
    return joined === 0 ? undefined : this.#texts[joined - 1];
  }

  /** Remembers that two texts give a third one, in whatever way. */
  keepJoined(first: Text, second: Text, joined: Text): void {
    if (first.slot < 0 || second.slot < 0 || joined.slot < 0) return;
    const pair = pairOf(first, second);
    const place = placeOf(pair);
    // What was here moves to the neighbour's place.
    if (this.#joins[place] !== 0) {
      this.#joinPairs[place ^ 1] = this.#joinPairs[place] ?? 0;
      this.#joins[place ^ 1] = this.#joins[place] ?? 0;
    }
    this.#joinPairs[place] = pair;
    this.#joins[place] = joined.slot + 1;
  }

  #internLong(string: ByteString): Text {
    const bytes = new Uint8Array(string.length);
    for (let at = 0; at < bytes.length; at++) bytes[at] = string.charCodeAt(at);
    return this.#intern(new DataView(bytes.buffer), bytes, 0, bytes.length);
  }

  /** Whether the bytes of `view` from `start` on are those of the text. */
  #holds(text: Text, view: DataView, start: number): boolean {
    const arena = this.#arenaView;
    const end = start + text.length;
    const shift = text.start - start;
    let at = start;
    for (const last = end - 4; at <= last; at += 4) {
      if (arena.getUint32(at + shift) !== view.getUint32(at)) return false;
    }
    for (; at < end; at++) if (arena.getUint8(at + shift) !== view.getUint8(at)) return false;
    return true;
  }

  /** Adds what is not there. */
  #add(bytes: Uint8Array, start: number, end: number, hash: number): Text {
    const string = host.byteString(bytes, start, end);
    const { length } = string;
    if (length > TEXT_BYTES_MAX) return new Text(string, hash, 0, NO_SLOT);
    if (this.#count === TEXT_SLOTS || this.#arenaUsed + length > ARENA_BYTES) this.#evictAll();
    if (this.#arenaUsed + length > this.#arena.length) this.#growArena(length);
    const at = this.#arenaUsed;
    const arena = this.#arena;
    if (bytes !== arena || start !== at) {
      for (let i = 0; i < length; i++) arena[at + i] = bytes[start + i] ?? 0;
    }
    const text = new Text(string, hash, at, this.#count);
    this.#arenaUsed += length;
    this.#texts.push(text);
    this.#count++;
    addToBuckets(this.#buckets, text);
    if (this.#count * 2 > this.#buckets.length) this.#growBuckets();
    return text;
  }

  #growArena(length: number): void {
    const needed = Math.max(this.#arena.length * 2, this.#arenaUsed + length);
    const grown = new Uint8Array(Math.min(ARENA_BYTES, needed));
    grown.set(this.#arena.subarray(0, this.#arenaUsed));
    this.#arena = grown;
    this.#arenaView = new DataView(grown.buffer);
  }

  #growBuckets(): void {
    const buckets = new Int32Array(Math.min(BUCKETS_MAX, this.#buckets.length * 2));
    const texts = this.#texts;
    for (let slot = 0; slot < texts.length; slot++)
      addToBuckets(buckets, texts[slot] ?? this.empty);
    this.#buckets = buckets;
  }

  #evictAll(): void {
    for (const text of this.#texts) text.slot = NO_SLOT;
    this.#texts = [];
    this.#buckets.fill(0);
    this.#joins.fill(0);
    this.#count = 0;
    this.#arenaUsed = 0;
    this.evictions++;
  }
}

function pairOf(first: Text, second: Text): number {
  return (first.slot << 16) | second.slot;
}

/** Both slots must reach all bits: names below one directory differ by little. */
function placeOf(pair: number): number {
  const mixed = Math.imul(pair ^ (pair >>> 16), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> 16;
}

function addToBuckets(buckets: Int32Array, { hash, slot }: Text): void {
  const mask = buckets.length - 1;
  let bucket = hash & mask;
  while (buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
  buckets[bucket] = slot + 1;
}

/** Four bytes at a time, the rest one by one. Mixing as in MurmurHash3's body and end. */
function hashOf(view: DataView, start: number, end: number): number {
  let hash = end - start;
  let at = start;
  for (const last = end - 4; at <= last; at += 4) {
    const word = Math.imul(view.getUint32(at, true), 0xcc9e2d51);
    hash = Math.imul(hash ^ ((word << 15) | (word >>> 17)), 5) + 0x2545f491;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ view.getUint8(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
