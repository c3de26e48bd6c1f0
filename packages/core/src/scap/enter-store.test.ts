import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEvent, viewRecord } from '../events/encode.ts';
import { PPME } from '../events/event-codes.gen.ts';
import type { EventView } from '../events/event-view.ts';
import { ENTER_BYTES_MAX, ENTERS_MAX, EnterStore } from './enter-store.ts';

function enter(tid: number, bytes = 0): EventView {
  const params = [bytes === 0 ? 'f' : new Uint8Array(bytes), 1, 0];
  return viewRecord(encodeEvent(PPME.PPME_SYSCALL_OPEN_E, { time: 1, tid }, params));
}

test('one event per thread, the latest', () => {
  const store = new EnterStore();
  store.put(enter(1, 50));
  store.put(enter(1, 500));
  store.put(enter(2));
  assert.equal(store.size, 2);
  assert.equal(store.get(1)?.length, enter(1, 500).end);
  store.remove(1);
  assert.equal(store.get(1), undefined);
  store.clear();
  assert.deepEqual([store.size, store.bytes], [0, 0]);
});

test('threads without end: the oldest are forgotten and counted', () => {
  const store = new EnterStore();
  for (let tid = 1; tid <= ENTERS_MAX + 10; tid++) store.put(enter(tid));
  assert.deepEqual([store.size, store.forgotten], [ENTERS_MAX, 10]);
  assert.equal(store.get(10), undefined);
  assert.ok(store.get(11) !== undefined);
});

test('long events: bounded by bytes', () => {
  const store = new EnterStore();
  for (let tid = 1; tid <= 400; tid++) store.put(enter(tid, 60_000));
  assert.ok(store.bytes <= ENTER_BYTES_MAX && store.size > 200, `${store.bytes} bytes`);
  assert.equal(store.forgotten, 400 - store.size);
});
