import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PPM_CL_CHILD_IN_PIDNS, PPM_CL_CLONE_FILES } from '../events/constants.gen.ts';
import { FdType } from '../events/fd-type.ts';
import { FdInfo } from './fd-info.ts';
import { ThreadInfo } from './thread-info.ts';
import { ThreadTable } from './thread-table.ts';

type Facts = Partial<Pick<ThreadInfo, 'pid' | 'ptid' | 'vpid' | 'vtid' | 'flags' | 'sid' | 'comm'>>;

/** A main thread without parent, unless `facts` says otherwise. */
function make(table: ThreadTable, tid: number, facts: Facts = {}): ThreadInfo {
  const thread = Object.assign(
    new ThreadInfo(tid),
    { pid: tid, ptid: 0, vtid: tid, vpid: tid },
    facts,
  );
  assert.ok(table.add(thread));
  return thread;
}

test('placeholders', () => {
  const table = new ThreadTable();
  const thread = table.lookUp(7);
  assert.ok(thread !== undefined);
  assert.deepEqual(
    [thread.pid, thread.ptid, thread.comm, thread.exe, thread.exepath, thread.cwd, thread.fdLimit],
    [-1, -1, '<NA>', '<NA>', '', '', -1],
  );
  assert.deepEqual(
    [thread.uid, thread.gid, thread.loginuid],
    [0xffff_ffff, 0xffff_ffff, 0xffff_ffff],
  );
  assert.equal(thread.isInvalid, true);
  assert.equal(table.mainOf(thread), undefined);
  assert.equal(table.lookUp(7), thread);
  assert.equal(table.get(7), thread);
});

test('a full table drops and counts', () => {
  const table = new ThreadTable({ limit: 2 });
  make(table, 1);
  const second = make(table, 2);
  assert.equal(table.add(new ThreadInfo(3)), false);
  assert.equal(table.lookUp(3), undefined);
  assert.equal(table.dropsFull, 2);
  assert.ok(table.add(new ThreadInfo(2)), 'replacing needs no room');
  assert.notEqual(table.get(2), second);
});

test('parents', () => {
  const table = new ThreadTable();
  const parent = make(table, 10);
  assert.equal(make(table, 11, { ptid: 10 }).ptid, 10);
  assert.equal(parent.childCount, 1);
  assert.equal(make(table, 12, { ptid: 99 }).ptid, 0, 'not in the table');
  table.lookUp(20);
  assert.equal(make(table, 13, { ptid: 20 }).ptid, 0, 'a placeholder is no parent');
  assert.equal(make(table, 14, { ptid: 14 }).ptid, 0, 'nor is one its own');
});

test('groups', () => {
  const table = new ThreadTable();
  const main = make(table, 10);
  const other = make(table, 11, { pid: 10, flags: PPM_CL_CLONE_FILES });
  const stray = make(table, 21, { pid: 20 });
  assert.equal(table.mainOf(other), main);
  assert.equal(table.mainOf(stray), undefined);
  assert.equal(other.group?.alive, 2);
  const late = make(table, 20);
  assert.equal(table.mainOf(stray), late);
  table.fdsForAdding(other)?.set(3, new FdInfo(FdType.FIFO));
  assert.equal(table.fdsOf(main)?.size, 1, 'threads share the table of their main thread');
});

test('a main thread stays while its group lives', () => {
  const table = new ThreadTable();
  const main = make(table, 10);
  const other = make(table, 11, { pid: 10 });
  table.kill(main);
  assert.equal(other.group?.alive, 1);
  table.remove(10);
  assert.equal(table.mainOf(other), main);
  table.remove(11);
  assert.equal(table.size, 0);
});

test('children of an exited thread', async (t) => {
  const cases: readonly (readonly [
    name: string,
    build: (table: ThreadTable) => void,
    ptid: number,
  ])[] = [
    [
      'go to the reaper that the kernel named',
      (table) => {
        make(table, 5);
        Object.assign(table.get(10) ?? {}, { reaperTid: 5 });
      },
      5,
    ],
    [
      'not to one that is unknown',
      (table) => Object.assign(table.get(10) ?? {}, { reaperTid: 77 }),
      0,
    ],
    ['to a living thread of the group', (table) => make(table, 12, { pid: 10 }), 12],
    [
      'to the next ancestor that adopts',
      (table) => {
        const grandparent = make(table, 3);
        const parent = make(table, 4, { ptid: 3 });
        Object.assign(table.get(10) ?? {}, { ptid: 4 });
        parent.children = new Set([table.get(10) ?? parent]);
        Object.assign(grandparent.group ?? {}, { isReaper: true });
      },
      3,
    ],
    [
      'but not out of the pid namespace',
      (table) => {
        const parent = make(table, 4, { vpid: 1 });
        assert.equal(parent.group?.isReaper, true);
        Object.assign(table.get(10) ?? {}, { ptid: 4, flags: PPM_CL_CHILD_IN_PIDNS });
        parent.children = new Set([table.get(10) ?? parent]);
      },
      0,
    ],
    ['to nobody else', () => {}, 0],
  ];
  for (const [name, build, ptid] of cases) {
    await t.test(name, () => {
      const table = new ThreadTable();
      make(table, 10);
      const child = make(table, 11, { ptid: 10 });
      build(table);
      table.remove(10);
      assert.equal(child.ptid, ptid);
      assert.equal(table.get(ptid)?.children?.has(child) ?? false, ptid !== 0);
      if (ptid === 5) assert.equal(table.get(5)?.group?.isReaper, true, 'who adopts is a reaper');
    });
  }
});

test('the reaper that the kernel named is looked up, even in vain', () => {
  const table = new ThreadTable();
  const thread = make(table, 10);
  make(table, 11, { ptid: 10 });
  thread.reaperTid = 1;
  table.remove(10);
  assert.equal(table.get(1)?.isInvalid, true);
});

test('a thread of the same tid takes over the children of one whose exit was missed', () => {
  const table = new ThreadTable();
  make(table, 10);
  const old = make(table, 11, { ptid: 10 });
  const child = make(table, 12, { ptid: 11 });
  const thread = make(table, 11);
  assert.equal(thread.children?.has(child), true);
  assert.equal(table.get(10)?.childCount, 0);
  assert.equal(thread.group?.alive, 1);
  assert.equal(old.group, undefined);
});

test('what a change of a thread announces', () => {
  const table = new ThreadTable();
  const init = make(table, 1);
  const main = make(table, 10, { ptid: 1 });
  const sibling = make(table, 11, { pid: 10, ptid: 1 });
  const leaf = make(table, 12, { ptid: 11 });
  const leader = make(table, 13);
  make(table, 14, { sid: 13 });
  const announces = (thread: ThreadInfo): boolean => {
    const before = table.lineageVersion;
    thread.verdicts = [];
    table.touch(thread);
    assert.equal(thread.verdicts, undefined);
    return table.lineageVersion !== before;
  };
  assert.ok(announces(init), 'it has children');
  assert.ok(announces(main), 'it has siblings');
  assert.ok(announces(sibling), 'it has a child');
  assert.ok(!announces(leaf));
  assert.ok(announces(leader), 'a thread names it as leader of its session');
  table.remove(14);
  assert.ok(announces(leader), 'nobody knows yet that it leads no one');
  table.forgetOldLeaders();
  assert.ok(!announces(leader));
});

test('an exec may tell another pid', () => {
  const table = new ThreadTable();
  make(table, 10);
  const thread = make(table, 11, { pid: 10 });
  table.setPid(thread, 11);
  assert.equal(table.mainOf(thread), thread);
  assert.equal(table.get(10)?.group?.alive, 1);
});

test('clear', () => {
  const table = new ThreadTable();
  make(table, 10);
  const { lineageVersion } = table;
  table.clear();
  assert.equal(table.size, 0);
  assert.equal(table.get(10), undefined);
  assert.notEqual(table.lineageVersion, lineageVersion);
});
