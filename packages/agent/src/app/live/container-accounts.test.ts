import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventView } from '@saker/core/events/event-view.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { ThreadInfo } from '@saker/core/state/thread-info.ts';
import type { Accounts } from '../../sources/proc/accounts.ts';
import { ContainerAccounts } from './container-accounts.ts';

const ACCOUNTS: Accounts = {
  users: [{ uid: 33, gid: 34, name: 'www', home: '/www', shell: '/bin/sh' }],
  groups: [{ gid: 34, name: 'web' }],
};

/** Containers `web` and `db`, each with so many processes. `answer`: what a process' root has. */
function accountsOf(processes: number, answer: (pid: number) => Accounts | undefined) {
  const clock = { ms: 0 };
  const asked: number[] = [];
  const state = new SystemState(new EventView());
  for (let pid = 1; pid <= 2 * processes; pid++) {
    const thread = new ThreadInfo(pid);
    thread.pid = pid;
    thread.containerId = pid <= processes ? 'web' : 'db';
    state.threads.add(thread);
  }
  const event = new EventView();
  const told: string[] = [];
  const accounts = new ContainerAccounts(
    {
      state,
      tree: {
        readContainerAccounts(pid) {
          asked.push(pid);
          return answer(pid);
        },
      },
      onRecord(record) {
        event.attach(record, new DataView(record.buffer));
        assert.ok(event.place(0, record.length));
        told.push(`${event.type} ${event.paramCount}`);
      },
    },
    () => clock.ms,
  );
  return { accounts, asked, told, clock };
}

test('one process that answers is enough, once', () => {
  const { accounts, asked, told } = accountsOf(3, (pid) => (pid === 2 ? ACCOUNTS : undefined));
  accounts.expect('web', 0);
  accounts.tick(0);
  assert.deepEqual(asked, [1, 2]);
  assert.equal(told.length, 2, 'a user and a group');
  accounts.expect('web', 100);
  accounts.tick(100);
  assert.deepEqual(asked, [1, 2]);
  accounts.forget('web');
  accounts.expect('web', 200);
  accounts.tick(200);
  assert.deepEqual(asked, [1, 2, 1, 2], 'another one of the same name');
});

test('of a container with many processes a few are asked at a time', () => {
  const { accounts, asked } = accountsOf(1000, () => undefined);
  accounts.expect('web', 0);
  accounts.expect('db', 0);
  accounts.tick(0);
  assert.deepEqual(asked, [1, 2, 3, 4, 1001, 1002, 1003, 1004]);
  accounts.tick(10);
  assert.equal(asked.length, 8, 'not yet again');
  accounts.tick(60);
  assert.equal(asked.length, 16);
});

test('what takes longer than a moment is looked for more rarely', () => {
  const { accounts, asked } = accountsOf(1, () => undefined);
  accounts.expect('web', 0);
  for (let ms = 0; ms < 1000; ms += 10) accounts.tick(ms);
  assert.equal(asked.length, 20);
  for (let ms = 1000; ms < 4000; ms += 10) accounts.tick(ms);
  assert.equal(asked.length, 23);
  accounts.expect('db', 4000);
  for (let ms = 4000; ms < 4100; ms += 10) accounts.tick(ms);
  assert.equal(asked.filter((pid) => pid === 2).length, 2, 'at once for a new one');
});

test('answers that take long end the look', () => {
  const slow = accountsOf(4, () => {
    slow.clock.ms += 30;
    return undefined;
  });
  slow.accounts.expect('web', 0);
  slow.accounts.expect('db', 0);
  slow.accounts.tick(0);
  assert.deepEqual(slow.asked, [1, 2]);
});

test('none is looked for forever', () => {
  const { accounts, asked } = accountsOf(1, () => undefined);
  accounts.expect('web', 0);
  accounts.tick(0);
  accounts.tick(10_001);
  assert.equal(asked.length, 2);
  accounts.tick(20_000);
  accounts.expect('web', 30_000);
  accounts.tick(30_000);
  assert.equal(asked.length, 2);
});

test('beyond the limit they are counted', () => {
  const { accounts } = accountsOf(0, () => undefined);
  for (let at = 0; at < 1030; at++) accounts.expect(String(at), 0);
  assert.equal(accounts.dropped, 6);
});
