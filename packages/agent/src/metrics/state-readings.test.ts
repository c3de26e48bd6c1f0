/** The state counts what Falco's counters are about, on a machine that some events are told to. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { TestMachine, threadEntry } from '@saker/core/state/machine.cases.ts';
import { readState } from './state-readings.ts';

const { PPME_SYSCALL_OPEN_X, PPME_SYSCALL_READ_X, PPME_SYSCALL_CLOSE_X, PPME_PROCEXIT_1_E } = PPME;

test('threads and descriptors that come, go, are found and are not', () => {
  const m = new TestMachine().starts(threadEntry(1), threadEntry(2));
  const read = (events: number) => readState(m.state, { events, threadsMax: 0 });
  const start = read(0);
  assert.deepEqual([start.threads, start.addedThreads, start.removedThreads], [2, 2, 0]);

  m.on(1, PPME_SYSCALL_OPEN_X, { fd: 3, name: '/a' });
  m.on(1, PPME_SYSCALL_OPEN_X, { fd: 4, name: '/b' });
  m.on(2, PPME_SYSCALL_READ_X, { res: 1, fd: 9 });
  m.on(1, PPME_SYSCALL_READ_X, { res: 1, fd: 3 });
  m.on(1, PPME_SYSCALL_CLOSE_X, { res: 0, fd: 4 });
  m.on(77, PPME_SYSCALL_OPEN_X, { fd: 3, name: '/c' });
  m.on(2, PPME_PROCEXIT_1_E, { status: 0 });
  m.on(1, PPME_SYSCALL_OPEN_X, { fd: 5, name: '/d' });

  const now = read(8);
  assert.deepEqual(
    {
      threads: [now.threads, now.addedThreads, now.removedThreads],
      fds: [now.fds, now.addedFds, now.removedFds],
      threadLookups: now.threadLookups,
      fdLookups: now.fdLookups,
    },
    {
      // 77 was nobody before.
      threads: [2, 3, 1],
      fds: [3, 4, 1],
      // Of 1 1, 2, 1 1, 77, 2, 1 the first of each run looks into the table, 77 in vain; an exit
      // looks for nobody.
      threadLookups: { cached: 3, noncached: 4, failed: 1 },
      // read 9 in vain; read 3, close 4.
      fdLookups: { cached: 0, noncached: 2, failed: 1 },
    },
  );
});

test('tables tell how full they are and can be', () => {
  const m = new TestMachine({ threadsMax: 1 }).starts(threadEntry(1));
  m.on(2, PPME_SYSCALL_OPEN_X, { fd: 3, name: '/a' });
  const { tables, dropsFullThreadTable } = readState(m.state, { events: 1, threadsMax: 1 });
  const [threads] = tables;
  assert.deepEqual(threads, { name: 'threads', entries: 1, entriesMax: 1, lost: 1 });
  assert.equal(dropsFullThreadTable, 1);
  for (const { name, entries, entriesMax } of tables) assert.ok(entries <= entriesMax, name);
});
