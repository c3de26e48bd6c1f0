import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { anyEvent } from './any-event.cases.ts';
import { encodeEvent, encodeNamed, viewRecord } from './encode.ts';
import { PPME } from './event-codes.gen.ts';
import { EVENT_TYPES } from './event-table.ts';
import { EVENT_HEADER_BYTES, EventView } from './event-view.ts';
import { withTail } from './tail.cases.ts';

const header = { time: 1, tid: 7 };

function viewOf(bytes: Uint8Array): EventView {
  const event = new EventView();
  event.attach(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return event;
}

describe('EventView.place', () => {
  const record = encodeNamed(PPME.PPME_SYSCALL_OPEN_X, header, { fd: 3, name: '/etc/passwd' });

  test('takes a record anywhere in a buffer', () => {
    const buffer = new Uint8Array(record.length + 20).fill(0xee);
    buffer.set(record, 9);
    const event = viewOf(buffer);
    assert.ok(event.place(9, 9 + record.length));
    assert.deepEqual([event.start, event.end, event.tid], [9, 9 + record.length, 7]);
    assert.deepEqual([event.i64(0), event.string(1)], [3, '/etc/passwd']);
  });

  test('refuses a record that is cut anywhere', () => {
    for (let length = 0; length < record.length; length++) {
      assert.equal(viewOf(record.slice(0, length)).place(0, length), false, `${length} bytes`);
    }
  });

  const damages: readonly (readonly [name: string, damage: (view: DataView) => void])[] = [
    ['a length beyond the limit', (view) => view.setUint32(16, record.length + 1, true)],
    ['an unknown code', (view) => view.setUint16(20, EVENT_TYPES, true)],
    ['more parameters than bytes', (view) => view.setUint32(22, 0xffff_ffff, true)],
    ['a parameter beyond the end', (view) => view.setUint16(EVENT_HEADER_BYTES, 0xffff, true)],
  ];
  for (const [name, damage] of damages) {
    test(`refuses ${name}`, () => {
      const damaged = record.slice();
      damage(new DataView(damaged.buffer));
      assert.equal(viewOf(damaged).place(0, damaged.length), false);
    });
  }

  test('ignores parameters that the table does not know', () => {
    const [res, fd, extra] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
    const known = encodeEvent(PPME.PPME_SYSCALL_CLOSE_X, header, [res, fd]);
    const longer = new Uint8Array(known.length + 3);
    longer.set(known.subarray(0, 30));
    longer.set([1, 0], 30);
    longer.set([...res, ...fd, ...extra], 32);
    const view = new DataView(longer.buffer);
    view.setUint32(16, longer.length, true);
    view.setUint32(22, 3, true);
    const event = viewOf(longer);
    assert.ok(event.place(0, longer.length));
    assert.deepEqual([event.paramCount, event.u8(0), event.u8(1), event.u8(2)], [2, 1, 2, 0]);
    assert.equal(event.tailLength, 0);
  });

  test('gives what follows the parameters', () => {
    const tailed = withTail(record, '/');
    const event = viewOf(tailed);
    assert.ok(event.place(0, tailed.length));
    assert.deepEqual([event.tailStart, event.tailLength], [record.length, 2]);
    const plain = viewOf(record);
    assert.ok(plain.place(0, record.length));
    assert.equal(plain.tailLength, 0);
  });

  test('reads nothing outside of the record, whatever its bytes are', () => {
    fc.assert(
      fc.property(anyEvent, fc.nat(), fc.nat({ max: 255 }), (any, at, byte) => {
        const bytes = encodeEvent(any.type, any.header, any.params);
        bytes[at % bytes.length] = byte;
        const event = viewOf(bytes);
        if (!event.place(0, bytes.length)) return;
        for (let index = 0; index < event.paramCount; index++) {
          const end = event.paramStart(index) + event.paramLength(index);
          assert.ok(event.paramStart(index) >= EVENT_HEADER_BYTES && end <= event.end);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('EventView reads', () => {
  test('a parameter that is absent, empty or short as nothing', () => {
    const short = Uint8Array.of(0xff);
    const event = viewRecord(encodeEvent(PPME.PPME_SYSCALL_READ_X, header, [short, undefined]));
    for (const index of [0, 1, 2, 31]) {
      const read = [
        event.i64(index),
        event.u32(index),
        event.u16(index),
        event.signed64(index),
        event.unsigned64(index),
      ];
      assert.deepEqual(read, [0, 0, 0, 0, 0], `parameter ${index}`);
    }
    assert.deepEqual([event.string(1), event.raw(2), event.u8(0)], ['', '', 0xff]);
    assert.deepEqual(
      [0, 1, 2].map((index) => event.hasParam(index)),
      [true, true, false],
    );
  });

  test('strings up to their NUL, buffers with it', () => {
    const bytes = Buffer.from('ab\0cd\0', 'latin1');
    const event = viewRecord(encodeEvent(PPME.PPME_SYSCALL_OPEN_X, header, [3, bytes]));
    assert.deepEqual([event.string(1), event.raw(1)], ['ab', 'ab\0cd\0']);
  });
});
