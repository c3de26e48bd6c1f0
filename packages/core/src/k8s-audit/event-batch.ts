/**
 * Events on their way from the thread that reads payloads to the one that evaluates rules: all in
 * one piece of memory, which is handed over without a copy.
 */

import { host } from '../base/host.ts';
import type { AuditEvent } from './split-payload.ts';

export interface EventBatch {
  /** The events' texts, one behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each ends. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Nanoseconds since the epoch, of each. */
  readonly times: BigUint64Array<ArrayBuffer>;
}

export function encodeBatch(events: readonly AuditEvent[]): EventBatch {
  const size = events.reduce((total, { text }) => total + text.length, 0);
  const bytes = new Uint8Array(size);
  const ends = new Uint32Array(events.length);
  const times = new BigUint64Array(events.length);
  let at = 0;
  for (const [index, { text, timeNs }] of events.entries()) {
    host.writeByteString(text, bytes, at);
    at += text.length;
    ends[index] = at;
    times[index] = timeNs;
  }
  return { bytes, ends, times };
}

/** In order. The bytes lie in the batch. */
export function* eventsOf({
  bytes,
  ends,
  times,
}: EventBatch): Generator<{ readonly bytes: Uint8Array; readonly timeNs: bigint }> {
  let start = 0;
  for (const [index, end] of ends.entries()) {
    yield { bytes: bytes.subarray(start, end), timeNs: times[index] ?? 0n };
    start = end;
  }
}
