/**
 * Entries of descriptors that stand for several numbers or processes, and those that are used anew
 * for another file, are a saving only: nobody finds anything else than if every number of every
 * process had an entry of its own.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  PPM_CLOSE_RANGE_CLOEXEC,
  PPM_CLOSE_RANGE_UNSHARE,
  PPM_FCNTL_F_DUPFD,
  PPM_FCNTL_F_DUPFD_CLOEXEC,
  PPM_FCNTL_F_SETFD,
  PPM_O_CLOEXEC,
  PPM_O_DIRECTORY,
} from '../events/constants.gen.ts';
import { PPME } from '../events/event-codes.gen.ts';
import type { FdInfo } from './fd-info.ts';
import { TestMachine, threadEntry, type Values } from './machine.cases.ts';

type Step = readonly [tid: number, type: number, values: Values];

const TIDS = [7, 20, 21];

/** Gives every number an entry of its own, for the reference. */
function unshare(machine: TestMachine): void {
  for (const { fds } of machine.state.threads.values()) {
    for (const [number, entry] of fds?.entries() ?? []) fds?.set(number, entry.copy());
  }
}

/** All that can be seen of an entry, but for whether it is shared. */
function seenOfEntry(entry: FdInfo | undefined) {
  if (entry === undefined) return undefined;
  const values = Object.entries(entry).filter(([key]) => key !== 'isShared');
  return { values, name: entry.name, path: entry.path?.string };
}

function seenOf({ context, state }: TestMachine) {
  const { fd, fdNumber, fdNameChanged } = context;
  const tables = TIDS.map((tid) => {
    const entries = [...(state.threads.get(tid)?.fds?.entries() ?? [])];
    return entries.map(([number, entry]) => [number, seenOfEntry(entry)]);
  });
  return { fdNumber, fdNameChanged, event: seenOfEntry(fd), tables };
}

function run(steps: readonly Step[], isReference: boolean) {
  const machine = new TestMachine().starts(threadEntry(7, { cwd: '/w' }));
  return steps.map(([tid, type, values]) => {
    machine.on(tid, type, values);
    const seen = seenOf(machine);
    if (isReference) unshare(machine);
    return seen;
  });
}

const fd = fc.constantFrom(3, 3, 4, 5);
const name = fc.constantFrom('a', '/b', '../c', '/d/');
const flags = fc.constantFrom(1, 1 | PPM_O_CLOEXEC, 1 | PPM_O_DIRECTORY, 0x200 | PPM_O_CLOEXEC);
const inode = fc.constantFrom(5, 6);
const born = { exe: 'p7', args: [], comm: 'p7', flags: 0 };
const fcntlOf = (cmd: number, arg: fc.Arbitrary<number>) =>
  fc.record({ res: fd, fd, cmd: fc.constant(cmd), arg });
const of = (type: number, values: fc.Arbitrary<Values>) =>
  values.map((given) => [type, given] as const);

const call = fc.oneof(
  {
    arbitrary: of(PPME.PPME_SYSCALL_OPEN_X, fc.record({ fd, name, flags, ino: inode })),
    weight: 2,
  },
  of(PPME.PPME_SYSCALL_CREAT_X, fc.record({ fd, name, ino: inode })),
  {
    arbitrary: of(
      PPME.PPME_SYSCALL_OPENAT_2_X,
      fc.record({ fd, dirfd: fc.constantFrom(-100, 4, 9), name, flags, ino: inode }),
    ),
    weight: 3,
  },
  of(
    PPME.PPME_SYSCALL_OPENAT2_X,
    fc.record({ fd, dirfd: fc.constantFrom(-100, 5), name, flags, ino: inode }),
  ),
  of(
    PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X,
    fc.record({ fd, mountfd: fd, flags, path: fc.constantFrom('/h', '/i'), ino: inode }),
  ),
  of(PPME.PPME_SYSCALL_CLOSE_X, fc.record({ res: fc.constantFrom(0, 0, -9), fd })),
  of(PPME.PPME_SYSCALL_DUP_1_X, fc.record({ res: fd, oldfd: fd })),
  of(
    PPME.PPME_SYSCALL_DUP3_X,
    fc.record({ res: fd, oldfd: fd, newfd: fd, flags: fc.constantFrom(0, PPM_O_CLOEXEC) }),
  ),
  of(PPME.PPME_SYSCALL_FCNTL_X, fcntlOf(PPM_FCNTL_F_DUPFD, fc.constant(3))),
  of(PPME.PPME_SYSCALL_FCNTL_X, fcntlOf(PPM_FCNTL_F_DUPFD_CLOEXEC, fc.constant(3))),
  of(PPME.PPME_SYSCALL_FCNTL_X, fcntlOf(PPM_FCNTL_F_SETFD, fc.constantFrom(0, 1))),
  of(
    PPME.PPME_SYSCALL_CLOSE_RANGE_X,
    fc.record({
      res: fc.constant(0),
      first: fd,
      last: fd,
      flags: fc.constantFrom(0, PPM_CLOSE_RANGE_UNSHARE, PPM_CLOSE_RANGE_CLOEXEC),
    }),
  ),
  of(
    PPME.PPME_SOCKET_SOCKET_X,
    fc.record({ fd, domain: fc.constant(2), type: fc.constant(1), proto: fc.constant(0) }),
  ),
  of(
    PPME.PPME_SYSCALL_EXECVE_19_X,
    fc.constant({ res: 0, exe: 'x', comm: 'x', args: [], tid: 7, pid: 7 }),
  ),
);

/** Both halves of a fork, in either order: some are lost. */
const fork = fc
  .tuple(fc.constantFrom(7, 20), fc.constantFrom(20, 21), fc.subarray(['parent', 'child']))
  .map(([parent, child, halves]): readonly Step[] =>
    halves.map((half): Step => {
      const type = PPME.PPME_SYSCALL_CLONE_20_X;
      const [tid, res, ptid] = half === 'parent' ? [parent, child, 1] : [child, 0, parent];
      return [tid, type, { ...born, res, tid, pid: tid, ptid, vtid: tid, vpid: tid }];
    }),
  );
const exit = fc
  .constantFrom(20, 21)
  .map((tid): readonly Step[] => [[tid, PPME.PPME_PROCEXIT_1_E, { status: 0 }]]);
const single = fc
  .tuple(fc.constantFrom(...TIDS), call)
  .map(([tid, [type, values]]): readonly Step[] => [[tid, type, values]]);
const history = fc
  .array(
    fc.oneof(
      { arbitrary: single, weight: 8 },
      { arbitrary: fork, weight: 2 },
      { arbitrary: exit, weight: 1 },
    ),
    { minLength: 2, maxLength: 40, size: 'max' },
  )
  .map((steps) => steps.flat());

test('histories with and without entries that are shared or used anew', () => {
  fc.assert(
    fc.property(history, (steps) => {
      assert.deepEqual(run(steps, false), run(steps, true));
    }),
    { numRuns: 400 },
  );
});
