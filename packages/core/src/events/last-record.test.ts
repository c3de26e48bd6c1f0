import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeNamed } from './encode.ts';
import { PPME } from './event-codes.gen.ts';
import { EventView } from './event-view.ts';
import { LastRecord } from './last-record.ts';

const OPEN = { fd: 3, dirfd: -100, name: '/etc/hosts', flags: 1 };

/** The view over a record in a buffer of its own, at a place that differs from event to event. */
function eventOf(time: number, tid: number, values: typeof OPEN): EventView {
  const record = encodeNamed(PPME.PPME_SYSCALL_OPENAT_2_X, { time, tid }, values);
  const bytes = new Uint8Array(record.length + 8 * time);
  bytes.set(record, 8 * time);
  const event = new EventView();
  event.attach(bytes, new DataView(bytes.buffer));
  assert.ok(event.place(8 * time, bytes.length));
  return event;
}

test('a record is known again once it came twice', () => {
  const last = new LastRecord();
  const found: boolean[] = [];
  for (let time = 1; time <= 4; time++) {
    const event = eventOf(time, 7, OPEN);
    found.push(last.isSame(event));
    if (!last.isSame(event)) last.keep(event);
  }
  assert.deepEqual(found, [false, false, true, true]);
});

test('what is no repetition', () => {
  const cases: readonly (readonly [what: string, tid: number, values: typeof OPEN])[] = [
    ['another thread', 8, OPEN],
    ['another descriptor', 7, { ...OPEN, fd: 4 }],
    ['another name of the same length', 7, { ...OPEN, name: '/etc/group' }],
    ['a longer name', 7, { ...OPEN, name: '/etc/hostss' }],
    ['other flags', 7, { ...OPEN, flags: 2 }],
  ];
  for (const [what, tid, values] of cases) {
    const last = new LastRecord();
    last.keep(eventOf(1, 7, OPEN));
    last.keep(eventOf(2, 7, OPEN));
    assert.equal(last.isSame(eventOf(3, tid, values)), false, what);
    assert.equal(last.isSame(eventOf(3, 7, OPEN)), true);
  }
});

test('what was forgotten, and what is too long, is not known again', () => {
  const last = new LastRecord();
  last.keep(eventOf(1, 7, OPEN));
  last.keep(eventOf(2, 7, OPEN));
  last.forget();
  assert.equal(last.isSame(eventOf(3, 7, OPEN)), false);
  last.keep(eventOf(3, 7, OPEN));
  assert.equal(last.isSame(eventOf(4, 7, OPEN)), false, 'it has to come twice again');
  const long = { ...OPEN, name: `/${'x'.repeat(600)}` };
  for (let time = 1; time <= 3; time++) {
    assert.equal(last.isSame(eventOf(time, 7, long)), false);
    last.keep(eventOf(time, 7, long));
  }
});
