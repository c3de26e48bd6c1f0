/**
 * Events as bytes: records as captures and the ring buffer hold them, made from typed values. For
 * samples, tests and events that the agent itself makes (containers, users, process statistics);
 * what a sensor or a capture gives is bytes already. The table says what each parameter takes; a
 * value that does not fit is a mistake of the caller.
 */

import { assert } from '../base/assert.ts';
import { highWord, type Int64, lowWord } from '../base/int64.ts';
import { encodeParam, type ParamInput } from './encode-param.ts';
import { type EventInfo, eventTable, hasLargePayload } from './event-table.ts';
import { EVENT_HEADER_BYTES, EventView } from './event-view.ts';

export interface EventHeader {
  /** Nanoseconds since the epoch. */
  readonly time: Int64;
  readonly tid: number;
}

/** The record of an event. `params` may be shorter than the table: the record then holds fewer. */
export function encodeEvent(
  type: number,
  header: EventHeader,
  params: readonly ParamInput[],
): Uint8Array<ArrayBuffer> {
  const info = eventInfo(type);
  const known = info.params.length;
  assert(params.length <= known, `${info.code} has ${known} parameters, not ${params.length}`);
  const encoded = params.map((value, index) => {
    const param = info.params[index];
    assert(param !== undefined, `${info.code} has no parameter ${index}`);
    return encodeParam(value, `${info.code}.${param.name}`, param);
  });
  const lengthBytes = hasLargePayload[type] === 1 ? 4 : 2;
  const sizes = encoded.reduce((total, bytes) => total + bytes.length, 0);
  const record = new Uint8Array(EVENT_HEADER_BYTES + encoded.length * lengthBytes + sizes);
  const view = new DataView(record.buffer);
  setInt64(view, 0, header.time);
  setInt64(view, 8, header.tid);
  view.setUint32(16, record.length, true);
  view.setUint16(20, type, true);
  view.setUint32(22, encoded.length, true);
  let lengthAt = EVENT_HEADER_BYTES;
  let at = lengthAt + encoded.length * lengthBytes;
  for (const [index, bytes] of encoded.entries()) {
    if (lengthBytes === 4) view.setUint32(lengthAt, bytes.length, true);
    else view.setUint16(lengthAt, shortLength(bytes.length, info, index), true);
    lengthAt += lengthBytes;
    record.set(bytes, at);
    at += bytes.length;
  }
  return record;
}

/**
 * The record of an event with all the parameters of the table; those that `values` does not name
 * are empty.
 */
export function encodeNamed(
  type: number,
  header: EventHeader,
  values: Readonly<Record<string, ParamInput>>,
): Uint8Array<ArrayBuffer> {
  const { code, params } = eventInfo(type);
  const names = params.map((param) => param.name);
  for (const name of Object.keys(values)) {
    assert(names.includes(name), `${code} has no parameter ${name}, but ${names.join(', ')}`);
  }
  return encodeEvent(
    type,
    header,
    names.map((name) => values[name]),
  );
}

/** A view over a record that is the only one in its buffer. */
export function viewRecord(record: Uint8Array): EventView {
  const event = new EventView();
  event.attach(record, new DataView(record.buffer, record.byteOffset, record.byteLength));
  assert(event.place(0, record.length), 'the record is no event');
  return event;
}

function setInt64(view: DataView, at: number, value: Int64): void {
  view.setUint32(at, lowWord(value), true);
  view.setUint32(at + 4, highWord(value), true);
}

function eventInfo(type: number): EventInfo {
  const info = eventTable[type];
  assert(info !== undefined, `there is no event with code ${type}`);
  return info;
}

function shortLength(length: number, info: EventInfo, index: number): number {
  const name = info.params[index]?.name;
  assert(length <= 0xffff, `${info.code}.${name} has ${length} bytes, more than 65535`);
  return length;
}
