/** Threads and processes that begin: what their maker's record says, and their own. */

import {
  PPM_CL_CHILD_IN_PIDNS,
  PPM_CL_CLONE_FILES,
  PPM_CL_CLONE_FS,
  PPM_CL_CLONE_NEWPID,
  PPM_CL_CLONE_NEWUTS,
  PPM_CL_CLONE_SIGHAND,
  PPM_CL_CLONE_SYSVSEM,
  PPM_CL_CLONE_THREAD,
  PPM_CL_CLONE_UNTRACED,
  PPM_CL_CLONE_VFORK,
  PPM_CL_CLONE_VM,
} from '@saker/core/events/constants.gen.ts';
import { bearProcess, bearThread, clone3Arguments, skipBirths, THREAD_FLAGS } from './births.ts';
import type { Calls, Expected, ExpectedValue, RecordCase } from './harness.ts';
import { countersAround, memoryAround, startOf, threadFacts, timed } from './process-facts.ts';
import { failed } from './results.ts';

const SIGCHLD = 17;
const CLONE_VM = 0x100;
const CLONE_FILES = 0x400;
const CLONE_VFORK = 0x4000;
const CLONE_THREAD = 0x1_0000;
const CLONE_UNTRACED = 0x80_0000;
const CLONE_NEWUTS = 0x400_0000;
const CLONE_NEWPID = 0x2000_0000;
/** What THREAD_FLAGS are in records. */
const THREAD =
  PPM_CL_CLONE_THREAD |
  PPM_CL_CLONE_VM |
  PPM_CL_CLONE_SIGHAND |
  PPM_CL_CLONE_FILES |
  PPM_CL_CLONE_FS |
  PPM_CL_CLONE_SYSVSEM;

/** What the record of the maker holds; `make` gives the child's id and the flags of the record. */
function maker(calls: Calls, flags: number, make: () => number): Expected {
  return countersAround(calls, () => ({
    res: make(),
    ...threadFacts(calls),
    flags,
    uid: 0,
    gid: 0,
    vtid: calls.tid,
    vpid: calls.pid,
    pidns_init_start_ts: 0,
  }));
}

/** What the record of a new process holds that shares its maker's memory. */
function sharing(calls: Calls, flags: number, make: () => number): Expected {
  return memoryAround(calls, () => {
    const pid = make();
    return {
      ...threadFacts(calls),
      ...newborn,
      'evt.tid': pid,
      tid: pid,
      pid,
      ptid: calls.tid,
      flags,
      vtid: pid,
      vpid: pid,
      pidns_init_start_ts: startOf(1),
    };
  });
}

/**
 * Of a process with a copy of the memory, but for what is not to be copied: the engine says so of
 * much.
 */
function child(calls: Calls, flags: number, make: () => number): Expected {
  const expected = sharing(calls, flags, make);
  const upTo = (value: ExpectedValue | undefined): ExpectedValue => {
    if (typeof value !== 'object' || value === null || !('between' in value)) return null;
    return { between: [0, value.between[1]] };
  };
  return { ...expected, vm_size: upTo(expected['vm_size']), vm_rss: upTo(expected['vm_rss']) };
}

const newborn = { res: 0, pgft_min: 0, pgft_maj: 0, uid: 0, gid: 0 } as const;

/** What the record of a new thread holds: it has the parent of its process. */
function thread(calls: Calls, flags: number, make: () => number): Expected {
  const { ptid } = threadFacts(calls);
  const expected = sharing(calls, flags, make);
  return { ...expected, pid: calls.pid, vpid: calls.pid, ptid: ptid ?? null };
}

export const cases: readonly RecordCase[] = [
  {
    name: 'fork, by its maker',
    event: 'PPME_SYSCALL_FORK_20_X',
    skip: skipBirths,
    run: (calls) => maker(calls, 0, () => bearProcess(calls, 'fork')),
  },
  {
    name: 'fork, by the child',
    event: 'PPME_SYSCALL_FORK_20_X',
    skip: skipBirths,
    run: (calls) => child(calls, 0, () => bearProcess(calls, 'fork')),
  },
  {
    name: 'vfork, by its maker',
    event: 'PPME_SYSCALL_VFORK_20_X',
    skip: skipBirths,
    run: (calls) => maker(calls, 0, () => bearProcess(calls, 'vfork')),
  },
  {
    name: 'vfork, by the child',
    event: 'PPME_SYSCALL_VFORK_20_X',
    skip: skipBirths,
    run: (calls) => sharing(calls, 0, () => bearProcess(calls, 'vfork')),
  },
  {
    name: 'clone, by its maker',
    event: 'PPME_SYSCALL_CLONE_20_X',
    skip: skipBirths,
    run: (calls) =>
      maker(calls, PPM_CL_CLONE_VM | PPM_CL_CLONE_VFORK | PPM_CL_CLONE_UNTRACED, () =>
        bearProcess(calls, 'clone', CLONE_VM | CLONE_VFORK | CLONE_UNTRACED | SIGCHLD),
      ),
  },
  {
    name: 'clone, by the child',
    event: 'PPME_SYSCALL_CLONE_20_X',
    skip: skipBirths,
    run: (calls) =>
      child(calls, PPM_CL_CLONE_FILES | PPM_CL_CLONE_NEWUTS, () =>
        bearProcess(calls, 'clone', CLONE_FILES | CLONE_NEWUTS | SIGCHLD),
      ),
  },
  {
    name: 'clone of a thread, by its maker',
    event: 'PPME_SYSCALL_CLONE_20_X',
    skip: skipBirths,
    run: (calls) => maker(calls, THREAD, () => bearThread(calls, 'clone', THREAD_FLAGS)),
  },
  {
    name: 'clone of a thread, by the thread',
    event: 'PPME_SYSCALL_CLONE_20_X',
    skip: skipBirths,
    run: (calls) => thread(calls, THREAD, () => bearThread(calls, 'clone', THREAD_FLAGS)),
  },
  {
    name: 'clone into a new pid namespace, by the child',
    event: 'PPME_SYSCALL_CLONE_20_X',
    skip: skipBirths,
    run(calls) {
      const flags = PPM_CL_CLONE_NEWPID | PPM_CL_CHILD_IN_PIDNS;
      const [expected, time] = timed(() =>
        child(calls, flags, () => bearProcess(calls, 'clone', CLONE_NEWPID | SIGCHLD)),
      );
      return { ...expected, vtid: 1, vpid: 1, pidns_init_start_ts: time };
    },
  },
  {
    name: 'clone with flags that do not go together',
    event: 'PPME_SYSCALL_CLONE_20_X',
    run: (calls) => ({
      ...maker(calls, PPM_CL_CLONE_THREAD, () =>
        failed('EINVAL', calls.syscall('clone', CLONE_THREAD, 0, 0, 0, 0)),
      ),
      exe: null,
      args: null,
    }),
  },
  {
    name: 'clone3, by its maker',
    event: 'PPME_SYSCALL_CLONE3_X',
    skip: skipBirths,
    run: (calls) =>
      maker(calls, PPM_CL_CLONE_VFORK, () =>
        bearProcess(calls, 'clone3', ...clone3Arguments(calls, CLONE_VFORK, SIGCHLD)),
      ),
  },
  {
    name: 'clone3, by the child',
    event: 'PPME_SYSCALL_CLONE3_X',
    skip: skipBirths,
    run: (calls) =>
      child(calls, PPM_CL_CLONE_UNTRACED | PPM_CL_CLONE_FILES, () =>
        bearProcess(
          calls,
          'clone3',
          ...clone3Arguments(calls, CLONE_UNTRACED | CLONE_FILES, SIGCHLD),
        ),
      ),
  },
  {
    name: 'clone3 of a thread, by the thread',
    event: 'PPME_SYSCALL_CLONE3_X',
    skip: skipBirths,
    run: (calls) =>
      thread(calls, THREAD, () =>
        bearThread(calls, 'clone3', ...clone3Arguments(calls, THREAD_FLAGS, 0)),
      ),
  },
  {
    name: 'clone3 without arguments',
    event: 'PPME_SYSCALL_CLONE3_X',
    run: (calls) => ({
      ...maker(calls, 0, () => failed('EINVAL', calls.syscall('clone3', 0, 8))),
      exe: null,
      args: null,
    }),
  },
  // The last: after it the process can make no more threads.
  {
    name: 'fork whose child is born elsewhere, by its maker',
    event: 'PPME_SYSCALL_FORK_20_X',
    skip: skipBirths,
    run(calls) {
      calls.syscall('unshare', CLONE_NEWPID);
      return maker(calls, PPM_CL_CHILD_IN_PIDNS, () => bearProcess(calls, 'fork'));
    },
  },
];
