import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { FdType, L4 } from '../events/fd-type.ts';
import type { ThreadEntry } from '../events/snapshot.ts';
import { threadEntry } from './arbitrary-captures.cases.ts';
import type { ByteBuilder } from './byte-builder.ts';
import {
  block,
  bytesOf,
  joinBytes,
  readBytes,
  type SinkCall,
  sectionHeader,
} from './read-bytes.cases.ts';

/** What the reader makes of one block after a section header. */
function readBlock(type: number, fill: (into: ByteBuilder) => void): SinkCall[] {
  const { snapshot, error } = readBytes(joinBytes(sectionHeader(), block(type, bytesOf(fill))));
  assert.equal(error, undefined);
  return snapshot;
}

function failure(type: number, fill: (into: ByteBuilder) => void): string {
  const { error } = readBytes(joinBytes(sectionHeader(), block(type, bytesOf(fill))));
  return `${error?.code}: ${error?.message}`;
}

/** u16 length, bytes. */
function str(into: ByteBuilder, text: string): void {
  into.u16(text.length);
  into.raw(text, text.length);
}

const thread = threadEntry({
  tid: 101,
  pid: 100,
  ptid: 1,
  sid: 90,
  vpgid: 91,
  pgid: 92,
  vtid: 11,
  vpid: 10,
  comm: 'cat',
  exe: '/bin/cat',
  exepath: '/usr/bin/cat',
  args: 'a\0b',
  env: 'X=1\0Y=2',
  cgroups: 'cpu=/\0mem=/m',
  cwd: '/tmp',
  root: '/r',
  fdLimit: 1024,
  flags: 5,
  uid: 1000,
  gid: 1001,
  loginuid: 1002,
  vmSizeKb: 1,
  vmRssKb: 2,
  vmSwapKb: 3,
  pageFaultsMajor: 4,
  pageFaultsMinor: 2n ** 63n,
  pidnsInitStart: 6,
  tty: 34816,
  exeWritable: true,
  exeUpperLayer: true,
  exeLowerLayer: true,
  exeFromMemfd: true,
  capInheritable: 1,
  capPermitted: 2,
  capEffective: 3,
  exeIno: 7,
  exeInoCtime: 8,
  exeInoMtime: 9,
});

type Width = 'u32' | 'u64' | 'str' | 'strings';
type Layout = readonly (readonly [keyof ThreadEntry, Width, since: number])[];

/** The fields of a process entry in order, as the format's specification lists them. */
const layout: Layout = [
  ['tid', 'u64', 1],
  ['pid', 'u64', 1],
  ['ptid', 'u64', 1],
  ['sid', 'u64', 6],
  ['vpgid', 'u64', 8],
  ['comm', 'str', 1],
  ['exe', 'str', 1],
  ['exepath', 'str', 7],
  ['args', 'strings', 1],
  ['cwd', 'str', 1],
  ['fdLimit', 'u64', 1],
  ['flags', 'u32', 1],
  ['uid', 'u32', 1],
  ['gid', 'u32', 1],
  ['vmSizeKb', 'u32', 2],
  ['vmRssKb', 'u32', 2],
  ['vmSwapKb', 'u32', 2],
  ['pageFaultsMajor', 'u64', 2],
  ['pageFaultsMinor', 'u64', 2],
  ['env', 'strings', 3],
  ['vtid', 'u64', 4],
  ['vpid', 'u64', 4],
  ['cgroups', 'strings', 4],
  ['root', 'str', 5],
];

const tail: readonly (readonly [keyof ThreadEntry, 'u8' | 'u32' | 'u64'])[] = [
  ['pidnsInitStart', 'u64'],
  ['tty', 'u32'],
  ['loginuid', 'u32'],
  ['exeWritable', 'u8'],
  ['capInheritable', 'u64'],
  ['capPermitted', 'u64'],
  ['capEffective', 'u64'],
  ['exeUpperLayer', 'u8'],
  ['exeIno', 'u64'],
  ['exeInoCtime', 'u64'],
  ['exeInoMtime', 'u64'],
  ['exeFromMemfd', 'u8'],
  ['exeLowerLayer', 'u8'],
  ['pgid', 'u64'],
];

function fillThread(into: ByteBuilder, version: number): void {
  for (const [field, width, since] of layout) {
    const value = thread[field];
    if (since > version) continue;
    if (width === 'strings') str(into, `${String(value)}\0`);
    else if (typeof value === 'string') str(into, value);
    else if (typeof value !== 'boolean') into[width === 'u32' ? 'u32' : 'u64'](value as number);
  }
}

function fillTail(into: ByteBuilder, fields: readonly (keyof ThreadEntry)[]): void {
  for (const [field, width] of tail) {
    if (fields.includes(field)) into[width](Number(thread[field]));
  }
}

/** The thread without the fields that came after the version; those keep the format's defaults. */
function threadOf(version: number, tailFields: readonly (keyof ThreadEntry)[] = []): ThreadEntry {
  const known = [
    ...layout.filter(([, , since]) => since <= version).map(([field]) => field),
    ...tailFields,
  ];
  const given = Object.fromEntries(known.map((field) => [field, thread[field]]));
  return threadEntry({ pid: 0, ...given });
}

suite('process lists', () => {
  const types = [
    [0x202, 0x8000abcd],
    [0x207, 0x8013abcd],
    [0x209, 0x8014abcd],
    ...[0x210, 0x211, 0x212, 0x213, 0x214].map((type) => [type]),
  ];
  for (const [at, numbers] of types.entries()) {
    const version = at + 1;
    for (const type of numbers) {
      test(`version ${version}, block 0x${type.toString(16)}`, () => {
        const got = readBlock(type, (into) => {
          fillThread(into, version);
          fillThread(into, version);
        });
        const want = ['thread', threadOf(version)];
        assert.deepEqual(got, [want, want]);
      });
    }
  }

  const oldTail = tail.slice(2, 7).map(([field]) => field);
  const newTail = tail.map(([field]) => field);
  const tails = [
    ...[0, 1, 2, 3, 4, 5].map((count) => oldTail.slice(0, count)),
    ...[8, 9, 10, 11, 12, 13, 14].map((count) => newTail.slice(0, count)),
  ];
  for (const names of tails) {
    test(`version 9, ${names.length} fields of the tail`, () => {
      const got = readBlock(0x215, (into) => {
        for (let entries = 0; entries < 2; entries++) {
          const start = into.length;
          into.u32(0);
          fillThread(into, 9);
          fillTail(into, names);
          into.patchU32(start, into.length - start);
        }
      });
      const want = ['thread', threadOf(9, names)];
      assert.deepEqual(got, [want, want]);
    });
  }

  test('version 9: what follows the tail is passed over, however long', () => {
    const got = readBlock(0x215, (into) => {
      into.u32(0);
      fillThread(into, 9);
      fillTail(into, newTail);
      into.zeros(3_000_000);
      into.patchU32(0, into.length);
    });
    assert.deepEqual(got, [['thread', thread]]);
  });

  test('lists of strings may lack the final NUL', () => {
    const calls = readBlock(0x202, (into) => {
      for (const id of [1, 1, 0]) into.u64(id);
      for (const text of ['c', 'e', 'one\0two', '/']) str(into, text);
      into.zeros(20);
    });
    const entry = { comm: 'c', exe: 'e', args: 'one\0two', cwd: '/' };
    assert.deepEqual(calls, [['thread', threadEntry(entry)]]);
  });

  test('what cannot be', () => {
    const cases: readonly (readonly [number, (into: ByteBuilder) => void, RegExp])[] = [
      [0x215, (into) => into.u32(2), /corrupt_block: .*process list V9 block at byte 36: /],
      [0x215, (into) => into.u32(500), /an entry of 500 bytes, but 4 remain in the block/],
      [0x202, (into) => into.u64(1), /after 8 bytes an entry needs 8 more, but it has only 0/],
      [
        0x202,
        (into) => {
          into.zeros(24);
          into.u16(1025);
          into.zeros(1025);
        },
        /a string of 1025 bytes, but at most 1024 go/,
      ],
    ];
    for (const [type, fill, want] of cases) assert.match(failure(type, fill), want);
  });
});

suite('descriptor lists', () => {
  const source = '\x0a\0\0\x01';
  const target = '\x7f\0\0\x01';
  const fill = (into: ByteBuilder, sized: boolean): void => {
    into.u64(77);
    const entry = (type: number, payload: () => void): void => {
      const start = into.length;
      if (sized) into.u32(0);
      into.u64(type + 10);
      into.u64(type + 20);
      into.u8(type);
      payload();
      if (sized) into.patchU32(start, into.length - start);
    };
    entry(FdType.UNKNOWN, () => {});
    entry(FdType.DIRECTORY, () => str(into, '/etc'));
    entry(FdType.FILE_V2, () => {
      into.u32(3);
      str(into, '/etc/passwd');
      if (sized) into.u32(2049);
    });
    entry(FdType.UNIX_SOCK, () => {
      into.u64(5);
      into.u64(6);
      str(into, '/run/x');
    });
    entry(FdType.IPV4_SOCK, () => {
      into.raw(source, 4);
      into.raw(target, 4);
      into.u16(4000);
      into.u16(443);
      into.u8(L4.TCP);
    });
    entry(FdType.IPV6_SERVSOCK, () => {
      into.raw(source, 16);
      into.u16(53);
      into.u8(L4.UDP);
    });
    if (sized) entry(200, () => into.zeros(100));
  };
  const head = (type: number) => ({ fd: type + 10, ino: type + 20, type });
  const transport = {
    sourceAddress: source,
    destinationAddress: target,
    sourcePort: 4000,
    destinationPort: 443,
    l4proto: L4.TCP,
  };
  const listener = {
    sourceAddress: source.padEnd(16, '\0'),
    destinationAddress: '',
    sourcePort: 53,
    destinationPort: 0,
    l4proto: L4.UDP,
  };
  const want = (dev: number): SinkCall[] =>
    [
      { ...head(0), name: '' },
      { ...head(FdType.DIRECTORY), name: '/etc' },
      { ...head(FdType.FILE_V2), name: '/etc/passwd', openFlags: 3, dev },
      { ...head(FdType.UNIX_SOCK), name: '/run/x', unixSource: 5, unixDestination: 6 },
      { ...head(FdType.IPV4_SOCK), name: '', transport },
      { ...head(FdType.IPV6_SERVSOCK), name: '', transport: listener },
    ].map((entry): SinkCall => ['fd', 77, entry]);

  for (const type of [0x203, 0x8001abcd]) {
    test(`version 1, block 0x${type.toString(16)}`, () => {
      assert.deepEqual(
        readBlock(type, (into) => fill(into, false)),
        want(0),
      );
    });
  }

  test('version 2: a type that is newer than we are is kept as unsupported', () => {
    const unsupported = { ...head(200), type: FdType.UNSUPPORTED, name: 'unknown-type:[200]' };
    assert.deepEqual(
      readBlock(0x218, (into) => fill(into, true)),
      [...want(2049), ['fd', 77, unsupported]],
    );
  });

  test('version 1: such a type cannot be passed over', () => {
    const got = failure(0x203, (into) => {
      into.zeros(24);
      into.u8(22);
      into.zeros(40);
    });
    assert.match(got, /corrupt_block: .*descriptor type 22, but there are 0 to 21/);
  });

  test('a list without its thread', () => {
    assert.match(
      failure(0x218, (into) => into.u32(1)),
      /an entry needs 8 more/,
    );
  });
});

suite('interface lists', () => {
  const mask = '\xff\xff\xff\0';
  const entry = (into: ByteBuilder, type: number, sized: boolean): void => {
    const start = into.length;
    const width = type % 2 === 1 ? 4 : 16;
    if (sized) into.u32(0);
    into.u16(type);
    into.u16(4);
    for (const text of ['addr', mask, 'cast']) into.raw(text, width);
    if (type <= 2) into.u64(1000);
    into.raw('eth0', 4);
    if (sized) into.patchU32(start, into.length - start - 4);
  };
  const want = (type: number): SinkCall => {
    const width = type % 2 === 1 ? 4 : 16;
    const [address, netmask, broadcast] = ['addr', mask, 'cast'].map((text) =>
      text.padEnd(width, '\0'),
    );
    const linkSpeed = type <= 2 ? 1000 : undefined;
    return ['networkInterface', { name: 'eth0', address, netmask, broadcast, linkSpeed }];
  };
  for (const type of [0x205, 0x8011abcd, 0x219]) {
    test(`block 0x${type.toString(16)}`, () => {
      const got = readBlock(type, (into) => {
        for (const kind of [1, 2, 3, 4]) entry(into, kind, type === 0x219);
      });
      assert.deepEqual(got, [want(1), want(2), want(3), want(4)]);
    });
  }

  test('a type that is newer than we are', () => {
    const got = readBlock(0x219, (into) => {
      entry(into, 5, true);
      entry(into, 3, true);
    });
    assert.deepEqual(got, [want(3)]);
    assert.match(
      failure(0x205, (into) => entry(into, 5, false)),
      /interface type 5, but there are 1 to 4/,
    );
  });
});

suite('user lists', () => {
  const user = { uid: 1000, gid: 1001, name: 'ada', home: '/home/ada', shell: '/bin/sh' };
  const fill = (into: ByteBuilder, sized: boolean): void => {
    const entry = (type: number, payload: () => void): void => {
      const start = into.length;
      if (sized) into.u32(0);
      into.u8(type);
      payload();
      if (sized) into.patchU32(start, into.length - start);
    };
    entry(0, () => {
      into.u32(user.uid);
      into.u32(user.gid);
      for (const text of [user.name, user.home, user.shell]) str(into, text);
    });
    if (sized) entry(9, () => into.zeros(30));
    entry(1, () => {
      into.u32(7);
      str(into, 'lp');
    });
  };
  for (const type of [0x206, 0x8012abcd, 0x220]) {
    test(`block 0x${type.toString(16)}`, () => {
      const got = readBlock(type, (into) => fill(into, type === 0x220));
      assert.deepEqual(got, [
        ['user', user],
        ['group', { gid: 7, name: 'lp' }],
      ]);
    });
  }

  test('version 1: a type that is newer than we are', () => {
    assert.match(
      failure(0x206, (into) => {
        into.u8(9);
        into.zeros(7);
      }),
      /entry type 9, but there are 0 \(user\) and 1 \(group\)/,
    );
  });
});

suite('machine info', () => {
  const fill = (into: ByteBuilder): void => {
    into.u32(8);
    into.u64(16_000_000_000);
    into.u64(4_194_304);
    into.raw('lab\0left over', 128);
    into.u64(1_700_000_000_123_456_789n);
    into.zeros(24);
  };
  const machine = {
    cpuCount: 8,
    memoryBytes: 16_000_000_000,
    pidMax: 4_194_304,
    hostname: 'lab',
    bootTime: 1_700_000_000_123_456_789n,
  };

  test('both numbers, and fields of the future', () => {
    assert.deepEqual(readBlock(0x201, fill), [['machine', machine]]);
    assert.deepEqual(readBlock(0x8002abcd, fill), [['machine', machine]]);
    const longer = readBlock(0x201, (into) => {
      fill(into);
      into.zeros(64);
    });
    assert.deepEqual(longer, [['machine', machine]]);
  });

  test('too short', () => {
    assert.match(
      failure(0x201, (into) => into.zeros(100)),
      /corrupt_block: .*an entry needs 128 more/,
    );
  });
});
