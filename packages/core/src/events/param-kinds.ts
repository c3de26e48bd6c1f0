/**
 * How each type of parameter reads as text, as a table: `kinds`. A row makes the texts of one
 * parameter from its print format and flag table; the result only reads bytes. The facts are those
 * of Falco's rendering of event arguments.
 */

import { encodeBase64 } from '../base/base64.ts';
import { printable } from '../base/byte-string.ts';
import { type ByteString, host } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import { joinPath } from '../base/paths.ts';
import { PPM_AT_FDCWD } from './constants.gen.ts';
import type { ParamInfo } from './event-table.ts';
import type { EventView } from './event-view.ts';
import { fdTypeChar, isIpSocket, l4Char } from './fd-type.ts';
import { dynamicTables } from './flag-tables.gen.ts';
import { enumNames, type FlagNames, flagNames, modeNames } from './flags-text.ts';
import { errnoName, SYSCALL_CODES, signalName, syscallName } from './names.ts';
import { formatGeneral, formatInteger, formatInteger64 } from './number-text.ts';
import type { ParamResolver } from './param-resolver.ts';
import { PT, paramWidths } from './param-types.gen.ts';
import {
  fdListAt,
  MISSING_TEXT,
  signed64At,
  stringAt,
  stringsAt,
  unsigned64At,
} from './param-value.ts';
import {
  formatDamagedSocket,
  formatSocketAddress,
  formatSocketTuple,
  socketAddressAt,
  socketTupleAt,
} from './socket-address.ts';
import { dateTimeText } from './time-text.ts';

/** A text of the parameter whose bytes are `start` to `start + length`. */
type TextOf = (
  event: EventView,
  start: number,
  length: number,
  resolver: ParamResolver,
) => ByteString;

/** The texts of one parameter, for any number of bytes. */
export interface ParamKind {
  readonly raw: TextOf;
  /** "" where there is nothing to resolve. */
  readonly resolved: TextOf;
}

/** The same for values that are whole; without `resolved` there is never anything to resolve. */
interface Texts {
  readonly raw: TextOf;
  readonly resolved?: TextOf;
}

export function paramKind(param: ParamInfo): ParamKind {
  const { raw, resolved } = kinds[param.type]?.(param) ?? notShown;
  const bytesMin = paramWidths[param.type] || 1;
  const empty = readsNull.has(param.type) ? 'NULL' : MISSING_TEXT;
  return {
    raw: (event, start, length, resolver) => {
      if (length >= bytesMin) return raw(event, start, length, resolver);
      return length === 0 ? empty : MISSING_TEXT;
    },
    resolved: (event, start, length, resolver) =>
      resolved === undefined || length < bytesMin ? '' : resolved(event, start, length, resolver),
  };
}

/** Types that Falco has no text for: they are in events that nobody is shown. */
const notShown: Texts = { raw: () => '(n.a.)' };

/** Types that could be empty before all types could: they kept their word for it. */
const readsNull: ReadonlySet<number> = new Set([
  PT.PT_BYTEBUF,
  PT.PT_SOCKTUPLE,
  PT.PT_FDLIST,
  PT.PT_CHARBUFARRAY,
  PT.PT_CHARBUF_PAIR_ARRAY,
  PT.PT_DYN,
]);

/** An FDLIST text ends here: the room that Falco has for one. */
const FD_LIST_CHARS_MAX = 1023;

type ReadNumber = (event: EventView, start: number) => number;

const u8: ReadNumber = (event, start) => event.view.getUint8(start);
const u16: ReadNumber = (event, start) => event.view.getUint16(start, true);
const u32: ReadNumber = (event, start) => event.view.getUint32(start, true);

const kinds: Readonly<Record<number, (param: ParamInfo) => Texts>> = {
  [PT.PT_INT8]: integer((event, start) => event.view.getInt8(start)),
  [PT.PT_INT16]: integer((event, start) => event.view.getInt16(start, true)),
  [PT.PT_INT32]: integer((event, start) => event.view.getInt32(start, true)),
  [PT.PT_INT64]: integer64,
  [PT.PT_UINT8]: integer(u8),
  [PT.PT_UINT16]: integer(u16),
  [PT.PT_UINT32]: integer(u32),
  [PT.PT_UINT64]: integer64,
  [PT.PT_ERRNO]: () => ({
    raw: decimal64,
    resolved: (event, start) => negativeErrnoName(signed64At(event, start)),
  }),
  [PT.PT_FD]: () => ({
    raw: decimal64,
    resolved: (event, start, _length, resolver) => fdText(signed64At(event, start), resolver),
  }),
  [PT.PT_PID]: () => ({
    raw: decimal64,
    resolved: (event, start, _length, resolver) =>
      resolver.comm(Number(signed64At(event, start))) ?? '',
  }),
  [PT.PT_CHARBUF]: () => ({ raw: stringAt }),
  [PT.PT_FSPATH]: () => ({
    raw: stringAt,
    resolved: (event, start, length, resolver) =>
      joinedPath(stringAt(event, start, length), () => resolver.cwd()),
  }),
  [PT.PT_FSRELPATH]: ({ dirfdParam }) => ({
    raw: stringAt,
    resolved: (event, start, length, resolver) =>
      joinedPath(stringAt(event, start, length), () => directory(event, dirfdParam, resolver)),
  }),
  [PT.PT_BYTEBUF]: () => ({ raw: bufferText }),
  [PT.PT_CHARBUFARRAY]: () => ({
    raw: (event, start, length) => stringsAt(event, start, length).join('.'),
  }),
  [PT.PT_CHARBUF_PAIR_ARRAY]: () => ({ raw: pairsText }),
  [PT.PT_SOCKADDR]: () => ({ raw: socketAddressText }),
  [PT.PT_SOCKTUPLE]: () => ({ raw: socketTupleText }),
  [PT.PT_FDLIST]: () => ({ raw: fdListText }),
  [PT.PT_SYSCALLID]: () => ({
    raw: (event, start) => {
      const code = u16(event, start);
      return code < SYSCALL_CODES ? String(code) : '<unknown syscall>';
    },
    resolved: (event, start) => syscallName(u16(event, start)) ?? '',
  }),
  [PT.PT_SIGTYPE]: () => ({
    raw: (event, start) => String(u8(event, start)),
    resolved: (event, start) => signalName(u8(event, start)) ?? '',
  }),
  [PT.PT_SIGSET]: () => ({ raw: signalSetText }),
  [PT.PT_RELTIME]: () => ({ raw: durationText, resolved: secondsText }),
  [PT.PT_ABSTIME]: () => ({
    raw: (event, start) => dateTimeText(u32(event, start), u32(event, start + 4)),
  }),
  [PT.PT_FLAGS8]: ({ table }) => named(u8, flagNames(table)),
  [PT.PT_FLAGS16]: ({ table }) => named(u16, flagNames(table)),
  [PT.PT_FLAGS32]: ({ table }) => named(u32, flagNames(table)),
  [PT.PT_ENUMFLAGS8]: ({ table }) => named(u8, enumNames(table)),
  [PT.PT_ENUMFLAGS16]: ({ table }) => named(u16, enumNames(table)),
  [PT.PT_ENUMFLAGS32]: ({ table }) => named(u32, enumNames(table)),
  [PT.PT_MODE]: (param) => ({ ...named(u32, modeNames(param.table)), ...integer(u32)(param) }),
  [PT.PT_UID]: () => ({
    raw: (event, start) => String(u32(event, start) | 0),
    resolved: (event, start, _length, resolver) =>
      ownerName(u32(event, start), (uid) => resolver.userName(uid)),
  }),
  [PT.PT_GID]: () => ({
    raw: (event, start) => String(u32(event, start) | 0),
    resolved: (event, start, _length, resolver) =>
      ownerName(u32(event, start), (gid) => resolver.groupName(gid)),
  }),
  [PT.PT_DYN]: dynamic,
};

function integer(read: ReadNumber): (param: ParamInfo) => Texts {
  return ({ format }) => ({ raw: (event, start) => formatInteger(read(event, start), format) });
}

function integer64({ format }: ParamInfo): Texts {
  return { raw: (event, start) => formatInteger64(signed64At(event, start), format) };
}

/** Flags and enumerations are decimal whatever their print format. */
function named(read: ReadNumber, names: FlagNames): Texts {
  return {
    raw: (event, start) => String(read(event, start)),
    resolved: (event, start) => names(read(event, start)),
  };
}

/** Results, descriptors and thread ids are decimal whatever their print format. */
function decimal64(event: EventView, start: number): ByteString {
  return String(signed64At(event, start));
}

function negativeErrnoName(value: Int64): string {
  return value < 0 ? (errnoName(-Number(value)) ?? '') : '';
}

/**
 * `<f>/etc/passwd`, `<4t>1.2.3.4:5->6.7.8.9:10`; negative descriptors are results of failed calls,
 * but for AT_FDCWD.
 */
function fdText(number: Int64, resolver: ParamResolver): ByteString {
  if (number === PPM_AT_FDCWD) return 'AT_FDCWD';
  if (number < 0) return negativeErrnoName(number);
  const fd = resolver.fd(Number(number));
  if (fd === undefined) return '';
  const protocol = isIpSocket(fd.type) ? l4Char(fd.l4proto) : '';
  return `<${fdTypeChar(fd.type)}${protocol}>${fd.name}`;
}

/**
 * A relative path on the directory that it is relative to; "" for every other, and without a known
 * thread.
 */
function joinedPath(path: ByteString, base: () => ByteString | undefined): ByteString {
  if (path === '' || path === MISSING_TEXT || path.startsWith('/')) return '';
  const directory = base();
  return directory === undefined ? '' : joinPath(directory, path);
}

/**
 * Where a path relative to a descriptor begins. An unknown descriptor leaves the path alone: "".
 */
function directory(
  event: EventView,
  dirfdParam: number | undefined,
  resolver: ParamResolver,
): ByteString | undefined {
  const cwd = resolver.cwd();
  if (cwd === undefined || dirfdParam === undefined) return cwd;
  if (event.paramLength(dirfdParam) === 0) return undefined;
  const dirfd = event.i64(dirfdParam);
  if (dirfd === PPM_AT_FDCWD) return cwd;
  const name = resolver.fd(dirfd)?.name ?? '';
  return name === '' || name.endsWith('/') ? name : `${name}/`;
}

function bufferText(
  event: EventView,
  start: number,
  length: number,
  resolver: ParamResolver,
): ByteString {
  const bytes = host.byteString(event.bytes, start, start + length);
  return resolver.base64 === true ? encodeBase64(bytes) : printable(bytes);
}

/** `a:b,c:d` */
function pairsText(event: EventView, start: number, length: number): ByteString {
  const strings = stringsAt(event, start, length);
  const pairs = strings.flatMap((text, i) =>
    i % 2 === 0 ? [`${text}:${strings[i + 1] ?? ''}`] : [],
  );
  return pairs.join(',');
}

function socketAddressText(event: EventView, start: number, length: number): ByteString {
  const address = socketAddressAt(event, start, length);
  return address === undefined
    ? formatDamagedSocket(u8(event, start))
    : formatSocketAddress(address);
}

function socketTupleText(event: EventView, start: number, length: number): ByteString {
  const tuple = socketTupleAt(event, start, length);
  return tuple === undefined ? formatDamagedSocket(u8(event, start)) : formatSocketTuple(tuple);
}

/** `3:f1 5:?4`: descriptor, type char, flags in hexadecimal. */
function fdListText(
  event: EventView,
  start: number,
  length: number,
  resolver: ParamResolver,
): ByteString {
  let text = '';
  for (const { fd, events } of fdListAt(event, start, length)) {
    if (text.length > FD_LIST_CHARS_MAX) break;
    const entry = resolver.fd(fd);
    const char = entry === undefined ? '?' : fdTypeChar(entry.type);
    const number = fd >= 0 ? fd : BigInt.asUintN(64, BigInt(fd));
    text += `${text === '' ? '' : ' '}${number}:${char}${(events >>> 0).toString(16)}`;
  }
  return text.slice(0, FD_LIST_CHARS_MAX);
}

/** Bit 0 is signal 1. */
function signalSetText(event: EventView, start: number): ByteString {
  const set = u32(event, start);
  const names: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const name = (set >>> bit) & 1 ? signalName(bit + 1) : undefined;
    if (name !== undefined) names.push(name);
  }
  return names.join(' ');
}

/** All ones: no duration was given. */
function isNoDuration(event: EventView, start: number): boolean {
  return u32(event, start) === 0xffff_ffff && u32(event, start + 4) === 0xffff_ffff;
}

function durationText(event: EventView, start: number): ByteString {
  return isNoDuration(event, start) ? 'none' : String(unsigned64At(event, start));
}

function secondsText(event: EventView, start: number): ByteString {
  if (isNoDuration(event, start)) return '';
  return `${formatGeneral(Number(unsigned64At(event, start)) / 1e9)}s`;
}

const UNSET_OWNER = 0xffff_ffff;

function ownerName(id: number, nameOf: (id: number) => ByteString | undefined): ByteString {
  return id === UNSET_OWNER ? '<NONE>' : nameOf(id) || MISSING_TEXT;
}

/**
 * The first byte selects the type of the rest, which reads with this parameter's own print format.
 */
function dynamic(param: ParamInfo): Texts {
  const rows = param.table === undefined ? [] : (dynamicTables[param.table] ?? []);
  const choices = rows.map(([type]) => paramKind({ ...param, type, table: undefined }));
  return {
    raw: (event, start, length, resolver) =>
      choices[u8(event, start)]?.raw(event, start + 1, length - 1, resolver) ??
      'INVALID DYNAMIC PARAMETER',
    resolved: (event, start, length, resolver) =>
      choices[u8(event, start)]?.resolved(event, start + 1, length - 1, resolver) ?? '',
  };
}
