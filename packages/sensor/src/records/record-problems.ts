/** What a record holds, compared with what it must hold. */

import { eventTable, type ParamInfo } from '@saker/core/events/event-table.ts';
import { EVENT_HEADER_BYTES } from '@saker/core/events/event-view.ts';
import { PT, paramWidths } from '@saker/core/events/param-types.gen.ts';
import type { Expected, ExpectedValue } from './harness.ts';

export interface RecordCopy {
  readonly tid: number;
  /** Of the thread that runs the cases. */
  readonly ofCases: boolean;
  readonly bytes: Uint8Array;
}

const signedTypes: ReadonlySet<number> = new Set([
  PT.PT_INT8,
  PT.PT_INT16,
  PT.PT_INT32,
  PT.PT_INT64,
  PT.PT_ERRNO,
  PT.PT_FD,
  PT.PT_PID,
  PT.PT_FD32,
  PT.PT_PID32,
]);
const stringTypes: ReadonlySet<number> = new Set([PT.PT_CHARBUF, PT.PT_FSPATH, PT.PT_FSRELPATH]);
/** What follows the parameters of an open call. */
const REAL_PATH = 'realPath';
const notParameters: ReadonlySet<string> = new Set([REAL_PATH, 'evt.tid']);

/** One line for each parameter that is not as expected. */
export function recordProblems(record: RecordCopy, expected: Expected): string[] {
  const { bytes } = record;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const params = eventTable[view.getUint16(20, true)]?.params ?? [];
  const { values, tail } = partsOf(bytes, view);
  const problems: string[] = [];
  for (const [index, param] of params.entries()) {
    const value = values[index];
    const wanted = expected[param.name];
    if (value === undefined) problems.push(`${param.name}: is not in the record`);
    else if (wanted === undefined)
      problems.push(`${param.name}: nothing is said about it, and it is ${shown(param, value)}`);
    else problems.push(...valueProblems(param, value, wanted));
  }
  const realPath = expected[REAL_PATH] ?? null;
  const path: ParamInfo = { ...anyPath, name: REAL_PATH };
  problems.push(...valueProblems(path, tail, realPath));
  for (const name of Object.keys(expected)) {
    if (notParameters.has(name) || params.some((param) => param.name === name)) continue;
    problems.push(`${name}: the event has no such parameter`);
  }
  return problems;
}

const anyPath: ParamInfo = {
  name: '',
  type: PT.PT_FSPATH,
  format: 0,
  table: undefined,
  dirfdParam: undefined,
};

/** The parameters' bytes, and those that follow them. */
function partsOf(bytes: Uint8Array, view: DataView) {
  const count = view.getUint32(22, true);
  let from = EVENT_HEADER_BYTES + count * 2;
  const values = Array.from({ length: count }, (_, index) => {
    const length = view.getUint16(EVENT_HEADER_BYTES + index * 2, true);
    from += length;
    return bytes.subarray(from - length, from);
  });
  const length = view.getUint32(16, true);
  if (from > length || length !== bytes.length) {
    throw new Error(`${length} bytes of ${bytes.length} have parameters up to ${from}`);
  }
  return { values, tail: bytes.subarray(from) };
}

function valueProblems(param: ParamInfo, value: Uint8Array, wanted: ExpectedValue): string[] {
  const isRight = wanted === null ? value.length === 0 : isValue(param, value, wanted);
  return isRight ? [] : [`${param.name}: is ${shown(param, value)}, not ${shownWanted(wanted)}`];
}

function isValue(param: ParamInfo, value: Uint8Array, wanted: ExpectedValue): boolean {
  if (wanted === null || value.length === 0) return false;
  if (typeof wanted === 'number' || typeof wanted === 'bigint') {
    return integer(param, value) === BigInt(wanted);
  }
  if (typeof wanted === 'string') return text(param, value) === wanted;
  if (wanted instanceof Uint8Array) return Buffer.compare(value, wanted) === 0;
  if ('matches' in wanted) return new RegExp(wanted.matches, 'su').test(text(param, value) ?? '');
  const found = integer(param, value);
  const [min, max] = wanted.between;
  return found !== undefined && found >= BigInt(min) && found <= BigInt(max);
}

/** undefined: it has not the width of its type. */
function integer(param: ParamInfo, value: Uint8Array): bigint | undefined {
  const width = paramWidths[param.type];
  if (width !== value.length || width === 0) return undefined;
  let bits = 0n;
  for (const byte of value.toReversed()) bits = (bits << 8n) | BigInt(byte);
  return signedTypes.has(param.type) ? BigInt.asIntN(width * 8, bits) : bits;
}

/** undefined: a string that does not end with the one NUL in it. */
function text(param: ParamInfo, value: Uint8Array): string | undefined {
  const latin1 = Buffer.from(value).toString('latin1');
  if (!stringTypes.has(param.type)) return latin1;
  return latin1.indexOf('\0') === latin1.length - 1 ? latin1.slice(0, -1) : undefined;
}

function shown(param: ParamInfo, value: Uint8Array): string {
  if (value.length === 0) return 'empty';
  return String(integer(param, value) ?? JSON.stringify(Buffer.from(value).toString('latin1')));
}

function shownWanted(wanted: ExpectedValue): string {
  if (wanted === null) return 'empty';
  if (wanted instanceof Uint8Array) return shownWanted(Buffer.from(wanted).toString('latin1'));
  if (typeof wanted === 'string') return JSON.stringify(wanted);
  if (typeof wanted !== 'object') return String(wanted);
  return 'matches' in wanted ? `like ${wanted.matches}` : `between ${wanted.between.join(' and ')}`;
}
