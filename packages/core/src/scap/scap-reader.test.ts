import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { encodeEvent } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { EVENT_TYPES } from '../events/event-table.ts';
import { EventView } from '../events/event-view.ts';
import { FdType } from '../events/fd-type.ts';
import { threadEntry } from './arbitrary-captures.cases.ts';
import { LARGE_EVENT_BYTES_MAX } from './block-kinds.ts';
import {
  block,
  bytesOf,
  captureOf,
  deafSink,
  eventBlock,
  joinBytes,
  readBytes,
  sectionHeader,
} from './read-bytes.cases.ts';
import { ScapReader } from './scap-reader.ts';

const EVENT_V1 = 0x204;
const EVENT_V1_OLD = 0x8010abcd;
const EVENT_FLAGS_V1 = 0x208;
const EVENT_V2 = 0x216;
const EVENT_FLAGS_V2 = 0x217;
const EVENT_V2_LARGE = 0x221;
const EVENT_FLAGS_V2_LARGE = 0x222;

const header = { time: 1_700_000_000_123_456_789n, tid: 42 };
const close = encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, [0, 3]);
const async = encodeEvent(PPME.PPME_ASYNCEVENT_E, header, [1, 'container', 'x'.repeat(70_000)]);

/** The record without its number of parameters, as version 1 has it. */
function asV1(record: Uint8Array, excess = 0): Uint8Array {
  const old = joinBytes(record.subarray(0, 22), record.subarray(26));
  new DataView(old.buffer).setUint32(16, old.length + excess, true);
  return old;
}

function hex(record: Uint8Array): string {
  return Buffer.from(record).toString('hex');
}

/** A record with a changed u16 or u32. */
function patched(record: Uint8Array, at: number, value: number, width: 2 | 4): Uint8Array {
  const copy = record.slice();
  const view = new DataView(copy.buffer);
  if (width === 2) view.setUint16(at, value, true);
  else view.setUint32(at, value, true);
  return copy;
}

suite('event blocks', () => {
  const cases = [
    { type: EVENT_V1, record: asV1(close), want: close },
    { type: EVENT_V1_OLD, record: asV1(close), want: close },
    { type: EVENT_FLAGS_V1, record: asV1(close), flags: 1, want: close },
    { type: EVENT_V2, record: close, want: close },
    { type: EVENT_FLAGS_V2, record: close, flags: 1, want: close },
    { type: EVENT_FLAGS_V2, record: close, flags: 2, want: close },
    { type: EVENT_V2_LARGE, record: async, want: async },
    { type: EVENT_FLAGS_V2_LARGE, record: async, flags: 1, want: async },
  ];
  for (const { type, record, want, flags } of cases) {
    test(`0x${type.toString(16)}${flags === undefined ? '' : `, flags ${flags}`}`, () => {
      const from = flags === undefined ? { cpu: 3 } : { cpu: 3, flags };
      const one = eventBlock(type, record, from);
      const { events, error } = readBytes(joinBytes(sectionHeader(), one, one));
      assert.equal(error, undefined);
      assert.deepEqual(
        events,
        [1, 2].map((num) => ({
          num,
          cpu: 3,
          stateOnly: flags === 1,
          type: new DataView(want.buffer).getUint16(20, true),
          tid: 42,
          record: hex(want),
        })),
      );
    });
  }

  test('version 1: the two events whose writers counted 3 bytes too many', () => {
    for (const type of [PPME.PPME_NOTIFICATION_E, PPME.PPME_INFRASTRUCTURE_EVENT_E]) {
      const record = encodeEvent(type, header, ['id', 'text']);
      const body = joinBytes(asV1(record, 3), new Uint8Array(3));
      const { events, error } = readBytes(joinBytes(sectionHeader(), eventBlock(EVENT_V1, body)));
      assert.equal(error, undefined);
      assert.deepEqual(
        events.map((event) => event.record),
        [hex(record)],
      );
    }
  });

  test('parameters that the table does not know are ignored and counted', () => {
    const more = patched(
      joinBytes(
        close.subarray(0, 26),
        bytesOf((into) => {
          for (const length of [8, 8, 2]) into.u16(length);
        }),
        close.subarray(30),
        new Uint8Array([1, 2]),
      ),
      22,
      3,
      4,
    );
    const record = patched(more, 16, more.length, 4);
    for (const [type, bytes] of [
      [EVENT_V2, record],
      [EVENT_V1, asV1(record)],
    ] as const) {
      const reader = new ScapReader(new EventView(), deafSink);
      reader.next();
      reader.feed(joinBytes(sectionHeader(), eventBlock(type, bytes)));
      assert.equal(reader.next(), 'event');
      assert.equal(reader.event.paramCount, 2);
      assert.equal(reader.event.i64(1), 3);
      assert.equal(reader.counts.extraParams, 1);
    }
  });

  test('events newer than the table are passed over and counted', () => {
    const newer = patched(close, 20, EVENT_TYPES, 2);
    const { events, counts, error } = readBytes(
      joinBytes(
        sectionHeader(),
        eventBlock(EVENT_V2, newer),
        eventBlock(EVENT_V1, asV1(newer)),
        eventBlock(EVENT_V2, close),
      ),
    );
    assert.equal(error, undefined);
    assert.deepEqual(
      events.map(({ num, record }) => [num, record]),
      [[1, hex(close)]],
    );
    assert.equal(counts.unknownType, 2);
  });
});

suite('sections and other blocks', () => {
  test('no event at all is a capture too', () => {
    const { events, error } = readBytes(sectionHeader());
    assert.deepEqual([events, error], [[], undefined]);
  });

  test('blocks of unknown types before the first event are passed over', () => {
    const unknown = block(0x999, new Uint8Array(100_001));
    const capture = joinBytes(sectionHeader(), unknown, eventBlock(EVENT_V2, close));
    for (const options of [{}, { piece: 1000, bufferBytes: 64 }]) {
      assert.equal(readBytes(capture, options).events.length, 1);
    }
  });

  test('options after the fields of a section header are passed over', () => {
    const body = joinBytes(sectionHeader().subarray(8, 24), new Uint8Array(50));
    const capture = joinBytes(block(0x0a0d0d0a, body), eventBlock(EVENT_V2, close));
    assert.equal(readBytes(capture).events.length, 1);
  });

  test('sections of which the first has no events', () => {
    const capture = joinBytes(sectionHeader(), sectionHeader(), eventBlock(EVENT_V2, close));
    const { snapshot, events } = readBytes(capture);
    assert.deepEqual(snapshot, [['section']]);
    assert.equal(events.length, 1);
  });

  test('an enter event of one section does not complete an exit event of the next', () => {
    const enter = encodeEvent(PPME.PPME_SYSCALL_CLOSE_E, header, [3]);
    const exit = encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, [0]);
    const [first, second] = [enter, exit].map((record) => eventBlock(EVENT_V2, record));
    const fds = (...parts: Uint8Array[]): bigint[] =>
      readBytes(joinBytes(...parts)).events.map(({ record }) =>
        Buffer.from(record, 'hex').readBigInt64LE(38),
      );
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(fds(sectionHeader(), first, second), [3n]);
    assert.deepEqual(fds(sectionHeader(), first, sectionHeader(), second), [0n]);
  });
});

suite('what is wrong with a capture', () => {
  const snapshotBlock = block(0x201, new Uint8Array(180));
  const event = eventBlock(EVENT_V2, close);
  const large = bytesOf((into) => {
    into.u32(EVENT_V2_LARGE);
    into.u32(LARGE_EVENT_BYTES_MAX + 4);
    into.zeros(100);
  });
  const lengthPatched = (length: number): Uint8Array => patched(event, 4, length, 4);
  const cases: readonly {
    readonly name: string;
    readonly parts: readonly Uint8Array[];
    readonly code: string;
    readonly at: number;
    readonly says: RegExp;
  }[] = [
    {
      name: 'nothing',
      parts: [],
      code: 'not_a_capture',
      at: 0,
      says: /reading capture at byte 0: it is empty: 0 bytes/,
    },
    {
      name: 'a byte',
      parts: [new Uint8Array(1)],
      code: 'not_a_capture',
      at: 0,
      says: /it begins with 1 byte, a capture begins with 0x0a0d0d0a/,
    },
    {
      name: 'three bytes',
      parts: [new Uint8Array(3)],
      code: 'not_a_capture',
      at: 0,
      says: /it begins with 3 bytes, a capture begins with 0x0a0d0d0a/,
    },
    {
      name: 'a text',
      parts: [Buffer.from('#!/bin/sh\necho\n')],
      code: 'not_a_capture',
      at: 0,
      says: /it begins with 0x622f2123,/,
    },
    {
      name: 'a compressed file',
      parts: [new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0])],
      code: 'compressed',
      at: 0,
      says: /gzip/,
    },
    {
      name: 'a section of a big-endian machine',
      parts: [sectionHeader(1, 0x4d3c2b1a)],
      code: 'unsupported_version',
      at: 0,
      says: /big-endian/,
    },
    {
      name: 'a section of another format',
      parts: [sectionHeader(1, 0x12345678)],
      code: 'not_a_capture',
      at: 0,
      says: /magic number is 0x12345678/,
    },
    {
      name: 'a newer format',
      parts: [sectionHeader(2)],
      code: 'unsupported_version',
      at: 0,
      says: /its format is 2\.2, known are those up to 1\.x/,
    },
    {
      name: 'a block shorter than its frame',
      parts: [sectionHeader(), block(0x201, new Uint8Array(4), { length: 11 })],
      code: 'corrupt_block',
      at: 28,
      says: /its length is 11, but at least 12 go/,
    },
    {
      name: 'a trailer that disagrees',
      parts: [sectionHeader(), block(0x201, new Uint8Array(180), { trailer: 100 })],
      code: 'corrupt_block',
      at: 28,
      says: /its header says 192 bytes, its trailer 100/,
    },
    {
      name: 'an event block whose trailer disagrees',
      parts: [sectionHeader(), event, patched(event, event.length - 4, 8, 4)],
      code: 'corrupt_block',
      at: 28 + event.length,
      says: /reading event V2 block at byte 88: its header says 60 bytes, its trailer 8/,
    },
    {
      name: 'a machine info after an event',
      parts: [sectionHeader(), event, snapshotBlock],
      code: 'unexpected_block',
      at: 28 + event.length,
      says: /reading machine info V1 block at byte 88: it follows an event/,
    },
    {
      name: 'a block of unknown type after an event',
      parts: [sectionHeader(), event, block(0x999, new Uint8Array(4))],
      code: 'unexpected_block',
      at: 28 + event.length,
      says: /block of unknown type 0x999/,
    },
    {
      name: 'an event block that is too short',
      parts: [sectionHeader(), lengthPatched(39)],
      code: 'corrupt_block',
      at: 28,
      says: /it has 39 bytes, but 40 to 65544 go/,
    },
    {
      name: 'an event block that is too long',
      parts: [sectionHeader(), lengthPatched(65_548)],
      code: 'oversized',
      at: 28,
      says: /it has 65548 bytes, but 40 to 65544 go/,
    },
    {
      name: 'a large event block that is too long',
      parts: [sectionHeader(), large],
      code: 'oversized',
      at: 28,
      says: /it has 16777220 bytes, but 40 to 16777216 go/,
    },
    {
      name: 'a record longer than its block',
      parts: [sectionHeader(), eventBlock(EVENT_V2, patched(close, 16, close.length + 10, 4))],
      code: 'corrupt_event',
      at: 28,
      says: /the record of event type 5 says 56 bytes of 46 and 2 parameters, which do not fit/,
    },
    {
      name: 'a record shorter than its header',
      parts: [sectionHeader(), eventBlock(EVENT_V2, patched(close, 16, 25, 4))],
      code: 'corrupt_event',
      at: 28,
      says: /says 25 bytes/,
    },
    {
      name: 'a parameter that goes past the record',
      parts: [sectionHeader(), eventBlock(EVENT_V2, patched(close, 28, 9, 2))],
      code: 'corrupt_event',
      at: 28,
      says: /do not fit/,
    },
    {
      name: 'a record of version 1 that no number of parameters fills',
      parts: [sectionHeader(), eventBlock(EVENT_V1, patched(asV1(close), 24, 9, 2))],
      code: 'corrupt_event',
      at: 28,
      says: /no number of parameters fills them/,
    },
  ];
  for (const { name, parts, code, at, says } of cases) {
    test(name, () => {
      const { error } = readBytes(joinBytes(...parts));
      assert.ok(error !== undefined);
      assert.deepEqual([error.code, error.offset], [code, at]);
      assert.match(error.message, says);
    });
  }

  test('the error comes again on every call', () => {
    const reader = new ScapReader(new EventView(), deafSink);
    assert.equal(reader.next(), 'more');
    reader.feed(joinBytes(sectionHeader(), event, snapshotBlock));
    assert.equal(reader.next(), 'event');
    for (let call = 0; call < 2; call++) {
      assert.throws(() => reader.next(), { code: 'unexpected_block', offset: 88 });
    }
  });
});

suite('a capture that was cut off', () => {
  const capture = captureOf((writer) => {
    writer.machine({ cpuCount: 2, memoryBytes: 1, pidMax: 2, hostname: 'h', bootTime: 3 });
    writer.user({ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/sh' });
    writer.thread(threadEntry({ tid: 42, comm: 'cat' }));
    writer.fd(42, { fd: 3, ino: 0, type: FdType.FIFO, name: 'pipe' });
    writer.record(close, { cpu: 1, stateOnly: false });
    writer.record(close, { cpu: 1, stateOnly: true });
    writer.section();
    writer.record(close, { cpu: 0, stateOnly: false });
  });
  const whole = readBytes(capture);

  test('at any byte: everything before it was delivered', () => {
    assert.equal(whole.error, undefined);
    let cleanEnds = 0;
    for (let length = 0; length < capture.length; length++) {
      const cut = readBytes(capture.subarray(0, length));
      assert.deepEqual(cut.snapshot, whole.snapshot.slice(0, cut.snapshot.length));
      assert.deepEqual(cut.events, whole.events.slice(0, cut.events.length));
      const complete = blockEnds(capture).filter((end) => end <= length).length;
      if (cut.error === undefined) {
        assert.ok(blockEnds(capture).includes(length), `no block ends at byte ${length}`);
        cleanEnds++;
      } else if (length >= 8) {
        assert.equal(cut.error.code, 'truncated', `at byte ${length}`);
      }
      assert.equal(cut.events.length, Math.max(0, complete - 5) - (complete > 7 ? 1 : 0));
    }
    assert.equal(cleanEnds, blockEnds(capture).length - 1);
  });
});

/** Offsets after each block. */
function blockEnds(capture: Uint8Array): number[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const ends: number[] = [];
  for (let at = 0; at < capture.length; ) {
    at += view.getUint32(at + 4, true);
    ends.push(at);
  }
  return ends;
}

suite('the buffer', () => {
  const blob = 'x'.repeat(3_000_000);
  const huge = encodeEvent(PPME.PPME_ASYNCEVENT_E, header, [1, 'container', blob]);

  test('grows for a large event', () => {
    const capture = joinBytes(sectionHeader(), eventBlock(EVENT_V2_LARGE, huge));
    const { events, error } = readBytes(capture, { piece: 4096, bufferBytes: 1024 });
    assert.equal(error, undefined);
    assert.deepEqual(
      events.map(({ record }) => record.length),
      [huge.length * 2],
    );
  });

  test('does not grow because a length field says so', () => {
    const claim = bytesOf((into) => {
      into.u32(EVENT_V2_LARGE);
      into.u32(LARGE_EVENT_BYTES_MAX);
    });
    const reader = new ScapReader(new EventView(), deafSink, { bufferBytes: 1024 });
    assert.equal(reader.next(), 'more');
    reader.feed(joinBytes(sectionHeader(), claim));
    for (let fed = 8; fed < 20_000; fed += 100) {
      assert.equal(reader.next(), 'more');
      const room = reader.space().length;
      assert.ok(room <= Math.max(1024, fed), `room for ${room} bytes after ${fed}`);
      reader.feed(new Uint8Array(100));
    }
  });

  test('an entry of a list that claims to be long does not make it grow either', () => {
    const claim = bytesOf((into) => {
      into.u32(0x215);
      into.u32(0xffff_fff0);
      into.u32(0xffff_ff00);
    });
    const reader = new ScapReader(new EventView(), deafSink, { bufferBytes: 1024 });
    reader.next();
    reader.feed(joinBytes(sectionHeader(), claim));
    for (let fed = 0; fed < 300_000; fed += 1024) {
      assert.equal(reader.next(), 'more');
      assert.ok(reader.space().length <= 65_536);
      reader.feed(new Uint8Array(1024));
    }
  });

  test('events that nobody takes are a mistake of ours', () => {
    const reader = new ScapReader(new EventView(), deafSink, { bufferBytes: 64 });
    reader.next();
    reader.feed(new Uint8Array(64));
    assert.throws(() => reader.space(), /nobody has read yet/);
  });
});
