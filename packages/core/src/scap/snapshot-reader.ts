/**
 * Reads the first part of a section, from its header to its first event, and gives what it holds to
 * a SnapshotSink. Lists are decoded entry by entry as their bytes arrive; blocks of unknown types
 * are passed over.
 */

import type { SnapshotSink } from '../events/snapshot.ts';
import {
  BLOCK,
  BLOCK_HEADER_BYTES,
  BLOCK_TRAILER_BYTES,
  blockName,
  eventKinds,
  FORMAT_MAJOR,
  SECTION_MAGIC,
  SECTION_MAGIC_SWAPPED,
  type SnapshotKind,
  snapshotKinds,
} from './block-kinds.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { CaptureBuffer } from './capture-buffer.ts';
import { type CaptureErrorCode, CaptureFormatError } from './capture-error.ts';
import { decodeFd } from './fd-list.ts';
import { decodeInterface } from './interface-list.ts';
import { decodeMachineInfo } from './machine-info.ts';
import { decodeThread } from './process-list.ts';
import { decodeUserOrGroup } from './user-list.ts';

/**
 * More than the fields of any entry take; those of a thread are the longest: five paths of 1 KiB,
 * three lists of 4 KiB. An entry is decoded when this much of its block has arrived, or all of it.
 */
const ENTRY_BYTES_MAX = 32 << 10;
/** What is left of a list's block when it is less than this is padding. */
const ENTRY_BYTES_MIN = 4;

/** The block that is being read. */
interface OpenBlock {
  readonly name: string;
  readonly holds: SnapshotKind['holds'] | 'section' | 'nothing';
  readonly version: number;
  readonly length: number;
  /** Offsets in the capture of the block and of its trailer. */
  readonly start: number;
  readonly bodyEnd: number;
  /** Descriptor lists: the thread whose descriptors follow, once it was read. */
  owner: number | undefined;
  /** The body needs no more reading. */
  done: boolean;
}

export class SnapshotReader {
  readonly #buffer: CaptureBuffer;
  readonly #sink: SnapshotSink;
  readonly #cursor = new ByteCursor();
  #block: OpenBlock | undefined;
  /** Offset in the capture before which nothing is of interest. */
  #skipTo = 0;
  /** Section headers read so far. */
  #sections = 0;

  constructor(buffer: CaptureBuffer, sink: SnapshotSink) {
    this.#buffer = buffer;
    this.#sink = sink;
  }

  /** Reads on. events: an event block is next. */
  read(): 'events' | 'more' | 'end' {
    for (;;) {
      const step = this.#block === undefined ? this.#openBlock() : this.#readBlock(this.#block);
      if (step !== undefined) return step;
    }
  }

  #openBlock(): 'events' | 'more' | 'end' | undefined {
    const buffer = this.#buffer;
    if (buffer.left < BLOCK_HEADER_BYTES && !buffer.ended) return this.#want(BLOCK_HEADER_BYTES);
    const start = buffer.position;
    if (this.#sections === 0) this.#checkFirstBytes();
    else if (buffer.left === 0) return 'end';
    if (buffer.left < BLOCK_HEADER_BYTES) {
      const problem = `the capture ends after ${buffer.left} of ${BLOCK_HEADER_BYTES} bytes`;
      throw new CaptureFormatError('truncated', { offset: start, block: 'block header' }, problem);
    }
    const type = buffer.view.getUint32(buffer.at, true);
    if (eventKinds.has(type)) return 'events';
    const length = buffer.view.getUint32(buffer.at + 4, true);
    const kind = snapshotKinds.get(type);
    const block: OpenBlock = {
      name: blockName(type),
      holds: type === BLOCK.SECTION_HEADER ? 'section' : (kind?.holds ?? 'nothing'),
      version: kind?.version ?? 0,
      length,
      start,
      bodyEnd: start + length - BLOCK_TRAILER_BYTES,
      owner: undefined,
      done: false,
    };
    const lengthMin = BLOCK_HEADER_BYTES + BLOCK_TRAILER_BYTES;
    if (length < lengthMin) {
      this.#fail('corrupt_block', block, `its length is ${length}, but at least ${lengthMin} go`);
    }
    this.#block = block;
    buffer.at += BLOCK_HEADER_BYTES;
    return undefined;
  }

  /** Of the capture: whether they are the type of a section header. */
  #checkFirstBytes(): void {
    const { bytes, view, at, left } = this.#buffer;
    const place = { offset: 0, block: 'capture' };
    if (left === 0) throw new CaptureFormatError('not_a_capture', place, 'it is empty: 0 bytes');
    if (left >= 2 && bytes[at] === 0x1f && bytes[at + 1] === 0x8b) {
      throw new CaptureFormatError('compressed', place, 'it is compressed with gzip');
    }
    const found = left >= 4 ? view.getUint32(at, true) : undefined;
    if (found === BLOCK.SECTION_HEADER) return;
    const count = left === 1 ? '1 byte' : `${left} bytes`;
    const what = found === undefined ? count : `0x${found.toString(16).padStart(8, '0')}`;
    const wanted = `0x0${BLOCK.SECTION_HEADER.toString(16)}`;
    const problem = `it begins with ${what}, a capture begins with ${wanted}`;
    throw new CaptureFormatError('not_a_capture', place, problem);
  }

  #readBlock(block: OpenBlock): 'more' | undefined {
    const buffer = this.#buffer;
    while (!block.done) {
      if (!this.#skip()) return this.#missing(1, block);
      const rest = block.bodyEnd - buffer.position;
      const wanted = Math.min(rest, ENTRY_BYTES_MAX);
      if (buffer.left < wanted && !buffer.ended) return this.#want(wanted);
      this.#readEntry(block, rest);
    }
    if (this.#skipTo < block.bodyEnd) this.#skipTo = block.bodyEnd;
    if (!this.#skip()) return this.#missing(1, block);
    if (buffer.left < BLOCK_TRAILER_BYTES) return this.#missing(BLOCK_TRAILER_BYTES, block);
    const trailer = buffer.view.getUint32(buffer.at, true);
    if (trailer !== block.length) {
      const problem = `its header says ${block.length} bytes, its trailer ${trailer}`;
      this.#fail('corrupt_block', block, problem);
    }
    buffer.at += BLOCK_TRAILER_BYTES;
    this.#block = undefined;
    return undefined;
  }

  /**
   * Reads one entry of a list, or the whole of what a block without entries holds; `rest` bytes of
   * the body are left.
   */
  #readEntry(block: OpenBlock, rest: number): void {
    const { holds } = block;
    const isList = holds !== 'section' && holds !== 'machine';
    if (holds === 'nothing' || (isList && rest < ENTRY_BYTES_MIN)) {
      block.done = true;
      return;
    }
    const cursor = this.#cursor;
    const buffer = this.#buffer;
    cursor.attach(buffer.bytes, buffer.view);
    cursor.enter(block.name, buffer.base);
    cursor.begin(buffer.at, buffer.at + rest, buffer.end, buffer.ended);
    if (holds === 'fds' && block.owner === undefined) block.owner = cursor.id();
    else this.#decode(block);
    this.#skipTo = buffer.base + cursor.finish();
    block.done = !isList;
  }

  #decode(block: OpenBlock): void {
    const cursor = this.#cursor;
    const sink = this.#sink;
    switch (block.holds) {
      case 'section':
        this.#readSectionHeader(block);
        return;
      case 'machine':
        sink.machine(decodeMachineInfo(cursor));
        return;
      case 'interfaces': {
        const entry = decodeInterface(cursor, block.version);
        if (entry !== undefined) sink.networkInterface(entry);
        return;
      }
      case 'users':
        decodeUserOrGroup(cursor, block.version, sink);
        return;
      case 'threads':
        sink.thread(decodeThread(cursor, block.version));
        return;
      default:
        sink.fd(block.owner ?? -1, decodeFd(cursor, block.version));
    }
  }

  #readSectionHeader(block: OpenBlock): void {
    const cursor = this.#cursor;
    const magic = cursor.u32();
    if (magic === SECTION_MAGIC_SWAPPED) {
      const problem =
        'it was written by a big-endian machine, only little-endian captures are read';
      this.#fail('unsupported_version', block, problem);
    }
    if (magic !== SECTION_MAGIC) {
      const [found, wanted] = [magic, SECTION_MAGIC].map((word) => `0x${word.toString(16)}`);
      this.#fail('not_a_capture', block, `its magic number is ${found}, a capture has ${wanted}`);
    }
    const major = cursor.u16();
    const minor = cursor.u16();
    if (major > FORMAT_MAJOR) {
      const problem = `its format is ${major}.${minor}, known are those up to ${FORMAT_MAJOR}.x`;
      this.#fail('unsupported_version', block, problem);
    }
    // The section's length is never known when the header is written.
    cursor.u64();
    if (this.#sections++ > 0) this.#sink.section?.();
  }

  /** Moves to #skipTo; false when not enough bytes have arrived. */
  #skip(): boolean {
    const buffer = this.#buffer;
    const distance = this.#skipTo - buffer.position;
    if (distance <= 0) return true;
    const { left } = buffer;
    buffer.at += Math.min(distance, left);
    return distance <= left;
  }

  #missing(count: number, block: OpenBlock): 'more' {
    const buffer = this.#buffer;
    if (!buffer.ended) return this.#want(count);
    const arrived = buffer.base + buffer.end - block.start;
    const problem = `it has ${block.length} bytes, but the capture ends after ${arrived} of them`;
    this.#fail('truncated', block, problem);
  }

  #want(count: number): 'more' {
    this.#buffer.wanted = count;
    return 'more';
  }

  #fail(code: CaptureErrorCode, block: OpenBlock, problem: string): never {
    throw new CaptureFormatError(code, { offset: block.start, block: block.name }, problem);
  }
}
