/**
 * Hot. Reads a capture (docs/formats/capture.md) from bytes that arrive in pieces. Benchmark:
 * decode in bench/.
 *
 * The reader never reads by itself: it is fed, and `next()` says whether the view is over an event,
 * bytes are missing, or the capture has ended. Current events are viewed where they arrived; old
 * ones are rebuilt in a buffer aside (event-v1.ts, converter.ts). What the capture knows of the
 * machine goes to a SnapshotSink entry by entry.
 *
 * Memory: one buffer, which holds an event block or an entry of a list. It grows, by doubling, only
 * when it is full of bytes that have arrived and an event block goes on; the longest that is
 * accepted has LARGE_EVENT_BYTES_MAX.
 */

import { EVENT_TYPES } from '../events/event-table.ts';
import type { EventView } from '../events/event-view.ts';
import type { SnapshotSink } from '../events/snapshot.ts';
import {
  BLOCK,
  BLOCK_HEADER_BYTES,
  BLOCK_TRAILER_BYTES,
  blockName,
  type EventKind,
  eventKinds,
  eventV2,
  FLAG_STATE_ONLY,
} from './block-kinds.ts';
import { CaptureBuffer } from './capture-buffer.ts';
import { type CaptureErrorCode, CaptureFormatError } from './capture-error.ts';
import { EventConverter, passAt } from './converter.ts';
import { EventV1Upgrade } from './event-v1.ts';
import { ReadCounts } from './read-counts.ts';
import { LENGTH_AT, PARAM_COUNT_AT, TYPE_AT } from './record-layout.ts';
import { SnapshotReader } from './snapshot-reader.ts';

/**
 * event: the view is over the next event, until the next call.
 * more: feed bytes, or say that there are none.
 * end: the capture has ended, at the end of a block.
 */
export type ReadStep = 'event' | 'more' | 'end';

export interface ScapReaderOptions {
  /** What the buffer begins with; 1 MiB. */
  readonly bufferBytes?: number;
}

export class ScapReader {
  readonly event: EventView;
  readonly counts: ReadCounts = new ReadCounts();
  readonly #buffer: CaptureBuffer;
  readonly #snapshot: SnapshotReader;
  readonly #converter: EventConverter;
  /** Made when the first event of version 1 comes. */
  #upgrade: EventV1Upgrade | undefined;
  #inEvents = false;
  /** Of the block before: most blocks are of the same kind. */
  #kind: EventKind = eventV2;
  #delivered = 0;

  constructor(event: EventView, sink: SnapshotSink, options: ScapReaderOptions = {}) {
    this.event = event;
    this.#buffer = new CaptureBuffer(options.bufferBytes);
    this.#snapshot = new SnapshotReader(this.#buffer, sink);
    this.#converter = new EventConverter(this.counts);
  }

  /** Bytes of the capture that have been read. */
  get position(): number {
    return this.#buffer.position;
  }

  /**
   * Free room in the reader's buffer, at least one byte, to be filled from its beginning. Only when
   * nothing was read yet or `next` said more.
   */
  space(): Uint8Array<ArrayBuffer> {
    return this.#buffer.space();
  }

  /** The first `bytes` bytes of `space()` are now the capture's next ones. */
  filled(bytes: number): void {
    this.#buffer.filled(bytes);
  }

  /**
   * Takes bytes from the beginning of `chunk`, as many as there is room for; how many. Only when
   * `space` is allowed.
   */
  feed(chunk: Uint8Array): number {
    const space = this.#buffer.space();
    const part = chunk.length <= space.length ? chunk : chunk.subarray(0, space.length);
    space.set(part);
    this.#buffer.filled(part.length);
    return part.length;
  }

  /** The capture has no more bytes. */
  end(): void {
    this.#buffer.ended = true;
  }

  /**
   * Goes to the next event, passing on what comes before it. Throws CaptureFormatError about what
   * is wrong with the capture, and then again on each call; everything before it has been
   * delivered.
   */
  next(): ReadStep {
    for (;;) {
      if (!this.#inEvents) {
        const step = this.#snapshot.read();
        if (step !== 'events') return step;
        this.#converter.clear();
        this.#inEvents = true;
      }
      const step = this.#readBlock();
      if (step !== undefined) return step;
    }
  }

  /** Undefined when the block held no event to deliver. */
  #readBlock(): ReadStep | undefined {
    const buffer = this.#buffer;
    const { at, view } = buffer;
    const left = buffer.end - at;
    if (left < BLOCK_HEADER_BYTES) return this.#boundary(left);
    const type = view.getUint32(at, true);
    if (type !== this.#kind.type && !this.#changeKind(type)) return undefined;
    const kind = this.#kind;
    const length = view.getUint32(at + 4, true);
    if (length < kind.bytesMin || length > kind.bytesMax) this.#refuseLength(length);
    if (length > left) return this.#incomplete(length, left);
    const recordEnd = at + length - BLOCK_TRAILER_BYTES;
    const trailer = view.getUint32(recordEnd, true);
    if (trailer !== length) {
      this.#fail('corrupt_block', `its header says ${length} bytes, its trailer ${trailer}`);
    }
    const event = this.event;
    if (!this.#place(at + kind.recordAt, recordEnd)) {
      buffer.at = at + length;
      return undefined;
    }
    event.cpu = view.getUint16(at + BLOCK_HEADER_BYTES, true);
    event.stateOnly =
      kind.hasFlags && (view.getUint32(at + BLOCK_HEADER_BYTES + 2, true) & FLAG_STATE_ONLY) !== 0;
    buffer.at = at + length;
    if (event.paramCount < (passAt[event.type] ?? 0) && !this.#converter.convert(event)) {
      return undefined;
    }
    event.num = ++this.#delivered;
    return 'event';
  }

  /** Places the view over the record; false when its type is newer than the table. */
  #place(start: number, end: number): boolean {
    const { bytes, view } = this.#buffer;
    const event = this.event;
    if (this.#kind.version === 1) return this.#placeV1(start, end);
    if (event.bytes !== bytes) event.attach(bytes, view);
    if (!event.place(start, end)) return this.#refuseRecord(start, end);
    if (view.getUint32(start + PARAM_COUNT_AT, true) > event.paramCount) this.counts.extraParams++;
    return true;
  }

  #placeV1(start: number, end: number): boolean {
    const { bytes, view } = this.#buffer;
    this.#upgrade ??= new EventV1Upgrade();
    const upgrade = this.#upgrade;
    const length = upgrade.upgrade(bytes, view, start, end);
    if (length === 0) return this.#refuseRecord(start, end);
    this.event.attach(upgrade.bytes, upgrade.view);
    if (!this.event.place(0, length)) return this.#refuseRecord(start, end);
    if (upgrade.view.getUint32(PARAM_COUNT_AT, true) > this.event.paramCount)
      this.counts.extraParams++;
    return true;
  }

  /**
   * The record could not be placed: its type is unknown, which is counted, or its lengths are
   * wrong.
   */
  #refuseRecord(start: number, end: number): false {
    const { view } = this.#buffer;
    const type = view.getUint16(start + TYPE_AT, true);
    if (type < EVENT_TYPES) {
      const length = view.getUint32(start + LENGTH_AT, true);
      const head = `the record of event type ${type} says ${length} bytes`;
      if (this.#kind.version === 1) {
        this.#fail(
          'corrupt_event',
          `${head} of ${end - start}; no number of parameters fills them`,
        );
      }
      const paramCount = view.getUint32(start + PARAM_COUNT_AT, true);
      const problem = `${head} of ${end - start} and ${paramCount} parameters, which do not fit`;
      this.#fail('corrupt_event', problem);
    }
    this.counts.unknownType++;
    return false;
  }

  /** True when the block is of another event kind. False when a section begins. */
  #changeKind(type: number): boolean {
    const kind = eventKinds.get(type);
    if (kind !== undefined) {
      this.#kind = kind;
      return true;
    }
    if (type !== BLOCK.SECTION_HEADER) {
      const place = { offset: this.position, block: blockName(type) };
      const problem = 'it follows an event, after which only events and further sections go';
      throw new CaptureFormatError('unexpected_block', place, problem);
    }
    this.#inEvents = false;
    return false;
  }

  #boundary(left: number): ReadStep {
    const buffer = this.#buffer;
    buffer.wanted = BLOCK_HEADER_BYTES;
    if (!buffer.ended) return 'more';
    if (left === 0) return 'end';
    const place = { offset: buffer.position, block: 'block header' };
    const problem = `the capture ends after ${left} of ${BLOCK_HEADER_BYTES} bytes`;
    throw new CaptureFormatError('truncated', place, problem);
  }

  #incomplete(length: number, left: number): ReadStep {
    const buffer = this.#buffer;
    buffer.wanted = length;
    if (!buffer.ended) return 'more';
    this.#fail('truncated', `it has ${length} bytes, but the capture ends after ${left} of them`);
  }

  #refuseLength(length: number): never {
    const { bytesMin, bytesMax } = this.#kind;
    const code = length > bytesMax ? 'oversized' : 'corrupt_block';
    this.#fail(code, `it has ${length} bytes, but ${bytesMin} to ${bytesMax} go`);
  }

  #fail(code: CaptureErrorCode, problem: string): never {
    throw new CaptureFormatError(code, { offset: this.position, block: this.#kind.name }, problem);
  }
}
