/**
 * The blocks that a capture consists of: their numbers, and what is in them. Drawn in
 * docs/formats/capture.md.
 *
 * Numbers are those of libscap's scap_savefile.h. Those of the form 0x80..ABCD were used before the
 * format was public; readers take them as the short ones.
 */

import { HEADER_BYTES, HEADER_V1_BYTES } from './record-layout.ts';

export const BLOCK_HEADER_BYTES = 8;
export const BLOCK_TRAILER_BYTES = 4;

export const SECTION_MAGIC = 0x1a2b3c4d;
/** The magic as a big-endian machine writes it. */
export const SECTION_MAGIC_SWAPPED = 0x4d3c2b1a;
export const FORMAT_MAJOR = 1;
export const FORMAT_MINOR = 2;

/** The kinds that are written today. */
export const BLOCK = {
  SECTION_HEADER: 0x0a0d0d0a,
  MACHINE_INFO: 0x201,
  PROCESS_LIST_V9: 0x215,
  EVENT_V2: 0x216,
  EVENT_FLAGS_V2: 0x217,
  FD_LIST_V2: 0x218,
  INTERFACE_LIST_V2: 0x219,
  USER_LIST_V2: 0x220,
  EVENT_V2_LARGE: 0x221,
  EVENT_FLAGS_V2_LARGE: 0x222,
} as const;

/** Bit of the flags word of "event with flags" blocks: update state, show to nobody. */
export const FLAG_STATE_ONLY = 1;

/** A block of the first part of a section: what the machine was like when the capture began. */
export interface SnapshotKind {
  readonly name: string;
  readonly holds: 'machine' | 'interfaces' | 'users' | 'threads' | 'fds';
  /** Of the entries' layout. */
  readonly version: number;
}

export interface EventKind {
  readonly name: string;
  readonly type: number;
  /** 1: records without a parameter count. */
  readonly version: 1 | 2;
  readonly hasFlags: boolean;
  /**
   * Where the record begins, from the block's first byte: after the cpu and, if there are any, the
   * flags.
   */
  readonly recordAt: number;
  readonly bytesMin: number;
  readonly bytesMax: number;
}

/**
 * Longest event block of the kinds that are not "large": libscap reads what follows the block's
 * header into 64 KiB. V1 records grow by 4 bytes when they are brought up to date, in the same
 * space.
 */
const EVENT_BYTES_MAX = BLOCK_HEADER_BYTES + 0x10000;
/**
 * Longest "large" event block. Those hold plugin and container events, in practice below 1 MiB;
 * libscap allocates whatever the length field says.
 */
export const LARGE_EVENT_BYTES_MAX: number = 16 << 20;

const CPU_BYTES = 2;
const FLAGS_BYTES = 4;

function eventKind(type: number, version: 1 | 2, hasFlags: boolean, large: boolean): EventKind {
  const recordAt = BLOCK_HEADER_BYTES + CPU_BYTES + (hasFlags ? FLAGS_BYTES : 0);
  return {
    name: `event${hasFlags ? ' with flags' : ''} V${version}${large ? ' large' : ''} block`,
    type,
    version,
    hasFlags,
    recordAt,
    bytesMin: recordAt + (version === 1 ? HEADER_V1_BYTES : HEADER_BYTES) + BLOCK_TRAILER_BYTES,
    bytesMax: large ? LARGE_EVENT_BYTES_MAX : version === 1 ? EVENT_BYTES_MAX - 4 : EVENT_BYTES_MAX,
  };
}

/** The commonest kind. */
export const eventV2: EventKind = eventKind(BLOCK.EVENT_V2, 2, false, false);

export const eventKinds: ReadonlyMap<number, EventKind> = new Map(
  [
    eventV2,
    eventKind(0x204, 1, false, false),
    eventKind(0x8010abcd, 1, false, false),
    eventKind(0x208, 1, true, false),
    eventKind(BLOCK.EVENT_FLAGS_V2, 2, true, false),
    eventKind(BLOCK.EVENT_V2_LARGE, 2, false, true),
    eventKind(BLOCK.EVENT_FLAGS_V2_LARGE, 2, true, true),
  ].map((kind) => [kind.type, kind]),
);

function listKinds(
  holds: SnapshotKind['holds'],
  name: string,
  numbers: readonly (readonly number[])[],
): [number, SnapshotKind][] {
  return numbers.flatMap((types, at) =>
    types.map((type): [number, SnapshotKind] => {
      const version = at + 1;
      return [type, { name: `${name} V${version} block`, holds, version }];
    }),
  );
}

/** By block type. Per list: the numbers of version 1, of version 2, and so on. */
export const snapshotKinds: ReadonlyMap<number, SnapshotKind> = new Map([
  ...listKinds('machine', 'machine info', [[BLOCK.MACHINE_INFO, 0x8002abcd]]),
  ...listKinds('interfaces', 'interface list', [[0x205, 0x8011abcd], [BLOCK.INTERFACE_LIST_V2]]),
  ...listKinds('users', 'user list', [[0x206, 0x8012abcd], [BLOCK.USER_LIST_V2]]),
  ...listKinds('fds', 'descriptor list', [[0x203, 0x8001abcd], [BLOCK.FD_LIST_V2]]),
  ...listKinds('threads', 'process list', [
    [0x202, 0x8000abcd],
    [0x207, 0x8013abcd],
    [0x209, 0x8014abcd],
    [0x210],
    [0x211],
    [0x212],
    [0x213],
    [0x214],
    [BLOCK.PROCESS_LIST_V9],
  ]),
]);

/** For messages. */
export function blockName(type: number): string {
  if (type === BLOCK.SECTION_HEADER) return 'section header block';
  const known = snapshotKinds.get(type) ?? eventKinds.get(type);
  return known?.name ?? `block of unknown type 0x${type.toString(16)}`;
}
