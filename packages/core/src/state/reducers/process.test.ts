/** Directories, ids, capabilities, limits and memory of processes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  PPM_CL_CLONE_NEWNET,
  PPM_CL_CLONE_NEWUSER,
  PPM_PR_SET_CHILD_SUBREAPER,
  PPM_RLIMIT_NOFILE,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { TestMachine, threadEntry } from '../machine.cases.ts';

const machine = () =>
  new TestMachine().starts(
    threadEntry(7, { cwd: '/srv', uid: 5, gid: 5 }),
    threadEntry(8, { pid: 7, flags: 1 }),
    threadEntry(9),
  );

test('working directories', () => {
  const m = machine();
  assert.equal(m.thread(7).cwd, '/srv/');
  m.on(7, PPME.PPME_SYSCALL_CHDIR_X, { res: 0, path: 'lab/../w' });
  assert.equal(m.thread(7).cwd, '/srv/w/');
  m.on(7, PPME.PPME_SYSCALL_CHDIR_X, { res: -2, path: '/no' });
  assert.equal(m.thread(7).cwd, '/srv/w/');
  m.on(8, PPME.PPME_SYSCALL_CHDIR_X, { res: 0, path: 'x' });
  assert.equal(m.thread(7).cwd, 'x/', 'a thread has no directory to start from');
  m.on(8, PPME.PPME_SYSCALL_GETCWD_X, { res: 5, path: '/y' });
  assert.equal(m.thread(7).cwd, '/y/');
  m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '/d', flags: 1024 });
  m.on(7, PPME.PPME_SYSCALL_FCHDIR_X, { res: 0, fd: 3 });
  assert.equal(m.thread(7).cwd, '/d/');
  m.on(7, PPME.PPME_SYSCALL_FCHDIR_X, { res: 0, fd: 4 });
  assert.equal(m.thread(7).cwd, '/d/');
  assert.equal(m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 4, name: 'f', flags: 1 }).fd?.name, '/d/f');
  m.on(99, PPME.PPME_SYSCALL_CHDIR_X, { res: 0, path: '/z' });
  assert.equal(m.thread(99).cwd, '', 'of a placeholder nobody knows the process');
});

test('chroot', () => {
  const m = machine();
  m.on(7, PPME.PPME_SYSCALL_CHROOT_X, { res: 0, path: 'jail' });
  assert.equal(m.thread(7).root, '/srv/jail');
  m.on(7, PPME.PPME_SYSCALL_CHROOT_X, { res: 0, path: '/jail//x' });
  assert.equal(m.thread(7).root, '/jail//x', 'an absolute path is taken as it is');
  m.on(7, PPME.PPME_SYSCALL_CHROOT_X, { res: -1, path: '/other' });
  assert.equal(m.thread(7).root, '/jail//x');
});

test('users and groups', () => {
  const m = machine();
  const uids: readonly (readonly [type: number, values: Readonly<Record<string, number>>])[] = [
    [PPME.PPME_SYSCALL_SETUID_X, { uid: 1 }],
    [PPME.PPME_SYSCALL_SETREUID_X, { ruid: 8, euid: 2 }],
    [PPME.PPME_SYSCALL_SETRESUID_X, { ruid: 8, euid: 3, suid: 9 }],
  ];
  for (const [index, [type, values]] of uids.entries()) {
    m.on(8, type, { res: -1, ...values });
    assert.equal(m.thread(8).uid, index, 'a failed call');
    m.on(8, type, { res: 0, ...values });
    assert.equal(m.thread(8).uid, index + 1);
  }
  assert.equal(m.thread(7).uid, 5, 'only the thread itself');
  m.on(7, PPME.PPME_SYSCALL_SETGID_X, { res: 0, gid: 1 });
  assert.equal(m.thread(7).gid, 1);
  m.on(7, PPME.PPME_SYSCALL_SETREGID_X, { res: 0, rgid: 8, egid: 2 });
  assert.equal(m.thread(7).gid, 2);
  m.on(7, PPME.PPME_SYSCALL_SETRESGID_X, { res: 0, rgid: 8, egid: 3, sgid: 9 });
  assert.equal(m.thread(7).gid, 3);
  m.on(7, PPME.PPME_SYSCALL_SETUID_X, { res: 0 });
  assert.equal(m.thread(7).uid, 5, 'the id was not read');
});

test('sessions', () => {
  const m = machine();
  m.on(7, PPME.PPME_SYSCALL_SETSID_X, { res: 7 });
  assert.equal(m.thread(7).sid, 7);
  m.on(7, PPME.PPME_SYSCALL_SETSID_X, { res: -1 });
  assert.equal(m.thread(7).sid, 7);
  m.on(7, PPME.PPME_SYSCALL_SETPGID_X, { res: 0, pid: 0, pgid: 9 });
  assert.equal(m.thread(7).pgid, -1, 'process groups come with execs only');
});

test('capabilities', () => {
  const m = machine();
  m.on(7, PPME.PPME_SYSCALL_CAPSET_X, {
    res: 0,
    cap_inheritable: 1,
    cap_permitted: 2n ** 63n,
    cap_effective: 3,
  });
  const { capInheritable, capPermitted, capEffective } = m.thread(7);
  assert.deepEqual([capInheritable, capPermitted, capEffective], [1, 2n ** 63n, 3]);
  m.on(7, PPME.PPME_SYSCALL_UNSHARE_X, { res: 0, flags: PPM_CL_CLONE_NEWNET });
  assert.equal(m.thread(7).capEffective, 3);
  m.on(7, PPME.PPME_SYSCALL_UNSHARE_X, { res: 0, flags: PPM_CL_CLONE_NEWUSER });
  assert.equal(m.thread(7).capEffective, 0x1ff_ffff_ffff);
  m.on(9, PPME.PPME_SYSCALL_SETNS_X, { res: 0, fd: 3, nstype: PPM_CL_CLONE_NEWUSER });
  assert.equal(m.thread(9).capPermitted, 0x1ff_ffff_ffff);
  m.on(9, PPME.PPME_SYSCALL_CAPSET_X, { res: -1, cap_effective: 0 });
  assert.equal(m.thread(9).capPermitted, 0x1ff_ffff_ffff);
});

test('subreapers', () => {
  const m = machine();
  const prctl = (option: number, value: number) =>
    m.on(8, PPME.PPME_SYSCALL_PRCTL_X, { res: 0, option, arg2_int: value });
  prctl(PPM_PR_SET_CHILD_SUBREAPER, 1);
  assert.equal(m.thread(7).group?.isReaper, true);
  prctl(PPM_PR_SET_CHILD_SUBREAPER, 0);
  assert.equal(m.thread(7).group?.isReaper, false);
  prctl(15, 1);
  assert.equal(m.thread(7).group?.isReaper, false);
});

test('limits of descriptors', () => {
  const m = machine();
  const resource = PPM_RLIMIT_NOFILE;
  m.on(8, PPME.PPME_SYSCALL_SETRLIMIT_X, { res: 0, cur: 11, max: 99, resource });
  assert.equal(m.thread(7).fdLimit, 11);
  m.on(8, PPME.PPME_SYSCALL_GETRLIMIT_X, { res: 0, cur: 12, max: 99, resource });
  m.on(8, PPME.PPME_SYSCALL_SETRLIMIT_X, { res: 0, cur: 13, max: 99, resource: 0 });
  m.on(8, PPME.PPME_SYSCALL_SETRLIMIT_X, { res: -1, cur: 13, max: 99, resource });
  m.on(8, PPME.PPME_SYSCALL_SETRLIMIT_X, { res: 0, cur: -1, max: 99, resource });
  assert.equal(m.thread(7).fdLimit, 12);
  m.on(8, PPME.PPME_SYSCALL_PRLIMIT_X, { res: 0, newcur: 14, pid: 0, resource });
  assert.equal(m.thread(7).fdLimit, 14);
  m.on(8, PPME.PPME_SYSCALL_PRLIMIT_X, { res: 0, newcur: 15, pid: 9, resource });
  assert.equal(m.thread(9).fdLimit, 15);
  m.on(8, PPME.PPME_SYSCALL_PRLIMIT_X, { res: 0, newcur: -1, pid: 9, resource });
  m.on(8, PPME.PPME_SYSCALL_PRLIMIT_X, { res: 0, newcur: 16, resource });
  assert.equal(m.thread(9).fdLimit, 15);
  m.on(8, PPME.PPME_SYSCALL_PRLIMIT_X, { res: 0, newcur: 16, pid: 50, resource });
  assert.equal(m.thread(50).isInvalid, true, 'whose limit is set has been looked up');
});

test('memory and page faults', () => {
  const m = machine();
  m.on(8, PPME.PPME_SYSCALL_BRK_4_X, { res: 0, vm_size: 1, vm_rss: 2, vm_swap: 3 });
  m.on(8, PPME.PPME_SYSCALL_MMAP_X, { res: 0, vm_size: 4, vm_rss: 5 });
  const { vmSizeKb, vmRssKb, vmSwapKb } = m.thread(8);
  assert.deepEqual([vmSizeKb, vmRssKb, vmSwapKb], [4, 2, 3], 'rss comes with swap or not at all');
  const values = { next: 1, pgft_maj: 6, pgft_min: 7, vm_size: 8, vm_rss: 9, vm_swap: 10 };
  m.on(8, PPME.PPME_SCHEDSWITCH_6_E, values);
  assert.deepEqual([m.thread(8).pageFaultsMajor, m.thread(8).pageFaultsMinor], [6, 7]);
  assert.deepEqual([m.thread(8).vmSizeKb, m.thread(7).vmSizeKb, m.thread(7).vmSwapKb], [4, 8, 10]);
  m.on(8, PPME.PPME_SCHEDSWITCH_6_E, { next: 1, pgft_maj: 60 });
  assert.equal(m.thread(8).pageFaultsMajor, 6);
  m.on(70, PPME.PPME_SCHEDSWITCH_6_E, values);
  assert.equal(m.state.threads.get(70), undefined, 'the scheduler makes nobody known');
});
