/**
 * Event records of version 1, which lack the number of parameters: rewritten as version 2 in a
 * buffer of their own, so that everything behind the reader knows one form. docs/formats/event.md
 * draws both.
 */

import { PPME } from '../events/event-codes.gen.ts';
import { hasLargePayload } from '../events/event-table.ts';
import { PARAMS_MAX } from '../events/event-view.ts';
import {
  HEADER_BYTES,
  HEADER_V1_BYTES,
  LENGTH_AT,
  PARAM_COUNT_AT,
  TYPE_AT,
} from './record-layout.ts';

const ADDED_BYTES = HEADER_BYTES - HEADER_V1_BYTES;
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
    const type = view.getUint16(start + TYPE_AT, true);
    const excess = hasExcessLength(type) ? LENGTH_EXCESS : 0;
    const length = view.getUint32(start + LENGTH_AT, true) - excess;
    if (length < HEADER_V1_BYTES || start + length > limit) return 0;
    const paramCount = countParams(view, start, length, hasLargePayload[type] === 1 ? 4 : 2);
    if (paramCount < 0) return 0;
    const { bytes } = this;
    bytes.set(source.subarray(start, start + HEADER_V1_BYTES));
    bytes.set(source.subarray(start + HEADER_V1_BYTES, start + length), HEADER_BYTES);
    this.view.setUint32(LENGTH_AT, length + ADDED_BYTES, true);
    this.view.setUint32(PARAM_COUNT_AT, paramCount, true);
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
  const size = length - HEADER_V1_BYTES;
  let at = start + HEADER_V1_BYTES;
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
