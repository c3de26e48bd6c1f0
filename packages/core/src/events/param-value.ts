/**
 * Parameters of events as values: what evt.rawarg gives and state reads. A value is decoded when
 * somebody asks for it, straight from the record. How values read as text is param-text.ts.
 */

import { type ByteString, host } from '../base/host.ts';
import { type Int64, signed64, unsigned64 } from '../base/int64.ts';
import { eventTable, type ParamInfo } from './event-table.ts';
import type { EventView } from './event-view.ts';
import { dynamicTables } from './flag-tables.gen.ts';
import { PT, paramWidths } from './param-types.gen.ts';

/**
 * Strings, buffers, addresses and everything that is a structure (its bytes) are byte strings,
 * PT_BOOL is a boolean, all numbers are numbers.
 */
export type ParamValue = ByteString | Int64 | boolean;

/** How a missing string reads everywhere in Falco: as this text. */
export const MISSING_TEXT = '<NA>';
/** What old producers wrote, with a NUL, for a null pointer. */
const NULL_POINTER = '(NULL)';

type Decoder = (event: EventView, start: number, length: number) => ParamValue;

const unsigned32: Decoder = (event, start) => event.view.getUint32(start, true);
const unsigned16: Decoder = (event, start) => event.view.getUint16(start, true);
const unsigned8: Decoder = (event, start) => event.view.getUint8(start);
const signed32: Decoder = (event, start) => event.view.getInt32(start, true);
const bytes: Decoder = (event, start, length) =>
  host.byteString(event.bytes, start, start + length);

/**
 * By PT; a type without a decoder has no value in records. Only called with at least
 * `paramWidths[type]` bytes.
 */
const decoders: Readonly<Record<number, Decoder>> = {
  [PT.PT_INT8]: (event, start) => event.view.getInt8(start),
  [PT.PT_INT16]: (event, start) => event.view.getInt16(start, true),
  [PT.PT_INT32]: signed32,
  [PT.PT_INT64]: signed64At,
  [PT.PT_UINT8]: unsigned8,
  [PT.PT_UINT16]: unsigned16,
  [PT.PT_UINT32]: unsigned32,
  [PT.PT_UINT64]: unsigned64At,
  [PT.PT_CHARBUF]: stringAt,
  [PT.PT_FSPATH]: stringAt,
  [PT.PT_FSRELPATH]: stringAt,
  [PT.PT_BYTEBUF]: bytes,
  [PT.PT_SOCKADDR]: bytes,
  [PT.PT_SOCKTUPLE]: bytes,
  [PT.PT_FDLIST]: bytes,
  [PT.PT_CHARBUFARRAY]: bytes,
  [PT.PT_CHARBUF_PAIR_ARRAY]: bytes,
  [PT.PT_ERRNO]: signed64At,
  [PT.PT_FD]: signed64At,
  [PT.PT_PID]: signed64At,
  [PT.PT_FD32]: signed32,
  [PT.PT_PID32]: signed32,
  [PT.PT_SYSCALLID]: unsigned16,
  [PT.PT_SIGTYPE]: unsigned8,
  [PT.PT_SIGSET]: unsigned32,
  [PT.PT_RELTIME]: unsigned64At,
  [PT.PT_ABSTIME]: unsigned64At,
  [PT.PT_PORT]: unsigned16,
  [PT.PT_L4PROTO]: unsigned8,
  [PT.PT_SOCKFAMILY]: unsigned8,
  [PT.PT_BOOL]: (event, start) => event.view.getUint32(start, true) !== 0,
  [PT.PT_DOUBLE]: (event, start) => event.view.getFloat64(start, true),
  [PT.PT_IPV4ADDR]: (event, start) => host.byteString(event.bytes, start, start + 4),
  [PT.PT_IPV6ADDR]: (event, start) => host.byteString(event.bytes, start, start + 16),
  [PT.PT_IPADDR]: bytes,
  [PT.PT_FLAGS8]: unsigned8,
  [PT.PT_FLAGS16]: unsigned16,
  [PT.PT_FLAGS32]: unsigned32,
  [PT.PT_ENUMFLAGS8]: unsigned8,
  [PT.PT_ENUMFLAGS16]: unsigned16,
  [PT.PT_ENUMFLAGS32]: unsigned32,
  [PT.PT_MODE]: unsigned32,
  [PT.PT_UID]: unsigned32,
  [PT.PT_GID]: unsigned32,
};

/**
 * The value of the parameter at `index`. Undefined when the record does not hold it, or holds too
 * few bytes of it. An empty string parameter is `<NA>`, as it is in conditions on evt.rawarg. A
 * PT_DYN parameter gives the value it carries.
 */
export function decodeParam(event: EventView, index: number): ParamValue | undefined {
  const param = eventTable[event.type]?.params[index];
  if (param === undefined || index >= event.paramCount) return undefined;
  const length = event.paramLength(index);
  if (length === 0) return isStringType(param.type) ? MISSING_TEXT : undefined;
  const start = event.paramStart(index);
  if (param.type !== PT.PT_DYN) return decodeAs(param.type, event, start, length);
  const type = dynamicType(param, event.view.getUint8(start));
  return type === undefined ? undefined : decodeAs(type, event, start + 1, length - 1);
}

function decodeAs(
  type: number,
  event: EventView,
  start: number,
  length: number,
): ParamValue | undefined {
  if (length < (paramWidths[type] ?? 0)) return undefined;
  return decoders[type]?.(event, start, length);
}

/**
 * The type that a PT_DYN parameter has when its first byte is `selector`; undefined beyond its
 * table.
 */
export function dynamicType(param: ParamInfo, selector: number): number | undefined {
  return param.table === undefined ? undefined : dynamicTables[param.table]?.[selector]?.[0];
}

/** Types whose values are C strings, and read `<NA>` when empty. */
export function isStringType(type: number): boolean {
  return type === PT.PT_CHARBUF || type === PT.PT_FSPATH || type === PT.PT_FSRELPATH;
}

export function signed64At(event: EventView, start: number): Int64 {
  return signed64(event.view.getUint32(start, true), event.view.getUint32(start + 4, true));
}

export function unsigned64At(event: EventView, start: number): Int64 {
  return unsigned64(event.view.getUint32(start, true), event.view.getUint32(start + 4, true));
}

/** Bytes up to the first NUL; the null pointer of old producers is `<NA>`. */
export function stringAt(event: EventView, start: number, length: number): ByteString {
  let end = start;
  while (end < start + length && event.bytes[end] !== 0) end++;
  const text = host.byteString(event.bytes, start, end);
  const isNullPointer = text === NULL_POINTER && length === NULL_POINTER.length + 1;
  return isNullPointer ? MISSING_TEXT : text;
}

/**
 * The strings of a parameter that holds several (args, env, cgroups): split at NULs, the last of
 * which may be missing.
 */
export function stringsAt(event: EventView, start: number, length: number): ByteString[] {
  if (length === 0) return [];
  const all = host.byteString(event.bytes, start, start + length);
  return (all.endsWith('\0') ? all.slice(0, -1) : all).split('\0');
}

export interface PollFd {
  readonly fd: number;
  /** POLL* bits, signed 16 bits. */
  readonly events: number;
}

const POLL_FD_BYTES = 10;

/** Entries of a PT_FDLIST parameter; as many as its bytes hold when its count says more. */
export function decodeFdList(event: EventView, index: number): PollFd[] {
  return fdListAt(event, event.paramStart(index), event.paramLength(index));
}

export function fdListAt(event: EventView, start: number, length: number): PollFd[] {
  if (length < 2) return [];
  const count = Math.min(
    event.view.getUint16(start, true),
    Math.floor((length - 2) / POLL_FD_BYTES),
  );
  return Array.from({ length: count }, (_, i) => {
    const at = start + 2 + i * POLL_FD_BYTES;
    const fd = event.view.getUint32(at, true) + event.view.getInt32(at + 4, true) * 0x1_0000_0000;
    return { fd, events: event.view.getInt16(at + 8, true) };
  });
}
