/**
 * For fuzzing: damaged captures made of sound ones, the same for the same seed. Besides blind
 * damage there is damage that knows where blocks, records and lengths are, which gets further in.
 */

import { BLOCK, eventKinds, snapshotKinds } from './block-kinds.ts';
import { joinBytes } from './read-bytes.cases.ts';

/** Mulberry32: small, and good enough to choose damage. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

/** A sound capture, taken apart into its blocks. */
export type Blocks = readonly Uint8Array[];

export function blocksOf(capture: Uint8Array): Blocks {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < capture.length; ) {
    const end = at + view.getUint32(at + 4, true);
    blocks.push(capture.subarray(at, end));
    at = end;
  }
  return blocks;
}

const BLOCKS_KEPT = 60;
const DAMAGES_MAX = 6;
/** Values at the edges of what lengths and counts may be. */
const edges = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  11,
  12,
  21,
  22,
  25,
  26,
  31,
  32,
  33,
  127,
  128,
  255,
  256,
  1023,
  1024,
  4095,
  4096,
  0x7fff,
  0x8000,
  0xfffe,
  0xffff,
  0x10000,
  0x10008,
  1 << 20,
  1 << 24,
  0x7fff_ffff,
  -2,
  -1,
];
const blockTypes = [BLOCK.SECTION_HEADER, ...snapshotKinds.keys(), ...eventKinds.keys(), 0x999];

/** One damaged capture. */
export function mutate(random: Random, corpus: readonly Blocks[]): Uint8Array {
  const blocks = chosenBlocks(random, corpus);
  const damages = 1 + random.below(DAMAGES_MAX);
  for (let count = 0; count < damages; count++) {
    const at = random.below(blocks.length);
    const block = new Uint8Array(blocks[at] ?? []);
    blocks[at] = block;
    random.pick(blockDamages)(random, block, blocks);
  }
  const capture = joinBytes(...blocks);
  return random.below(4) === 0 ? random.pick(byteDamages)(random, capture) : capture;
}

/**
 * Some of the blocks of a capture in their order, its section header first; rarely the events of
 * another one's too.
 */
function chosenBlocks(random: Random, corpus: readonly Blocks[]): Uint8Array[] {
  const source = random.pick(corpus);
  const chosen = source.slice(0, 1);
  const others = random.below(4) === 0 ? random.pick(corpus) : source;
  for (const from of [source, others]) {
    const start = 1 + random.below(from.length);
    const stride = 1 + random.below(4);
    for (let at = start; at < from.length && chosen.length < BLOCKS_KEPT; at += stride) {
      chosen.push(...from.slice(at, at + 1));
    }
  }
  return chosen;
}

type BlockDamage = (random: Random, block: Uint8Array, blocks: Uint8Array[]) => void;

const blockDamages: readonly BlockDamage[] = [
  function flipBit(random, block) {
    const at = random.below(block.length);
    block[at] = (block[at] ?? 0) ^ (1 << random.below(8));
  },
  function setByte(random, block) {
    block[random.below(block.length)] = random.below(256);
  },
  function setEdge16(random, block) {
    setU16(block, random.below(block.length), random.pick(edges));
  },
  function setEdge32(random, block) {
    setU32(block, random.below(block.length), random.pick(edges));
  },
  function setLength(random, block) {
    const length = random.below(2) === 0 ? random.pick(edges) : random.below(block.length * 2);
    setU32(block, 4, length);
    if (random.below(2) === 0) setU32(block, block.length - 4, length);
  },
  function setType(random, block) {
    setU32(block, 0, random.pick(blockTypes));
  },
  /**
   * Of an event block: the record's length, type or number of parameters, or a parameter's length.
   */
  function setRecordField(random, block) {
    const field = 10 + random.pick([16, 20, 22, 26, 28, 30]);
    if (random.below(2) === 0) setU16(block, field, random.pick(edges));
    else setU16(block, field, random.below(500));
  },
  /** Of a list: the length of its first entry, or one of the numbers near its beginning. */
  function setEntryField(random, block) {
    setU32(block, 8 + random.below(64), random.pick(edges));
  },
  function repeatBlock(random, block, blocks) {
    blocks.splice(random.below(blocks.length), 0, block);
  },
  function dropBlock(random, _block, blocks) {
    if (blocks.length > 1) blocks.splice(random.below(blocks.length), 1);
  },
];

const byteDamages: readonly ((random: Random, capture: Uint8Array) => Uint8Array)[] = [
  function cutOff(random, capture) {
    return capture.subarray(0, random.below(capture.length));
  },
  function cutOut(random, capture) {
    const start = random.below(capture.length);
    return joinBytes(capture.subarray(0, start), capture.subarray(start + random.below(200)));
  },
  function repeat(random, capture) {
    const start = random.below(capture.length);
    const part = capture.subarray(start, start + random.below(2000));
    return joinBytes(capture.subarray(0, start), part, capture.subarray(start));
  },
  function insert(random, capture) {
    const start = random.below(capture.length);
    const noise = Uint8Array.from({ length: random.below(100) }, () => random.below(256));
    return joinBytes(capture.subarray(0, start), noise, capture.subarray(start));
  },
];

function setU16(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 2 && at + i < bytes.length; i++) bytes[at + i] = value >> (8 * i);
}

function setU32(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4 && at + i < bytes.length; i++) bytes[at + i] = value >> (8 * i);
}
