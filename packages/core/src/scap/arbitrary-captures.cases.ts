/** For tests: arbitrary contents of captures. */

import * as fc from 'fast-check';
import { type Int64, normalise64 } from '../base/int64.ts';
import { encodeEvent } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { paramCounts } from '../events/event-table.ts';
import { FdType } from '../events/fd-type.ts';
import type {
  FdEntry,
  GroupEntry,
  MachineInfo,
  NetworkInterface,
  ThreadEntry,
  UserEntry,
} from '../events/snapshot.ts';
import { unknownThread } from '../events/thread-entry.cases.ts';
import { captureOf, replay, type SinkCall } from './read-bytes.cases.ts';

export interface EventInput {
  readonly record: Uint8Array;
  readonly cpu: number;
  readonly stateOnly: boolean;
}

/** Objects like those of the reader, which fast-check's own are not: those have no prototype. */
function record<Entry extends object>(
  model: {
    [Key in keyof Entry]: fc.Arbitrary<Entry[Key]>;
  },
): fc.Arbitrary<Entry> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<Entry>;
}

const byteString = (constraints: { maxLength: number; noNul?: boolean }): fc.Arbitrary<string> =>
  fc
    .uint8Array({ maxLength: constraints.maxLength, min: constraints.noNul === true ? 1 : 0 })
    .map((bytes) => Buffer.from(bytes).toString('latin1'));
const name = byteString({ maxLength: 40, noNul: true });
/** Several strings, NUL between them, none of them empty at the end. */
const strings = fc.array(name, { maxLength: 5 }).map((list) => list.join('\0'));
const word = fc.nat({ max: 0xffff_ffff });
const port = fc.nat({ max: 0xffff });
const unsigned: fc.Arbitrary<Int64> = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(normalise64);
const id = fc.maxSafeInteger();
const flag = fc.boolean();
const address = (width: number) =>
  fc
    .uint8Array({ minLength: width, maxLength: width })
    .map((bytes) => Buffer.from(bytes).toString('latin1'));

const machines: fc.Arbitrary<MachineInfo> = record({
  cpuCount: word,
  memoryBytes: unsigned,
  pidMax: unsigned,
  hostname: byteString({ maxLength: 127, noNul: true }),
  bootTime: unsigned,
});
const interfaces: fc.Arbitrary<NetworkInterface> = fc.constantFrom(4, 16).chain((width) =>
  record({
    name,
    address: address(width),
    netmask: address(width),
    broadcast: address(width),
    linkSpeed: fc.option(unsigned, { nil: undefined }),
  }),
);
const users: fc.Arbitrary<UserEntry> = record({
  uid: word,
  gid: word,
  name,
  home: name,
  shell: name,
});
const groups: fc.Arbitrary<GroupEntry> = record({ gid: word, name });
const threads: fc.Arbitrary<ThreadEntry> = record({
  tid: id,
  pid: id,
  ptid: id,
  sid: id,
  vpgid: id,
  pgid: id,
  vtid: id,
  vpid: id,
  comm: name,
  exe: name,
  exepath: name,
  args: strings,
  env: strings,
  cgroups: strings,
  cwd: name,
  root: name,
  fdLimit: unsigned,
  flags: word,
  uid: word,
  gid: word,
  loginuid: word,
  vmSizeKb: word,
  vmRssKb: word,
  vmSwapKb: word,
  pageFaultsMajor: unsigned,
  pageFaultsMinor: unsigned,
  pidnsInitStart: unsigned,
  tty: word,
  exeWritable: flag,
  exeUpperLayer: flag,
  exeLowerLayer: flag,
  exeFromMemfd: flag,
  capInheritable: unsigned,
  capPermitted: unsigned,
  capEffective: unsigned,
  exeIno: unsigned,
  exeInoCtime: unsigned,
  exeInoMtime: unsigned,
});

const noPayload = new Set<number>([FdType.UNINITIALIZED, FdType.UNKNOWN]);
const fds: fc.Arbitrary<FdEntry> = fc
  .constantFrom(...Object.values(FdType).filter((type) => !noPayload.has(type)))
  .chain(fdsOfType);

function fdsOfType(type: number): fc.Arbitrary<FdEntry> {
  const head = { fd: id, ino: unsigned, type: fc.constant(type) };
  const width = type === FdType.IPV4_SOCK || type === FdType.IPV4_SERVSOCK ? 4 : 16;
  switch (type) {
    case FdType.FILE_V2:
      return record({ ...head, name, openFlags: word, dev: word });
    case FdType.UNIX_SOCK:
      return record({ ...head, name, unixSource: unsigned, unixDestination: unsigned });
    case FdType.IPV4_SOCK:
    case FdType.IPV6_SOCK:
    case FdType.IPV4_SERVSOCK:
    case FdType.IPV6_SERVSOCK: {
      const listens = type === FdType.IPV4_SERVSOCK || type === FdType.IPV6_SERVSOCK;
      const transport = record({
        sourceAddress: address(width),
        destinationAddress: listens ? fc.constant('') : address(width),
        sourcePort: port,
        destinationPort: listens ? fc.constant(0) : port,
        l4proto: fc.nat({ max: 255 }),
      });
      return record({ ...head, name: fc.constant(''), transport });
    }
    default:
      return record({ ...head, name });
  }
}

const call = <Entry>(kind: SinkCall[0], entries: fc.Arbitrary<Entry>): fc.Arbitrary<SinkCall> =>
  entries.map((entry): SinkCall => [kind, entry]);
/** A snapshot in the order in which it is written. */
export const arbitrarySnapshots: fc.Arbitrary<SinkCall[]> = fc
  .tuple(
    fc.array(call('machine', machines), { maxLength: 1 }),
    fc.array(call('networkInterface', interfaces), { maxLength: 4 }),
    fc.array(fc.oneof(call('user', users), call('group', groups)), { maxLength: 4 }),
    fc.array(call('thread', threads), { maxLength: 4 }),
    fc.array(
      fc.tuple(id, fds).map(([tid, fd]): SinkCall => ['fd', tid, fd]),
      { maxLength: 8 },
    ),
  )
  .map((lists) => lists.flat());

/** Current events of every kind of block, their parameters filled with any bytes. */
export const arbitraryEvents: fc.Arbitrary<EventInput> = record({
  type: fc.constantFrom(
    PPME.PPME_SYSCALL_OPENAT_2_X,
    PPME.PPME_SYSCALL_CLONE3_X,
    PPME.PPME_PROCEXIT_1_E,
    PPME.PPME_ASYNCEVENT_E,
  ),
  tid: id,
  cpu: port,
  stateOnly: flag,
  values: fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 40, maxLength: 40 }),
}).map(({ type, tid, cpu, stateOnly, values }) => {
  const params = values.slice(0, paramCounts[type]);
  return { record: encodeEvent(type, { time: 1, tid }, params), cpu, stateOnly };
});

/** Captures of every kind of entry and of event block, always the same: what damage is done to. */
export function sampleCaptures(): Uint8Array[] {
  const snapshots = fc.sample(arbitrarySnapshots, { numRuns: 20, seed: 1 });
  const events = fc.sample(arbitraryEvents, { numRuns: 100, seed: 1 });
  return snapshots.map((snapshot, at) =>
    captureOf((writer) => {
      replay(snapshot, writer);
      for (const { record, ...from } of events.slice(at * 5)) writer.record(record, from);
    }),
  );
}

/** A thread with the format's defaults but for what is given. */
export function threadEntry(given: Partial<ThreadEntry>): ThreadEntry {
  return { ...unknownThread, ...given };
}
