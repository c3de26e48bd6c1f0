/**
 * Events as bytes: records as captures and the ring buffer hold them, made from typed values. For samples, tests and events that the
 * agent itself makes (containers, users, process statistics); what a sensor or a capture gives is bytes already. The table says
 * what each parameter takes; a value that does not fit is a mistake of the caller.
 */

import { assert } from '../base/assert.ts';
import { toBytes } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import { highWord, type Int64, lowWord } from '../base/int64.ts';
import { PPM_AF_INET, PPM_AF_INET6, PPM_AF_UNIX } from './constants.gen.ts';
import { type EventInfo, eventTable, hasLargePayload, type ParamInfo } from './event-table.ts';
import { EVENT_HEADER_BYTES, EventView } from './event-view.ts';
import { PT, paramWidths } from './param-types.gen.ts';
import { dynamicType, type PollFd } from './param-value.ts';
import type { SocketAddress, SocketTuple } from './socket-address.ts';

export interface EventHeader {
  /** Nanoseconds since the epoch. */
  readonly time: Int64;
  readonly tid: number;
}

/** A PT_DYN value: `selector` is the row of the parameter's table, `value` what that row's type takes. */
export interface DynamicInput {
  readonly selector: number;
  readonly value: ParamInput;
}

/**
 * What a parameter takes, by its type: numbers and booleans as such; strings without NUL; buffers as byte strings, or as lists of
 * strings that each get a NUL (args, env, cgroups); PT_CHARBUF_PAIR_ARRAY a flat list; lists and addresses as their objects.
 * A Uint8Array is taken as it is, whatever the type. Undefined: an empty parameter.
 */
export type ParamInput =
  | undefined
  | ByteString
  | Int64
  | boolean
  | Uint8Array
  | readonly ByteString[]
  | readonly PollFd[]
  | SocketAddress
  | SocketTuple
  | DynamicInput;

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
    return encodeParam(param, value, `${info.code}.${param.name}`);
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

/** The record of an event with all the parameters of the table; those that `values` does not name are empty. */
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

const integerTypes: Readonly<Record<number, 'signed' | 'unsigned'>> = {
  [PT.PT_INT8]: 'signed',
  [PT.PT_INT16]: 'signed',
  [PT.PT_INT32]: 'signed',
  [PT.PT_INT64]: 'signed',
  [PT.PT_UINT8]: 'unsigned',
  [PT.PT_UINT16]: 'unsigned',
  [PT.PT_UINT32]: 'unsigned',
  [PT.PT_UINT64]: 'unsigned',
  [PT.PT_ERRNO]: 'signed',
  [PT.PT_FD]: 'signed',
  [PT.PT_PID]: 'signed',
  [PT.PT_FD32]: 'signed',
  [PT.PT_PID32]: 'signed',
  [PT.PT_SYSCALLID]: 'unsigned',
  [PT.PT_SIGTYPE]: 'unsigned',
  [PT.PT_SIGSET]: 'unsigned',
  [PT.PT_RELTIME]: 'unsigned',
  [PT.PT_ABSTIME]: 'unsigned',
  [PT.PT_PORT]: 'unsigned',
  [PT.PT_L4PROTO]: 'unsigned',
  [PT.PT_SOCKFAMILY]: 'unsigned',
  [PT.PT_FLAGS8]: 'unsigned',
  [PT.PT_FLAGS16]: 'unsigned',
  [PT.PT_FLAGS32]: 'unsigned',
  [PT.PT_ENUMFLAGS8]: 'unsigned',
  [PT.PT_ENUMFLAGS16]: 'unsigned',
  [PT.PT_ENUMFLAGS32]: 'unsigned',
  [PT.PT_MODE]: 'unsigned',
  [PT.PT_UID]: 'unsigned',
  [PT.PT_GID]: 'unsigned',
};

const NOTHING = new Uint8Array(0);

function encodeParam(param: ParamInfo, value: ParamInput, where: string): Uint8Array {
  if (value === undefined) return NOTHING;
  if (value instanceof Uint8Array) return value;
  const { type } = param;
  const width = paramWidths[type] ?? 0;
  const sign = integerTypes[type];
  if (sign !== undefined) return encodeInteger(value, width, sign === 'signed', where);
  switch (type) {
    case PT.PT_CHARBUF:
    case PT.PT_FSPATH:
    case PT.PT_FSRELPATH:
      return encodeStrings([value], where);
    case PT.PT_BYTEBUF:
    case PT.PT_CHARBUFARRAY:
    case PT.PT_CHARBUF_PAIR_ARRAY:
      return isList(value) ? encodeStrings(value, where) : encodeBytes(value, where);
    case PT.PT_BOOL:
      assert(typeof value === 'boolean', `${where} takes a boolean`);
      return encodeInteger(value ? 1 : 0, width, false, where);
    case PT.PT_DOUBLE:
      return encodeDouble(value, where);
    case PT.PT_IPV4ADDR:
    case PT.PT_IPV6ADDR: {
      const address = encodeBytes(value, where);
      assert(address.length === width, `${where} takes ${width} bytes, not ${address.length}`);
      return address;
    }
    case PT.PT_SOCKADDR:
      return encodeSocketAddress(value, where);
    case PT.PT_SOCKTUPLE:
      return encodeSocketTuple(value, where);
    case PT.PT_FDLIST:
      return encodeFdList(value, where);
    case PT.PT_DYN:
      return encodeDynamic(param, value, where);
    default:
      throw new Error(`${where} is of a type that no record holds`);
  }
}
