/** Brings the bytes of a capture, from a stream or a file, plain or compressed, to a ScapReader. */

import { host } from '../base/host.ts';
import type { EventView } from '../events/event-view.ts';
import { CaptureFormatError } from './capture-error.ts';
import type { ScapReader } from './scap-reader.ts';

/** Called for every event; false stops reading. The view is valid during the call. */
export type OnEvent = (event: EventView) => boolean;

/** Whether these first bytes, of which two suffice, are those of a gzip file. */
export function isGzip(head: Uint8Array): boolean {
  return head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * Reads a capture from chunks of any size, unpacking it if it is compressed. Waits once per chunk,
 * not per event. False when `onEvent` stopped it. What goes wrong with the chunks themselves is
 * thrown as it is, everything about their content as CaptureFormatError.
 */
export async function readCapture(
  chunks: AsyncIterable<Uint8Array>,
  reader: ScapReader,
  onEvent: OnEvent,
): Promise<boolean> {
  for await (const chunk of plainChunks(chunks)) {
    for (let from = 0; from < chunk.length; ) {
      from += reader.feed(from === 0 ? chunk : chunk.subarray(from));
      if (!drain(reader, onEvent)) return false;
    }
  }
  reader.end();
  return drain(reader, onEvent);
}

/** Delivers the events that are there; false when `onEvent` wants no more. */
function drain(reader: ScapReader, onEvent: OnEvent): boolean {
  while (reader.next() === 'event') {
    if (!onEvent(reader.event)) return false;
  }
  return true;
}

/** The chunks, unpacked if the first two bytes are those of gzip. */
async function* plainChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = joined(head, next.value);
  }
  const all = resumed(head, iterator);
  yield* isGzip(head) ? unpacked(all) : all;
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length === 0) return right;
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

async function* resumed(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

/** Tells damage of the compressed bytes from a failure to get them. */
async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let failure: { readonly cause: unknown } | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  }
  let offset = 0;
  try {
    for await (const chunk of host.gunzip(watched())) {
      yield chunk;
      offset += chunk.length;
    }
  } catch (cause) {
    if (failure !== undefined) throw failure.cause;
    const problem = `the gzip data is damaged or incomplete; ${offset} bytes could be unpacked`;
    throw new CaptureFormatError('damaged_gzip', { offset, block: 'capture' }, problem, cause);
  }
}
