/** User and group ids, sessions, process groups, capabilities. */

import { readFileSync } from 'node:fs';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const NOBODY = 65_534;
const UNCHANGED = 0xffff_ffff;
const NOWHERE = 8;

/** Ids belong to the thread: the case runs as nobody, and is root again afterwards. */
function asNobody<T>(calls: Calls, run: () => T): T {
  calls.syscall('setresuid', UNCHANGED, NOBODY, UNCHANGED);
  try {
    return run();
  } finally {
    calls.syscall('setresuid', UNCHANGED, 0, UNCHANGED);
  }
}

function asGroup<T>(calls: Calls, group: number, run: () => T): T {
  calls.syscall('setresgid', UNCHANGED, group, UNCHANGED);
  try {
    return run();
  } finally {
    calls.syscall('setresgid', UNCHANGED, 0, UNCHANGED);
  }
}

/** As /proc has them now. */
function capabilities({ pid, tid }: Calls): Expected {
  const status = readFileSync(`/proc/${pid}/task/${tid}/status`, 'latin1');
  const set = (name: string) =>
    BigInt(`0x${new RegExp(`${name}:\\s*(\\w+)`, 'u').exec(status)?.[1]}`);
  return {
    cap_inheritable: set('CapInh'),
    cap_permitted: set('CapPrm'),
    cap_effective: set('CapEff'),
  };
}

const CAPABILITY_VERSION_3 = 0x2008_0522;

/** struct __user_cap_header_struct and two struct __user_cap_data_struct. */
function capabilityArguments(calls: Calls) {
  const header = calls.memory(8);
  header.view.setUint32(0, CAPABILITY_VERSION_3, true);
  return { header, sets: calls.memory(24) };
}

const CAP_SYS_TIME = 25;

export const cases: readonly RecordCase[] = [
  {
    name: 'setuid to the id that is had',
    event: 'PPME_SYSCALL_SETUID_X',
    run: (calls) => ({ res: done(calls.syscall('setuid', 0)), uid: 0 }),
  },
  {
    name: 'setuid that is refused',
    event: 'PPME_SYSCALL_SETUID_X',
    run: (calls) =>
      asNobody(calls, () => {
        const res = failed('EPERM', calls.syscall('setuid', 4242));
        return { res, uid: 4242 };
      }),
  },
  {
    name: 'setuid through the 32-bit entry',
    event: 'PPME_SYSCALL_SETUID_X',
    skip: process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry',
    run: (calls) => ({ res: done(calls.compat('setuid', 0)), uid: 0 }),
  },
  {
    name: 'setgid to the id that is had',
    event: 'PPME_SYSCALL_SETGID_X',
    run: (calls) => ({ res: done(calls.syscall('setgid', 0)), gid: 0 }),
  },
  {
    name: 'setgid that is refused',
    event: 'PPME_SYSCALL_SETGID_X',
    run: (calls) =>
      asNobody(calls, () => ({
        res: failed('EPERM', calls.syscall('setgid', 0x8000_0001)),
        gid: 0x8000_0001,
      })),
  },
  {
    name: 'setreuid',
    event: 'PPME_SYSCALL_SETREUID_X',
    run: (calls) => ({
      res: done(calls.syscall('setreuid', 0, UNCHANGED)),
      ruid: 0,
      euid: UNCHANGED,
    }),
  },
  {
    name: 'setregid',
    event: 'PPME_SYSCALL_SETREGID_X',
    run: (calls) => ({
      res: done(calls.syscall('setregid', UNCHANGED, 0)),
      rgid: UNCHANGED,
      egid: 0,
    }),
  },
  {
    name: 'setresuid',
    event: 'PPME_SYSCALL_SETRESUID_X',
    run: (calls) => ({
      res: done(calls.syscall('setresuid', 0, UNCHANGED, 0)),
      ruid: 0,
      euid: UNCHANGED,
      suid: 0,
    }),
  },
  {
    name: 'setresgid that is refused',
    event: 'PPME_SYSCALL_SETRESGID_X',
    run: (calls) =>
      asNobody(calls, () => {
        const res = failed('EPERM', calls.syscall('setresgid', 1, 2, 3));
        return { res, rgid: 1, egid: 2, sgid: 3 };
      }),
  },
  {
    name: 'getuid',
    event: 'PPME_SYSCALL_GETUID_X',
    run: (calls) => asNobody(calls, () => ({ uid: calls.syscall('getuid') })),
  },
  {
    name: 'geteuid',
    event: 'PPME_SYSCALL_GETEUID_X',
    run: (calls) => asNobody(calls, () => ({ euid: calls.syscall('geteuid') })),
  },
  {
    name: 'getgid',
    event: 'PPME_SYSCALL_GETGID_X',
    run: (calls) => asGroup(calls, 12, () => ({ gid: calls.syscall('getgid') })),
  },
  {
    name: 'getegid',
    event: 'PPME_SYSCALL_GETEGID_X',
    run: (calls) => asGroup(calls, 12, () => ({ egid: calls.syscall('getegid') })),
  },
  {
    name: 'getresuid',
    event: 'PPME_SYSCALL_GETRESUID_X',
    run: (calls) =>
      asNobody(calls, () => {
        const ids = [4, 4, 4].map((bytes) => new Uint8Array(bytes));
        return { res: done(calls.syscall('getresuid', ...ids)), ruid: 0, euid: NOBODY, suid: 0 };
      }),
  },
  {
    name: 'getresuid to where nothing can be written',
    event: 'PPME_SYSCALL_GETRESUID_X',
    run(calls) {
      const res = failed('EFAULT', calls.syscall('getresuid', NOWHERE, NOWHERE, NOWHERE));
      return { res, ruid: 0, euid: 0, suid: 0 };
    },
  },
  {
    name: 'getresgid through the 32-bit entry',
    event: 'PPME_SYSCALL_GETRESGID_X',
    skip: process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry',
    run: (calls) =>
      asGroup(calls, 12, () => {
        const ids = [4, 4, 4].map((bytes) => new Uint8Array(bytes));
        return { res: done(calls.compat('getresgid', ...ids)), rgid: 0, egid: 12, sgid: 0 };
      }),
  },
  {
    name: 'setpgid to the group that it is in',
    event: 'PPME_SYSCALL_SETPGID_X',
    run(calls) {
      const pgid = calls.syscall('getpgid', 0);
      return { res: done(calls.syscall('setpgid', 0, pgid)), pid: 0, pgid };
    },
  },
  {
    name: 'setpgid of a process that does not exist',
    event: 'PPME_SYSCALL_SETPGID_X',
    run: (calls) => ({
      res: failed('ESRCH', calls.syscall('setpgid', -5, 0x7fff_ffff)),
      pid: -5,
      pgid: 0x7fff_ffff,
    }),
  },
  {
    name: 'setsid',
    event: 'PPME_SYSCALL_SETSID_X',
    run: (calls) => ({ res: done(calls.syscall('setsid')) }),
  },
  {
    name: 'setsid of the leader of a session',
    event: 'PPME_SYSCALL_SETSID_X',
    run: (calls) => ({ res: failed('EPERM', calls.syscall('setsid')) }),
  },
  {
    name: 'capset that gives up a capability',
    event: 'PPME_SYSCALL_CAPSET_X',
    run(calls) {
      const { header, sets } = capabilityArguments(calls);
      calls.syscall('capget', header.address, sets.address);
      sets.view.setUint32(0, sets.view.getUint32(0, true) & ~(1 << CAP_SYS_TIME), true);
      const res = done(calls.syscall('capset', header.address, sets.address));
      return { res, ...capabilities(calls) };
    },
  },
  {
    name: 'capset that is refused',
    event: 'PPME_SYSCALL_CAPSET_X',
    run(calls) {
      const res = failed('EFAULT', calls.syscall('capset', NOWHERE, NOWHERE));
      return { res, ...capabilities(calls) };
    },
  },
];
