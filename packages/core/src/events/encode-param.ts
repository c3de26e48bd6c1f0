/**
 * Values of parameters as the bytes of a record: the inverse of param-value.ts and
 * socket-address.ts.
 */

import { assert } from '../base/assert.ts';
import { toBytes } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import { PPM_AF_INET, PPM_AF_INET6, PPM_AF_UNIX } from './constants.gen.ts';
import type { ParamInfo } from './event-table.ts';
import { PT, paramWidths } from './param-types.gen.ts';
import { dynamicType, type PollFd } from './param-value.ts';
import type { SocketAddress, SocketTuple } from './socket-address.ts';

/**
 * A PT_DYN value: `selector` is the row of the parameter's table, `value` what that row's type
 * takes.
 */
export interface DynamicInput {
  readonly selector: number;
  readonly value: ParamInput;
}

/**
 * What a parameter takes, by its type: numbers and booleans as such; strings without NUL; buffers
 * as byte strings, or as lists of strings that each get a NUL (args, env, cgroups; pairs as a flat
 * list); descriptor lists and addresses as their objects. A Uint8Array is taken as it is, whatever
 * the type. Undefined: an empty parameter.
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

/** `where` names the parameter in messages. */
type Encoder = (value: ParamInput, where: string, param: ParamInfo) => Uint8Array;

const NOTHING = new Uint8Array(0);

/**
 * A value that the parameter does not take is an assertion failure: values come from our own code.
 */
export function encodeParam(value: ParamInput, where: string, param: ParamInfo): Uint8Array {
  if (value === undefined) return NOTHING;
  if (value instanceof Uint8Array) return value;
  const encoder = encoders[param.type];
  assert(encoder !== undefined, `${where}: no record holds values of type ${param.type}`);
  return encoder(value, where, param);
}

const encoders: Readonly<Record<number, Encoder>> = {
  [PT.PT_INT8]: signed,
  [PT.PT_INT16]: signed,
  [PT.PT_INT32]: signed,
  [PT.PT_INT64]: signed,
  [PT.PT_UINT8]: unsigned,
  [PT.PT_UINT16]: unsigned,
  [PT.PT_UINT32]: unsigned,
  [PT.PT_UINT64]: unsigned,
  [PT.PT_CHARBUF]: cString,
  [PT.PT_FSPATH]: cString,
  [PT.PT_FSRELPATH]: cString,
  [PT.PT_BYTEBUF]: buffer,
  [PT.PT_CHARBUFARRAY]: buffer,
  [PT.PT_CHARBUF_PAIR_ARRAY]: buffer,
  [PT.PT_ERRNO]: signed,
  [PT.PT_FD]: signed,
  [PT.PT_PID]: signed,
  [PT.PT_FD32]: signed,
  [PT.PT_PID32]: signed,
  [PT.PT_SOCKADDR]: socketAddress,
  [PT.PT_SOCKTUPLE]: socketTuple,
  [PT.PT_FDLIST]: fdList,
  [PT.PT_SYSCALLID]: unsigned,
  [PT.PT_SIGTYPE]: unsigned,
  [PT.PT_SIGSET]: unsigned,
  [PT.PT_RELTIME]: unsigned,
  [PT.PT_ABSTIME]: unsigned,
  [PT.PT_PORT]: unsigned,
  [PT.PT_L4PROTO]: unsigned,
  [PT.PT_SOCKFAMILY]: unsigned,
  [PT.PT_BOOL]: (value, where, param) => {
    assert(typeof value === 'boolean', `${where} takes a boolean`);
    return unsigned(value ? 1 : 0, where, param);
  },
  [PT.PT_DOUBLE]: (value, where) => {
    assert(typeof value === 'number', `${where} takes a number`);
    return new Uint8Array(Float64Array.of(value).buffer);
  },
  [PT.PT_IPV4ADDR]: address,
  [PT.PT_IPV6ADDR]: address,
  [PT.PT_DYN]: dynamic,
  [PT.PT_FLAGS8]: unsigned,
  [PT.PT_FLAGS16]: unsigned,
  [PT.PT_FLAGS32]: unsigned,
  [PT.PT_ENUMFLAGS8]: unsigned,
  [PT.PT_ENUMFLAGS16]: unsigned,
  [PT.PT_ENUMFLAGS32]: unsigned,
  [PT.PT_MODE]: unsigned,
  [PT.PT_UID]: unsigned,
  [PT.PT_GID]: unsigned,
};

function signed(value: ParamInput, where: string, { type }: ParamInfo): Uint8Array {
  const bytes = paramWidths[type] ?? 0;
  const limit = 2n ** BigInt(bytes * 8 - 1);
  return integer(value, where, { bytes, least: -limit, most: limit - 1n });
}

function unsigned(value: ParamInput, where: string, { type }: ParamInfo): Uint8Array {
  const bytes = paramWidths[type] ?? 0;
  return integer(value, where, { bytes, least: 0n, most: 2n ** BigInt(bytes * 8) - 1n });
}

interface IntegerLayout {
  readonly bytes: number;
  readonly least: bigint;
  readonly most: bigint;
}

function integer(value: ParamInput, where: string, layout: IntegerLayout): Uint8Array {
  assert(
    typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)),
    `${where} takes an integer`,
  );
  const exact = BigInt(value);
  const { bytes, least, most } = layout;
  assert(exact >= least && exact <= most, `${where} is ${exact}, not in ${least} to ${most}`);
  return word64(exact).subarray(0, bytes);
}

function byteStringOf(value: ParamInput, where: string): Uint8Array {
  assert(typeof value === 'string', `${where} takes a byte string`);
  assert(!/[^\0-\xff]/.test(value), `${where} is no byte string: it has chars above 255`);
  return toBytes(value);
}

function cString(value: ParamInput, where: string): Uint8Array {
  assert(typeof value === 'string' && !value.includes('\0'), `${where} takes a string without NUL`);
  return byteStringOf(`${value}\0`, where);
}

function buffer(value: ParamInput, where: string): Uint8Array {
  if (!Array.isArray(value)) return byteStringOf(value, where);
  return concat(value.map((element: ParamInput) => cString(element, where)));
}

function address(value: ParamInput, where: string, { type }: ParamInfo): Uint8Array {
  const bytes = byteStringOf(value, where);
  const expected = paramWidths[type] ?? 0;
  assert(bytes.length === expected, `${where} takes ${expected} bytes, not ${bytes.length}`);
  return bytes;
}

function socketAddress(value: ParamInput, where: string): Uint8Array {
  const socket = socketOf(value, where);
  if ('family' in socket) return Uint8Array.of(socket.family);
  if ('address' in socket) {
    return concat([familyOf(socket.address, where), ...endpoint(socket.address, socket.port)]);
  }
  assert(
    !('source' in socket || 'sourceAddress' in socket),
    `${where} takes one address, no tuple`,
  );
  return concat([Uint8Array.of(PPM_AF_UNIX), cString(socket.path, where)]);
}

function socketTuple(value: ParamInput, where: string): Uint8Array {
  const socket = socketOf(value, where);
  if ('family' in socket) return Uint8Array.of(socket.family);
  if ('sourceAddress' in socket) {
    const { sourceAddress, sourcePort, destinationAddress, destinationPort } = socket;
    const sameFamily = sourceAddress.length === destinationAddress.length;
    assert(sameFamily, `${where}: the two addresses are of different families`);
    return concat([
      familyOf(sourceAddress, where),
      ...endpoint(sourceAddress, sourcePort),
      ...endpoint(destinationAddress, destinationPort),
    ]);
  }
  assert('source' in socket, `${where} takes a tuple, not one address`);
  return concat([
    Uint8Array.of(PPM_AF_UNIX),
    word64(socket.source),
    word64(socket.destination),
    cString(socket.path, where),
  ]);
}

function socketOf(value: ParamInput, where: string): SocketAddress | SocketTuple {
  assert(typeof value === 'object' && 'kind' in value, `${where} takes a socket address or tuple`);
  return value;
}

function familyOf(address: ByteString, where: string): Uint8Array {
  assert(address.length === 4 || address.length === 16, `${where}: addresses have 4 or 16 bytes`);
  return Uint8Array.of(address.length === 4 ? PPM_AF_INET : PPM_AF_INET6);
}

function endpoint(address: ByteString, port: number): Uint8Array[] {
  return [toBytes(address), Uint8Array.of(port & 0xff, port >>> 8)];
}

function word64(value: Int64): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return bytes;
}

function fdList(value: ParamInput, where: string): Uint8Array {
  assert(Array.isArray(value), `${where} takes a list of descriptors`);
  const entries = value.map((entry: PollFd) => {
    return concat([
      word64(entry.fd),
      Uint8Array.of(entry.events & 0xff, (entry.events >> 8) & 0xff),
    ]);
  });
  return concat([Uint8Array.of(entries.length & 0xff, entries.length >>> 8), ...entries]);
}

function dynamic(value: ParamInput, where: string, param: ParamInfo): Uint8Array {
  assert(typeof value === 'object' && 'selector' in value, `${where} takes { selector, value }`);
  const type = dynamicType(param, value.selector);
  assert(type !== undefined, `${where} has no type ${value.selector}`);
  const inner = encodeParam(value.value, where, { ...param, type });
  return concat([Uint8Array.of(value.selector), inner]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
