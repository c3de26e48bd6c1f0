/** clone, exec, exit: threads begin, become other programs, and end. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  PPM_CL_CHILD_IN_PIDNS,
  PPM_CL_CLONE_FILES,
  PPM_CL_CLONE_INVERTED,
  PPM_CL_CLONE_NEWPID,
  PPM_CL_CLONE_PARENT,
  PPM_CL_CLONE_THREAD,
  PPM_CL_CLONE_VFORK,
  PPM_EXVAT_AT_EMPTY_PATH,
  PPM_O_CLOEXEC,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { TestMachine, threadEntry, type Values } from '../machine.cases.ts';

const THREAD = PPM_CL_CLONE_THREAD | PPM_CL_CLONE_FILES;
const CLONE = PPME.PPME_SYSCALL_CLONE_20_X;

/** Process 7 "p7" with a file at 3 and a child 6 of init. */
function machine(): TestMachine {
  const facts = {
    exepath: '/bin/p7',
    env: 'A=1',
    cwd: '/srv',
    sid: 7,
    tty: 5,
    loginuid: 9,
    capEffective: 3,
  };
  const m = new TestMachine().starts(threadEntry(1), threadEntry(7, { ptid: 1, ...facts }));
  m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '/f', flags: 0 });
  return m;
}

const child = { exe: 'p7', args: ['-x', ''], fdlimit: 99, comm: 'kid', uid: 4, gid: 5, flags: 0 };
const memory = { pgft_maj: 1, pgft_min: 2, vm_size: 3, vm_rss: 4, vm_swap: 5 };
const inCaller = (m: TestMachine, tid: number, values: Values = {}, type: number = CLONE) =>
  m.on(7, type, { ...child, res: tid, tid: 7, pid: 7, ptid: 1, vtid: 7, vpid: 7, ...values });
const inChild = (m: TestMachine, tid: number, values: Values = {}, type: number = CLONE) =>
  m.on(tid, type, { ...child, res: 0, tid, pid: tid, ptid: 7, vtid: tid, vpid: tid, ...values });

describe('clone', () => {
  for (const side of [inCaller, inChild]) {
    test(`a process, ${side.name}`, () => {
      const m = machine();
      const now = m.time;
      const { thread } = side(m, 20, memory);
      assert.equal(thread?.tid, side === inCaller ? 7 : 20);
      const kid = m.thread(20);
      assert.deepEqual([kid.pid, kid.ptid, kid.vtid, kid.vpid], [20, 7, 20, 20]);
      assert.deepEqual(
        [kid.comm, kid.exe, kid.args, kid.exepath],
        ['kid', 'p7', '-x\0', '/bin/p7'],
      );
      assert.deepEqual([kid.cwd, kid.env, kid.root], ['/srv/', 'A=1', '/']);
      assert.deepEqual([kid.uid, kid.gid, kid.loginuid, kid.sid, kid.tty], [4, 5, 9, 7, 5]);
      assert.deepEqual(
        [kid.fdLimit, kid.vmSwapKb, kid.pageFaultsMajor, kid.capEffective],
        [99, 5, 1, 3],
      );
      assert.equal(BigInt(kid.cloneTimeHigh) * 2n ** 32n + BigInt(kid.cloneTimeLow), now);
      assert.deepEqual(m.fds(20), [3]);
      assert.equal(m.fd(20, 3), m.fd(7, 3));
      assert.equal(m.fd(20, 3).isShared, true);
      assert.equal(m.state.threads.parentOf(kid), m.thread(7));
    });

    test(`a thread, ${side.name}`, () => {
      const m = machine();
      side(m, 20, { flags: PPM_CL_CLONE_THREAD, ...(side === inChild ? { pid: 7, ptid: 1 } : {}) });
      const kid = m.thread(20);
      assert.deepEqual([kid.pid, kid.ptid, kid.env, kid.cwd], [7, 1, '', '']);
      assert.equal(kid.group?.alive, 2);
      assert.deepEqual(m.fds(20), [3], 'it uses those of the process');
      assert.equal(m.fd(20, 3), m.fd(7, 3));
      assert.equal(
        m.on(20, PPME.PPME_SYSCALL_OPEN_X, { fd: 4, name: 'x', flags: 0 }).fd?.name,
        '/srv/x',
      );
    });
  }

  test('whichever side comes second changes nothing', () => {
    const m = machine();
    inCaller(m, 20);
    inChild(m, 20, { comm: 'other' });
    assert.equal(m.thread(20).comm, 'kid');
    inChild(m, 21);
    inCaller(m, 21, { comm: 'other' });
    assert.equal(m.thread(21).comm, 'kid');
    assert.ok((m.thread(21).flags & PPM_CL_CLONE_INVERTED) !== 0);
  });

  test('an old entry of the same tid is of another process', () => {
    const m = machine();
    inCaller(m, 20);
    m.later(3);
    inChild(m, 20, { comm: 'new' });
    assert.equal(m.thread(20).comm, 'new');
    inCaller(m, 21, { comm: 'old' });
    inCaller(m, 21, { comm: 'new' });
    assert.equal(m.thread(21).comm, 'new', 'the caller replaces what no child reported');
  });

  test('the caller leaves some children to themselves', () => {
    const cases: readonly (readonly [values: Values, type?: number])[] = [
      [{ flags: PPM_CL_CHILD_IN_PIDNS }],
      [{ flags: PPM_CL_CLONE_NEWPID }],
      [{ flags: PPM_CL_CLONE_PARENT }],
      [{ flags: PPM_CL_CLONE_VFORK }],
      [{}, PPME.PPME_SYSCALL_VFORK_20_X],
    ];
    for (const [values, type] of cases) {
      const m = machine();
      inCaller(m, 20, values, type);
      assert.equal(m.state.threads.get(20), undefined, JSON.stringify(values));
    }
    const m = machine();
    m.thread(7).vtid = 2;
    inCaller(m, 20);
    assert.equal(m.state.threads.get(20), undefined, 'it is in a pid namespace itself');
  });

  test('a child that has just exited is not entered again', () => {
    const m = machine();
    inChild(m, 20);
    m.on(20, PPME.PPME_PROCEXIT_1_E, {});
    inCaller(m, 20);
    assert.equal(m.state.threads.get(20), undefined);
    m.later(3);
    inCaller(m, 20);
    assert.equal(m.thread(20).comm, 'kid');
  });

  test('a failed call', () => {
    const m = machine();
    inCaller(m, -11);
    assert.equal(m.state.threads.size, 2);
  });

  test('an unknown caller is described by its child', () => {
    const m = new TestMachine().starts(threadEntry(1));
    const { thread, main } = inCaller(m, 20);
    assert.deepEqual([thread?.pid, thread?.ptid, thread?.vtid], [7, 1, 7]);
    assert.deepEqual(
      [thread?.comm, thread?.exe, thread?.args, thread?.exepath],
      ['kid', 'p7', '-x\0', ''],
    );
    assert.equal(main, thread);
    const kid = m.thread(20);
    assert.deepEqual([kid.ptid, kid.sid, kid.exepath, kid.fds], [7, -1, '', undefined]);
    const old = new TestMachine();
    inCaller(old, 20, { vtid: undefined, vpid: undefined });
    assert.deepEqual([old.thread(7).vtid, old.thread(7).vpid, old.thread(7).ptid], [7, -1, 0]);
  });

  test('the source of an unknown child', () => {
    const m = new TestMachine();
    inChild(m, 20);
    assert.equal(m.thread(7).isInvalid, true, 'an unknown parent becomes a placeholder');
    assert.equal(m.thread(20).ptid, 0);
    inChild(m, 31, { flags: THREAD, pid: 30, ptid: 20, vpid: 2 });
    const leader = m.thread(30);
    assert.deepEqual(
      [leader.pid, leader.ptid, leader.vpid, leader.vtid, leader.comm],
      [30, 20, 2, 2, 'kid'],
    );
    assert.equal(leader.group?.alive, 2);
  });

  test('pid namespaces', () => {
    const m = machine();
    inChild(m, 20, { flags: PPM_CL_CHILD_IN_PIDNS, vtid: 1, vpid: 1, pidns_init_start_ts: 77 });
    assert.equal(m.thread(20).pidnsInitStart, 77);
    assert.equal(m.thread(20).isInPidNamespace, true);
    assert.equal(m.thread(20).group?.isReaper, true, 'init of its namespace');
    const live = new TestMachine({ bootTime: 2n ** 60n }).starts(threadEntry(7));
    inChild(live, 20, { vtid: 1, pidns_init_start_ts: 77 });
    assert.equal(live.thread(20).pidnsInitStart, 2n ** 60n + 77n);
    inChild(live, 21);
    assert.equal(live.thread(21).pidnsInitStart, 2n ** 60n);
    inCaller(live, 22);
    assert.equal(live.thread(22).pidnsInitStart, 2n ** 60n);
  });

  test('containers', () => {
    const m = machine();
    inChild(m, 20, { cgroups: ['cpu=/', `mem=/docker/${'e'.repeat(64)}`] });
    assert.equal(m.thread(20).cgroups, `cpu=/\0memory=/docker/${'e'.repeat(64)}`);
    assert.equal(m.thread(20).containerId, 'e'.repeat(12));
    inChild(m, 21, { cgroups: ['cpu=/lxc.payload.box'] });
    assert.equal(m.state.containers.get('box')?.type, 'lxc');
  });

  test('a full table', () => {
    const m = new TestMachine({ threadsMax: 1 }).starts(threadEntry(7));
    assert.equal(inCaller(m, 20).thread?.tid, 7);
    assert.equal(inChild(m, 21).thread, undefined);
    assert.equal(inCaller(new TestMachine({ threadsMax: 0 }), 20).thread, undefined);
  });
});

describe('exec', () => {
  const EXEC = PPME.PPME_SYSCALL_EXECVE_19_X;
  const program = {
    res: 0,
    exe: './q',
    args: ['a', 'b'],
    tid: 7,
    pid: 7,
    ptid: 1,
    fdlimit: 50,
    comm: 'q',
  };
  const rest = {
    env: ['B=2'],
    tty: 6,
    vpgid: 70,
    loginuid: 8,
    flags: 15,
    cap_inheritable: 1,
    cap_permitted: 2,
    cap_effective: 4,
    exe_ino: 11,
    exe_ino_ctime: 12,
    exe_ino_mtime: 13,
    uid: 14,
    trusted_exepath: '/bin/q (deleted)',
    pgid: 71,
    gid: 15,
    cgroups: ['cpu=/x'],
  };

  test('everything that the event says', () => {
    const m = machine();
    const now = m.time;
    m.on(7, EXEC, { ...program, ...memory, ...rest });
    const t = m.thread(7);
    assert.deepEqual(
      [t.comm, t.exe, t.args, t.exepath, t.env],
      ['q', './q', 'a\0b', '/bin/q', 'B=2'],
    );
    assert.deepEqual([t.tty, t.vpgid, t.pgid, t.loginuid, t.uid, t.gid], [6, 70, 71, 8, 14, 15]);
    assert.deepEqual(
      [t.exeWritable, t.exeUpperLayer, t.exeFromMemfd, t.exeLowerLayer],
      [true, true, true, true],
    );
    assert.deepEqual([t.capInheritable, t.capPermitted, t.capEffective], [1, 2, 4]);
    assert.deepEqual([t.exeIno, t.exeInoCtime, t.exeInoMtime], [11, 12, 13]);
    assert.deepEqual([t.vmSizeKb, t.pageFaultsMinor, t.fdLimit, t.cgroups], [3, 2, 50, 'cpu=/x']);
    assert.equal(BigInt(t.execTimeHigh) * 2n ** 32n + BigInt(t.execTimeLow), now);
    assert.deepEqual([t.cwd, t.ptid, t.sid], ['/srv/', 1, 7], 'what it leaves alone');
  });

  test('what the event does not say stays, but the group', () => {
    const m = machine();
    m.on(7, EXEC, { ...program, ...memory, ...rest });
    m.on(7, EXEC, { res: 0, pid: 7, ptid: 1 });
    const t = m.thread(7);
    assert.deepEqual([t.exe, t.comm, t.args, t.pgid, t.fdLimit], ['<NA>', '<NA>', '', -1, 0]);
    assert.deepEqual(
      [t.env, t.tty, t.uid, t.exepath, t.capEffective, t.vmSizeKb],
      ['B=2', 6, 14, '/bin/q', 4, 3],
    );
  });

  test('a failed call', () => {
    const m = machine();
    m.on(7, EXEC, { ...program, res: -2 });
    assert.equal(m.thread(7).comm, 'p7');
  });

  test('descriptors marked so are closed', () => {
    const m = machine();
    m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 4, name: '/g', flags: PPM_O_CLOEXEC });
    m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 2000, name: '/h', flags: PPM_O_CLOEXEC });
    m.on(7, EXEC, program);
    assert.deepEqual(m.fds(7), [3]);
    assert.equal(m.state.fdBudget.used, 1);
  });

  test('the other threads end', () => {
    const m = machine();
    inCaller(m, 20, { flags: PPM_CL_CLONE_THREAD });
    inCaller(m, 21, { flags: PPM_CL_CLONE_THREAD });
    m.on(7, EXEC, program);
    assert.equal(m.state.threads.get(20), undefined);
    assert.equal(m.thread(7).group?.alive, 1);
  });

  test('a dead main thread is revived by the exec of another one', () => {
    const m = machine();
    inCaller(m, 20, { flags: PPM_CL_CLONE_THREAD });
    m.on(7, PPME.PPME_PROCEXIT_1_E, {});
    m.on(20, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 99 });
    assert.equal(m.thread(7).dead, true);
    m.on(7, EXEC, program);
    assert.deepEqual([m.thread(7).dead, m.thread(7).group?.alive], [false, 1]);
  });

  test('an unknown thread learns who it is', () => {
    const m = new TestMachine().starts(threadEntry(1));
    const { thread, main } = m.on(7, EXEC, program);
    assert.deepEqual([thread?.pid, thread?.ptid, thread?.vtid, thread?.vpid], [7, 1, 7, 7]);
    assert.deepEqual([thread?.cwd, thread?.sid, thread?.exepath], ['', -1, '']);
    assert.equal(main, thread);
    assert.equal(m.thread(1).childCount, 1);
  });

  test('times of the program file', () => {
    const m = machine();
    inCaller(m, 20);
    const cloned = m.time - 1000n;
    m.thread(20).pidnsInitStart = 5;
    m.on(20, EXEC, { ...program, pid: 20, exe_ino_ctime: cloned - 60n, exe_ino_mtime: 1 });
    assert.equal(m.thread(20).exeInoCtimeDurationProcStart, 60);
    assert.equal(m.thread(20).exeInoCtimeDurationPidnsStart, cloned - 65n);
    m.on(20, EXEC, { ...program, pid: 20, exe_ino_ctime: cloned + 1n, exe_ino_mtime: 1 });
    assert.equal(m.thread(20).exeInoCtimeDurationProcStart, 2n ** 64n - 1n, 'it wraps');
    m.on(7, EXEC, { ...program, exe_ino_ctime: 9, exe_ino_mtime: 1 });
    assert.equal(m.thread(7).exeInoCtimeDurationProcStart, 0, 'when it began is not known');
  });

  test('captures without the path have it from the enter event', () => {
    const E = PPME.PPME_SYSCALL_EXECVE_19_E;
    const AT = PPME.PPME_SYSCALL_EXECVEAT_E;
    const cases: readonly (readonly [type: number, enter: Values, exepath: string])[] = [
      [E, { filename: '/usr//bin/q' }, '/usr/bin/q'],
      [E, { filename: 'bin/../q' }, '/srv/q'],
      [E, { filename: '<NA>' }, '<NA>'],
      [E, {}, '/bin/p7'],
      [AT, { dirfd: -100, pathname: 'q', flags: 0 }, '/srv/q'],
      [AT, { dirfd: 3, pathname: 'q', flags: 0 }, '/f/q'],
      [AT, { dirfd: 9, pathname: '/q', flags: 0 }, '/q'],
      [AT, { dirfd: 9, pathname: 'q', flags: 0 }, '<NA>'],
      [AT, { dirfd: 3, pathname: '<NA>', flags: PPM_EXVAT_AT_EMPTY_PATH }, '/f'],
      [AT, { dirfd: 3, pathname: '<NA>', flags: 0 }, '<NA>'],
    ];
    for (const [type, enter, exepath] of cases) {
      const m = machine();
      m.on(7, type, enter);
      assert.equal(m.isShown, false);
      m.on(7, EXEC, program);
      assert.equal(m.thread(7).exepath, exepath, JSON.stringify(enter));
    }
  });
});

describe('exit', () => {
  const EXIT = PPME.PPME_PROCEXIT_1_E;
  const nextEvent = (m: TestMachine) => m.on(1, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 99 });

  test('the thread is still there for its own event', () => {
    const m = machine();
    const { thread } = m.on(7, EXIT, { status: 0, reaper_tid: 1 });
    assert.deepEqual([thread?.comm, thread?.dead, thread?.group?.alive], ['p7', true, 0]);
    assert.equal(m.isShown, true);
    nextEvent(m);
    assert.equal(m.state.threads.get(7), undefined);
    assert.equal(m.state.fdBudget.used, 0);
  });

  test('children go where the kernel said', () => {
    const m = machine();
    inCaller(m, 20);
    m.on(7, EXIT, { reaper_tid: 1 });
    assert.equal(m.thread(20).ptid, 7);
    nextEvent(m);
    assert.equal(m.thread(20).ptid, 1);
    assert.equal(m.thread(1).group?.isReaper, true);
  });

  test('an unknown thread is not made known by its exit', () => {
    const m = machine();
    assert.equal(m.on(50, EXIT, {}).thread, undefined);
    assert.equal(m.state.threads.get(50), undefined);
  });
});
