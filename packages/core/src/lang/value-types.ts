/**
 * The types of values as the language sees them. Fields carry the numbers of the event table
 * (`PT`), which lives in a layer above this one; so the names and families are listed here once
 * more, and a test compares the two.
 */

/** Types that allow the same operators. `other`: values that can only be tested with `exists`. */
export type TypeFamily = 'number' | 'boolean' | 'string' | 'buffer' | 'address' | 'other';

/**
 * How many bytes a number has and whether it is signed, `-64`: signed 64 bit. Zero: not an integer.
 */
export type IntegerShape = 0 | 8 | 16 | 32 | 64 | -8 | -16 | -32 | -64;

export interface ValueType {
  /** As Falco's messages and `--list` call it: without `PT_`. */
  readonly name: string;
  readonly family: TypeFamily;
  readonly integer: IntegerShape;
  /** Whether fields that are lists of this type can be compared. */
  readonly listComparable: boolean;
}

type Row = readonly [
  name: string,
  family: TypeFamily,
  integer?: IntegerShape,
  listComparable?: boolean,
];

/** Row i describes type i. */
const rows: readonly Row[] = [
  ['NONE', 'other'],
  ['INT8', 'number', -8],
  ['INT16', 'number', -16],
  ['INT32', 'number', -32],
  ['INT64', 'number', -64],
  ['UINT8', 'number', 8],
  ['UINT16', 'number', 16],
  ['UINT32', 'number', 32],
  ['UINT64', 'number', 64, true],
  ['CHARBUF', 'string', 0, true],
  ['BYTEBUF', 'buffer'],
  ['ERRNO', 'number', -64],
  ['SOCKADDR', 'other'],
  ['SOCKTUPLE', 'other'],
  ['FD', 'number', -64],
  ['PID', 'number', -64],
  ['FDLIST', 'other'],
  ['FSPATH', 'string'],
  ['SYSCALLID', 'number', 16],
  ['SIGTYPE', 'number', 8],
  ['RELTIME', 'number', 64, true],
  ['ABSTIME', 'number', 64, true],
  ['PORT', 'number', 16],
  ['L4PROTO', 'other', 8],
  ['SOCKFAMILY', 'other'],
  ['BOOL', 'boolean', 0, true],
  ['IPV4ADDR', 'address'],
  ['DYNAMIC', 'other'],
  ['FLAGS8', 'number', 8],
  ['FLAGS16', 'number', 16],
  ['FLAGS32', 'number', 32],
  ['UID', 'other', 32],
  ['GID', 'other', 32],
  ['DOUBLE', 'number'],
  ['SIGSET', 'other'],
  ['CHARBUFARRAY', 'other'],
  ['CHARBUF_PAIR_ARRAY', 'other'],
  ['IPV4NET', 'address'],
  ['IPV6ADDR', 'address'],
  ['IPV6NET', 'address'],
  ['IPADDR', 'address', 0, true],
  ['IPNET', 'address', 0, true],
  ['MODE', 'number', 32],
  ['FSRELPATH', 'string'],
  ['ENUMFLAGS8', 'number', 8],
  ['ENUMFLAGS16', 'number', 16],
  ['ENUMFLAGS32', 'number', 32],
  ['FD32', 'other'],
  ['PID32', 'other'],
];

const UNKNOWN: ValueType = { name: 'NONE', family: 'other', integer: 0, listComparable: false };

export const VALUE_TYPES: readonly ValueType[] = rows.map(
  ([name, family, integer = 0, listComparable = false]) => ({
    name,
    family,
    integer,
    listComparable,
  }),
);

/** `type` is a number of the event table; one that is not known there cannot be compared. */
export function valueType(type: number): ValueType {
  return VALUE_TYPES[type] ?? UNKNOWN;
}

function numberOf(name: string): number {
  return VALUE_TYPES.findIndex((type) => type.name === name);
}

/** The types that transformers give. */
export const UINT64: number = numberOf('UINT64');
export const CHARBUF: number = numberOf('CHARBUF');
