/**
 * Caches of what is computed from threads are dropped in time. Engines keep, per thread, answers
 * about the thread, its process, its ancestors and its leaders until `touch` or a new
 * `lineageVersion`; one that is kept too long is a wrong alert or, worse, none.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  PPM_CL_CHILD_IN_PIDNS,
  PPM_CL_CLONE_FILES,
  PPM_CL_CLONE_PARENT,
  PPM_CL_CLONE_THREAD,
} from '../events/constants.gen.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { ancestorProcess, ancestorsOf, leaderOf } from '../fields/lineage.ts';
import { TestMachine, threadEntry, type Values } from './machine.cases.ts';
import type { SystemState } from './system-state.ts';
import type { ThreadInfo } from './thread-info.ts';

/** Everything that fields of scope `lineage` may show of a thread. */
function lineageOf({ threads, users, containers }: SystemState, thread: ThreadInfo): string {
  const about = (one: ThreadInfo | undefined): unknown =>
    one && [one.tid, one.comm, one.exe, one.exepath, one.args, one.uid, one.loginuid, one.vpid];
  const main = threads.mainOf(thread);
  const { containerId } = thread;
  return JSON.stringify([
    about(thread),
    [thread.gid, thread.sid, thread.pgid, thread.tty, thread.root, String(thread.capEffective)],
    about(main),
    [main?.cwd, main?.env],
    [1, 2, 3, 4].map((level) => about(ancestorProcess(threads, thread, level))),
    about(threads.parentOf(thread)),
    ancestorsOf(threads, thread).map(about),
    about(leaderOf(threads, thread, ({ sid }) => sid, true)),
    about(leaderOf(threads, thread, ({ vpgid }) => vpgid, true)),
    about(leaderOf(threads, thread, ({ pgid }) => pgid, false)),
    about(threads.get(thread.ptid)),
    [containerId, containers.get(containerId)?.name, users.user(containerId, thread.uid)?.name],
  ]);
}

/** What an engine does: keeps an answer beside `verdicts` and the version it was made at. */
class LineageCache {
  readonly #kept = new WeakMap<ThreadInfo, { readonly version: number; readonly answer: string }>();

  check(state: SystemState, thread: ThreadInfo, step: string): void {
    const fresh = lineageOf(state, thread);
    const kept = this.#kept.get(thread);
    const isKept = thread.verdicts !== undefined && kept?.version === state.threads.lineageVersion;
    if (isKept) assert.equal(kept?.answer, fresh, `thread ${thread.tid} after ${step}`);
    thread.verdicts = [];
    this.#kept.set(thread, { version: state.threads.lineageVersion, answer: fresh });
  }
}

const TIDS = 9;
const tid = fc.integer({ min: 1, max: TIDS });
const name = fc.constantFrom('sh', 'bash', 'curl', 'nginx');
const containerId = 'c'.repeat(12);
const cgroup = fc.constantFrom('cpu=/', `cpu=/docker/${'c'.repeat(64)}`);

interface Step {
  readonly tid: number;
  readonly type: number;
  readonly values: Values;
}

const cloneFlags = fc.constantFrom(
  0,
  0,
  PPM_CL_CLONE_THREAD | PPM_CL_CLONE_FILES,
  PPM_CL_CHILD_IN_PIDNS,
  PPM_CL_CLONE_PARENT,
);
const clone: fc.Arbitrary<Step> = fc
  .record({
    tid,
    child: fc.integer({ min: 0, max: TIDS }),
    pid: tid,
    ptid: tid,
    name,
    flags: cloneFlags,
    cgroup,
  })
  .map(({ tid, child, pid, ptid, name, flags, cgroup }) => ({
    tid,
    type: PPME.PPME_SYSCALL_CLONE_20_X,
    values: {
      res: child,
      exe: name,
      args: [name],
      tid,
      pid,
      ptid,
      cwd: '/',
      fdlimit: 9,
      comm: name,
      cgroups: [cgroup],
      flags,
      uid: 0,
      gid: 0,
      vtid: tid,
      vpid: pid,
    },
  }));
const exec: fc.Arbitrary<Step> = fc
  .record({ tid, pid: tid, ptid: tid, name, pgid: tid, vpgid: tid, uid: fc.nat(2), cgroup })
  .chain((facts) => fc.constantFrom(facts, { ...facts, pid: facts.tid }))
  .map(({ tid, pid, ptid, name, pgid, vpgid, uid, cgroup }) => ({
    tid,
    type: PPME.PPME_SYSCALL_EXECVE_19_X,
    values: {
      res: 0,
      exe: name,
      args: ['x'],
      tid,
      pid,
      ptid,
      cwd: '/',
      fdlimit: 9,
      comm: name,
      cgroups: [cgroup],
      env: [`A=${name}`],
      vpgid,
      pgid,
      uid,
      trusted_exepath: `/bin/${name}`,
    },
  }));
const exit: fc.Arbitrary<Step> = fc
  .record({ tid, reaper_tid: fc.integer({ min: -1, max: TIDS }) })
  .map(({ tid, ...values }) => ({ tid, type: PPME.PPME_PROCEXIT_1_E, values }));

const small = (type: number, values: (number: number) => Values): fc.Arbitrary<Step> =>
  fc.tuple(tid, fc.nat(TIDS)).map(([tid, number]) => ({ tid, type, values: values(number) }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: clone },
  { weight: 4, arbitrary: exec },
  { weight: 4, arbitrary: exit },
  small(PPME.PPME_SYSCALL_SETUID_X, (uid) => ({ res: 0, uid })),
  small(PPME.PPME_SYSCALL_SETGID_X, (gid) => ({ res: 0, gid })),
  small(PPME.PPME_SYSCALL_SETSID_X, (res) => ({ res })),
  small(PPME.PPME_SYSCALL_CHDIR_X, (n) => ({ res: 0, path: `/d${n}` })),
  small(PPME.PPME_SYSCALL_CHROOT_X, (n) => ({ res: 0, path: `/r${n}` })),
  small(PPME.PPME_SYSCALL_CAPSET_X, (n) => ({ res: 0, cap_effective: n })),
  small(PPME.PPME_SYSCALL_UNSHARE_X, () => ({ res: 0, flags: 1048576 })),
  small(PPME.PPME_SYSCALL_PRCTL_X, (n) => ({ res: 0, option: 36, arg2_int: n % 2 })),
  small(PPME.PPME_SYSCALL_CLOSE_X, (fd) => ({ res: 0, fd })),
  small(PPME.PPME_USER_ADDED_E, (n) => ({
    uid: n % 3,
    gid: 0,
    name: `u${n}`,
    container_id: containerId,
  })),
  small(PPME.PPME_ASYNCEVENT_E, (n) => ({
    plugin_id: 0,
    name: n % 3 === 0 ? 'container_removed' : 'container',
    data: `{"container":{"id":"${containerId}","name":"n${n}"}}`,
  })),
);

test('no answer about a thread outlives what it was made from', () => {
  const cache = new LineageCache();
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const machine = new TestMachine();
      machine.starts(
        threadEntry(1),
        threadEntry(2, { ptid: 1, sid: 2 }),
        threadEntry(3, { pid: 2, ptid: 1 }),
      );
      for (const { tid, type, values } of steps) {
        machine.on(tid, type, values);
        for (const thread of machine.state.threads.values()) {
          cache.check(machine.state, thread, JSON.stringify({ tid, type, values }));
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('most events leave the answers about other threads alone', () => {
  const machine = new TestMachine().starts(threadEntry(1), threadEntry(2, { ptid: 1 }));
  const { threads } = machine.state;
  const before = threads.lineageVersion;
  machine.on(2, PPME.PPME_SYSCALL_OPENAT_2_X, { fd: 3, dirfd: -100, name: '/x', flags: 1 });
  machine.on(2, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 3 });
  machine.on(2, PPME.PPME_SYSCALL_EXECVE_19_X, { res: 0, exe: 'a', pid: 2, ptid: 1, comm: 'a' });
  machine.on(2, PPME.PPME_SYSCALL_SETUID_X, { res: 0, uid: 7 });
  assert.equal(threads.lineageVersion, before, 'nobody descends from thread 2');
  machine.on(1, PPME.PPME_SYSCALL_SETUID_X, { res: 0, uid: 7 });
  assert.equal(threads.lineageVersion, before + 1);
});
