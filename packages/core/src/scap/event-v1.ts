/**
 * Event records of version 1, which lack the number of parameters: rewritten as version 2 in a
 * buffer of their own, so that everything behind the reader knows one form. docs/formats/event.md
 * draws both.
 */

import { PPME } from '../events/event-codes.gen.ts';
import { hasLargePayload } from '../events/event-table.ts';
import { EVENT_HEADER_BYTES, PARAMS_MAX } from '../events/event-view.ts';

export const EVENT_V1_HEADER_BYTES = 22;
const ADDED_BYTES = EVENT_HEADER_BYTES - EVENT_V1_HEADER_BYTES;
/** Longest record after the rewrite: its block has at most 64 KiB. */
const RECORD_BYTES_MAX = 0x10000;

/** Their writers gave lengths that are 3 bytes too large. */
const LENGTH_EXCESS = 3;

export class EventV1Upgrade {
  readonly bytes: Uint8Array = new Uint8Array(RECORD_BYTES_MAX);
  readonly view: DataView = new DataView(this.bytes.buffer);

  /**
   * Rewrites the record at `start`, which ends by `limit`, to the beginning of the buffer. Its
   * length there, or 0 when it is no valid record.
   */
  upgrade(source: Uint8Array, view: DataView, start: number, limit: number): number {
    const type = view.getUint16(start + 20, true);
    const excess = hasExcessLength(type) ? LENGTH_EXCESS : 0;
    const length = view.getUint32(start + 16, true) - excess;
    if (length < EVENT_V1_HEADER_BYTES || start + length > limit) return 0;
    const paramCount = countParams(view, start, length, hasLargePayload[type] === 1 ? 4 : 2);
    if (paramCount < 0) return 0;
    const { bytes } = this;
    bytes.set(source.subarray(start, start + EVENT_V1_HEADER_BYTES));
    bytes.set(source.subarray(start + EVENT_V1_HEADER_BYTES, start + length), EVENT_HEADER_BYTES);
    this.view.setUint32(16, length + ADDED_BYTES, true);
    this.view.setUint32(EVENT_V1_HEADER_BYTES, paramCount, true);
    return length + ADDED_BYTES;
  }
}

function hasExcessLength(type: number): boolean {
  return type === PPME.PPME_NOTIFICATION_E || type === PPME.PPME_INFRASTRUCTURE_EVENT_E;
}

/**
 * The one number of parameters with which lengths and values fill the record exactly, or -1. Each
 * further parameter adds at least its length field, so the sum grows with the number and meets the
 * record's length at most once.
 */
function countParams(view: DataView, start: number, length: number, width: 2 | 4): number {
  const size = length - EVENT_V1_HEADER_BYTES;
  let at = start + EVENT_V1_HEADER_BYTES;
  let sum = 0;
  let count = 0;
  while (sum < size && count < PARAMS_MAX) {
    if (at + width > start + length) return -1;
    sum += width + (width === 2 ? view.getUint16(at, true) : view.getUint32(at, true));
    at += width;
    count++;
  }
  return sum === size ? count : -1;
}
