/**
 * Events of every kind with any bytes: state never throws, stays within its bounds and keeps what
 * always holds of its tables.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { encodeEvent } from '../events/encode.ts';
import { eventTable } from '../events/event-table.ts';
import { PT, paramWidths } from '../events/param-types.gen.ts';
import { ancestorsOf } from '../fields/lineage.ts';
import { TestMachine, threadEntry } from './machine.cases.ts';
import { reducers } from './reducers/reducers.ts';
import type { SystemState } from './system-state.ts';

const TIDS = 6;
const THREADS_MAX = 5;

/** Ids and descriptors are small, so that events meet. */
const smallInteger = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -2, max: TIDS + 2 }) },
  { weight: 1, arbitrary: fc.constantFrom(-100, -115, 2000, 2 ** 31, -(2 ** 31)) },
);

function littleEndian(value: number, width: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes.subarray(0, width);
}

const path = fc.constantFrom('', '/', 'a', '../b', '/c//d', '<NA>', '(NULL)', 'x'.repeat(1100));
const text = path.map((string) => Uint8Array.from(`${string}\0`, (char) => char.charCodeAt(0)));
const address = fc
  .tuple(fc.constantFrom(1, 2, 10, 16), fc.uint8Array({ minLength: 0, maxLength: 40 }))
  .map(([family, bytes]) => Uint8Array.of(family, ...bytes, 0));

/** Mostly what the parameter holds, sometimes anything. */
function paramBytes(type: number): fc.Arbitrary<Uint8Array> {
  const width = paramWidths[type] ?? 0;
  const isAddress = type === PT.PT_SOCKADDR || type === PT.PT_SOCKTUPLE;
  const usual =
    width > 0
      ? smallInteger.map((value) => littleEndian(value, width))
      : isAddress
        ? address
        : text;
  return fc.oneof(
    { weight: 6, arbitrary: usual },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 24 }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(0)) },
  );
}

const handled = eventTable.filter(({ id }) => reducers[id] !== undefined);
const record = fc
  .oneof(
    { weight: 9, arbitrary: fc.constantFrom(...handled) },
    { weight: 1, arbitrary: fc.constantFrom(...eventTable) },
  )
  .chain(({ id, params }) =>
    fc.record({
      id: fc.constant(id),
      tid: fc.integer({ min: 0, max: TIDS }),
      params: fc.tuple(...params.map(({ type }) => paramBytes(type))),
      count: fc.oneof(fc.constant(params.length), fc.nat(params.length)),
    }),
  );

/** What the files of the tables promise. */
function checkTables({ threads, fdBudget }: SystemState): void {
  let fds = 0;
  assert.ok(threads.size <= THREADS_MAX);
  for (const thread of threads.values()) {
    const { tid, pid, ptid, group, fds: table } = thread;
    assert.equal(threads.get(tid), thread);
    if (ptid > 0)
      assert.equal(threads.get(ptid)?.children?.has(thread), true, `${tid} and its parent`);
    for (const child of thread.children ?? []) {
      assert.equal(child.ptid, tid);
      assert.equal(threads.get(child.tid), child);
    }
    assert.equal(
      group === undefined,
      thread.isInvalid,
      `${tid} has a group, or nothing is known of it`,
    );
    if (group !== undefined) {
      assert.equal(group.pid, pid);
      assert.ok(group.threads.has(thread));
      assert.equal(group.alive, [...group.threads].filter(({ dead }) => !dead).length);
      for (const other of group.threads) assert.equal(threads.get(other.tid), other);
    }
    assert.ok(ancestorsOf(threads, thread).length <= threads.size, 'a walk ends');
    for (const [, { name }] of table?.entries() ?? []) assert.equal(typeof name, 'string');
    fds += table?.size ?? 0;
  }
  assert.equal(fdBudget.used, fds);
}

test('events of every kind with any bytes', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 50 }), (records) => {
      const m = new TestMachine({ threadsMax: THREADS_MAX });
      m.starts(
        threadEntry(1),
        threadEntry(2, { ptid: 1 }),
        threadEntry(3, { pid: 2, ptid: 1, flags: 1 }),
      );
      for (const { id, tid, params, count } of records) {
        const context = m.apply(encodeEvent(id, { time: m.time, tid }, params.slice(0, count)));
        assert.equal(context.main, context.thread && m.state.threads.mainOf(context.thread));
        checkTables(m.state);
      }
    }),
    { numRuns: 600 },
  );
});
