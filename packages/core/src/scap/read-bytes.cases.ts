/** For tests: captures from bytes, and what a reader makes of them. */

import { EventView } from '../events/event-view.ts';
import type { SnapshotSink } from '../events/snapshot.ts';
import { BLOCK, SECTION_MAGIC } from './block-kinds.ts';
import { ByteBuilder } from './byte-builder.ts';
import { CaptureFormatError } from './capture-error.ts';
import type { ReadCounts } from './read-counts.ts';
import { ScapReader } from './scap-reader.ts';
import { ScapWriter, type ScapWriterOptions } from './scap-writer.ts';

export interface ReadEvent {
  readonly num: number;
  readonly cpu: number;
  readonly stateOnly: boolean;
  readonly type: number;
  readonly tid: number;
  /** The record's bytes in hex. */
  readonly record: string;
}

/** One call of the sink: the method's name and what it got. */
export type SinkCall = readonly [kind: keyof SnapshotSink, ...values: readonly unknown[]];

export interface Outcome {
  readonly snapshot: SinkCall[];
  readonly events: ReadEvent[];
  readonly counts: ReadCounts;
  readonly error: CaptureFormatError | undefined;
}

export function recordingSink(calls: SinkCall[]): SnapshotSink {
  return {
    section: () => calls.push(['section']),
    machine: (machine) => calls.push(['machine', machine]),
    networkInterface: (entry) => calls.push(['networkInterface', entry]),
    user: (entry) => calls.push(['user', entry]),
    group: (entry) => calls.push(['group', entry]),
    thread: (entry) => calls.push(['thread', entry]),
    fd: (tid, entry) => calls.push(['fd', tid, entry]),
  };
}

/** A sink that wants nothing. */
export const deafSink: SnapshotSink = {
  machine: () => {},
  networkInterface: () => {},
  user: () => {},
  group: () => {},
  thread: () => {},
  fd: () => {},
};

export function describeEvent(event: EventView): ReadEvent {
  const { num, cpu, stateOnly, type, tid, bytes, start, end } = event;
  const record = Buffer.from(bytes.subarray(start, end)).toString('hex');
  return { num, cpu, stateOnly, type, tid, record };
}

/**
 * Reads a whole capture, fed in pieces of at most `piece` bytes. Other errors than the reader's own
 * are thrown.
 */
export function readBytes(
  capture: Uint8Array,
  options: { readonly piece?: number; readonly bufferBytes?: number } = {},
): Outcome {
  const { piece = capture.length, ...readerOptions } = options;
  const snapshot: SinkCall[] = [];
  const events: ReadEvent[] = [];
  const reader = new ScapReader(new EventView(), recordingSink(snapshot), readerOptions);
  const { counts } = reader;
  let fed = 0;
  try {
    for (;;) {
      const step = reader.next();
      if (step === 'end') return { snapshot, events, counts, error: undefined };
      if (step === 'event') events.push(describeEvent(reader.event));
      else if (fed === capture.length) reader.end();
      else fed += reader.feed(capture.subarray(fed, fed + piece));
    }
  } catch (error) {
    if (!(error instanceof CaptureFormatError)) throw error;
    return { snapshot, events, counts, error };
  }
}

/** A block around a body; `wrong` replaces the lengths in its header and trailer. */
export function block(
  type: number,
  body: Uint8Array,
  wrong: { readonly length?: number; readonly trailer?: number } = {},
): Uint8Array {
  const into = new ByteBuilder(64);
  const padding = -body.length & 3;
  const length = 8 + body.length + padding + 4;
  into.u32(type);
  into.u32(wrong.length ?? length);
  into.bytes(body, 0, body.length);
  into.zeros(padding);
  into.u32(wrong.trailer ?? length);
  return into.written();
}

/** What `fill` appends. */
export function bytesOf(fill: (into: ByteBuilder) => void): Uint8Array {
  const into = new ByteBuilder(64);
  fill(into);
  return into.written();
}

export function sectionHeader(major = 1, magic: number = SECTION_MAGIC): Uint8Array {
  const body = bytesOf((into) => {
    into.u32(magic);
    into.u16(major);
    into.u16(2);
    into.u64(-1);
  });
  return block(BLOCK.SECTION_HEADER, body);
}

/** An event block of any kind around a record. */
export function eventBlock(
  type: number,
  record: Uint8Array,
  from: { readonly cpu?: number; readonly flags?: number } = {},
): Uint8Array {
  const body = bytesOf((into) => {
    into.u16(from.cpu ?? 0);
    if (from.flags !== undefined) into.u32(from.flags);
    into.bytes(record, 0, record.length);
  });
  return block(type, body);
}

export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The capture that `write` writes; `onChunk` sees how it is handed on. */
export function captureOf(
  write: (writer: ScapWriter) => void,
  options?: ScapWriterOptions,
  onChunk?: (bytes: Uint8Array) => void,
): Uint8Array {
  const chunks: Uint8Array[] = [];
  const writer = new ScapWriter((bytes) => {
    onChunk?.(bytes);
    chunks.push(bytes.slice());
  }, options);
  write(writer);
  writer.flush();
  return joinBytes(...chunks);
}

/** Makes the recorded calls on another sink. */
export function replay(calls: readonly SinkCall[], sink: SnapshotSink): void {
  const methods = sink as unknown as Record<string, (...values: readonly unknown[]) => void>;
  for (const [kind, ...values] of calls) methods[kind]?.call(sink, ...values);
}
