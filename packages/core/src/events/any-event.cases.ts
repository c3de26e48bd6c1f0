/** For tests: arbitrary events of every kind that the table knows, for fast-check. */

import * as fc from 'fast-check';
import type { EventHeader } from './encode.ts';
import type { ParamInput } from './encode-param.ts';
import { eventTable, type ParamInfo } from './event-table.ts';
import { dynamicTables } from './flag-tables.gen.ts';
import { PT, paramWidths } from './param-types.gen.ts';

export interface AnyEvent {
  readonly type: number;
  readonly header: EventHeader;
  readonly params: readonly ParamInput[];
}

/** In the one form that decoding gives. */
const int64 = (range: { min: bigint; max: bigint }): fc.Arbitrary<number | bigint> =>
  fc.bigInt(range).map((value) => {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  });

const signed = (bytes: number): fc.Arbitrary<number | bigint> => {
  const limit = 2n ** BigInt(bytes * 8 - 1);
  return fc.oneof(int64({ min: -limit, max: limit - 1n }), int64({ min: -3n, max: 3n }));
};
const unsigned = (bytes: number): fc.Arbitrary<number | bigint> => {
  const limit = 2n ** BigInt(bytes * 8);
  return fc.oneof(int64({ min: 0n, max: limit - 1n }), int64({ min: 0n, max: 20n }));
};

/** Strings without NUL, and without the text of a null pointer, which reads as something else. */
const char = fc.oneof(
  fc.constantFrom('/', '.', 'a', ' ', '=', '\xff'),
  fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
);
export const anyString: fc.Arbitrary<string> = fc
  .array(char, { maxLength: 20 })
  .map((chars) => chars.join(''))
  .filter((text) => text !== '(NULL)');
const anyBytes = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

/** Objects that are deep-equal to literals. */
const plain = { noNullPrototype: true };

const addressOf = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((address) => Buffer.from(address).toString('latin1'));
const anyPort = fc.integer({ min: 0, max: 0xffff });
/** A family without a layout of its own: neither unix nor IP. */
const otherFamily = fc.constantFrom(0, 16, 17, 38);

export const anySocketAddress = fc.oneof(
  fc.record(
    {
      kind: fc.constant('ip' as const),
      address: fc.oneof(addressOf(4), addressOf(16)),
      port: anyPort,
    },
    plain,
  ),
  fc.record({ kind: fc.constant('unix' as const), path: anyString }, plain),
  fc.record({ kind: fc.constant('other' as const), family: otherFamily }, plain),
);

const ipTuple = (bytes: number) =>
  fc.record(
    {
      kind: fc.constant('ip' as const),
      sourceAddress: addressOf(bytes),
      sourcePort: anyPort,
      destinationAddress: addressOf(bytes),
      destinationPort: anyPort,
    },
    plain,
  );
export const anySocketTuple = fc.oneof(
  ipTuple(4),
  ipTuple(16),
  fc.record(
    {
      kind: fc.constant('unix' as const),
      source: unsigned(8),
      destination: unsigned(8),
      path: anyString,
    },
    plain,
  ),
  fc.record({ kind: fc.constant('other' as const), family: otherFamily }, plain),
);

export const anyFdList = fc.array(
  fc.record(
    {
      fd: fc.integer({ min: -1, max: 70_000 }),
      events: fc.integer({ min: -0x8000, max: 0x7fff }),
    },
    plain,
  ),
  { maxLength: 8 },
);

/** Types whose values are no plain integers. */
const special: Readonly<Record<number, fc.Arbitrary<ParamInput>>> = {
  [PT.PT_CHARBUF]: anyString,
  [PT.PT_FSPATH]: anyString,
  [PT.PT_FSRELPATH]: anyString,
  [PT.PT_BYTEBUF]: anyBytes,
  [PT.PT_CHARBUFARRAY]: fc.array(anyString, { minLength: 1, maxLength: 4 }),
  [PT.PT_CHARBUF_PAIR_ARRAY]: fc.array(anyString, { minLength: 2, maxLength: 2 }),
  [PT.PT_SOCKADDR]: anySocketAddress,
  [PT.PT_SOCKTUPLE]: anySocketTuple,
  [PT.PT_FDLIST]: anyFdList,
  [PT.PT_BOOL]: fc.boolean(),
  [PT.PT_DOUBLE]: fc.double({ noNaN: true }),
  [PT.PT_IPV4ADDR]: addressOf(4),
  [PT.PT_IPV6ADDR]: addressOf(16),
};

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

function valueOf(type: number): fc.Arbitrary<ParamInput> {
  const width = paramWidths[type] ?? 0;
  return special[type] ?? (signedTypes.has(type) ? signed(width) : unsigned(width));
}

export function anyParam(param: ParamInfo): fc.Arbitrary<ParamInput> {
  if (param.type !== PT.PT_DYN) return valueOf(param.type);
  const rows = dynamicTables[param.table ?? ''] ?? [];
  return fc.oneof(
    ...rows.map(([type], selector) => valueOf(type).map((value) => ({ selector, value }))),
  );
}

/** An event of the type: any number of its parameters, any of them empty. */
export function anyEventOf(type: number): fc.Arbitrary<AnyEvent> {
  const params = (eventTable[type]?.params ?? []).map((param) =>
    fc.option(anyParam(param), { nil: undefined, freq: 5 }),
  );
  const header = fc.record(
    { time: unsigned(8), tid: fc.integer({ min: -1, max: 4_194_304 }) },
    plain,
  );
  return fc
    .tuple(header, fc.tuple(...params), fc.nat({ max: params.length }))
    .map(([head, values, cut]) => ({
      type,
      header: head,
      params: values.slice(0, values.length - cut),
    }));
}

export const anyEvent: fc.Arbitrary<AnyEvent> = fc
  .nat({ max: eventTable.length - 1 })
  .chain(anyEventOf);
