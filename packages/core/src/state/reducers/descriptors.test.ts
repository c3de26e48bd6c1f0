/**
 * close, close_range, dup, fcntl, and calls that make descriptors which are neither files nor
 * sockets.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  PPM_BPF_MAP_CREATE,
  PPM_BPF_MAP_LOOKUP_ELEM,
  PPM_CLOSE_RANGE_CLOEXEC,
  PPM_EPOLL_CLOEXEC,
  PPM_FCNTL_F_DUPFD,
  PPM_FCNTL_F_DUPFD_CLOEXEC,
  PPM_FCNTL_F_SETFD,
  PPM_MFD_CLOEXEC,
  PPM_O_CLOEXEC,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FdType } from '../../events/fd-type.ts';
import { NO_FD } from '../event-context.ts';
import { TestMachine, threadEntry, type Values } from '../machine.cases.ts';

/** Thread 7 with a file at 3. */
function machine(): TestMachine {
  const m = new TestMachine().starts(
    threadEntry(7),
    threadEntry(8, { pid: 7, flags: 1 }),
    threadEntry(9),
  );
  m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '/f', flags: PPM_O_CLOEXEC });
  return m;
}

test('a closed descriptor is gone with the next event', () => {
  const m = machine();
  const { fd, fdNumber } = m.on(7, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 3 });
  assert.equal(fd?.name, '/f');
  assert.equal(fdNumber, 3);
  assert.deepEqual(m.fds(7), [3]);
  m.on(9, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 77 });
  assert.deepEqual(m.fds(7), []);
});

test('closes that take nothing away', () => {
  const m = machine();
  assert.equal(m.on(7, PPME.PPME_SYSCALL_CLOSE_X, { res: -9, fd: 3 }).fd?.name, '/f');
  assert.equal(m.on(7, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 4 }).fd, undefined);
  assert.equal(m.on(7, PPME.PPME_SYSCALL_CLOSE_X, { res: 0 }).fdNumber, NO_FD);
  assert.deepEqual(m.fds(7), [3]);
});

test('threads close what is their process', () => {
  const m = machine();
  m.on(8, PPME.PPME_SYSCALL_CLOSE_X, { res: 0, fd: 3 });
  m.on(8, PPME.PPME_SYSCALL_FSTAT_X, { res: 0, fd: 3 });
  assert.deepEqual(m.fds(7), []);
});

test('close_range', () => {
  const m = machine();
  for (const number of [4, 5, 2000]) {
    m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: number, name: '/g', flags: 0 });
  }
  m.on(7, PPME.PPME_SYSCALL_CLOSE_RANGE_X, {
    res: 0,
    first: 5,
    last: 0xffff_ffff,
    flags: PPM_CLOSE_RANGE_CLOEXEC,
  });
  assert.deepEqual(
    [4, 5, 2000].map((number) => m.fd(7, number).closeOnExec),
    [false, true, true],
  );
  m.on(7, PPME.PPME_SYSCALL_CLOSE_RANGE_X, { res: -22, first: 0, last: 9, flags: 0 });
  m.on(7, PPME.PPME_SYSCALL_CLOSE_RANGE_X, { res: 0, first: 4, last: 0xffff_ffff, flags: 0 });
  assert.deepEqual(m.fds(7), [3]);
});

test('copies', () => {
  const cases: readonly (readonly [type: number, values: Values, closeOnExec: boolean])[] = [
    [PPME.PPME_SYSCALL_DUP_1_X, { res: 5, oldfd: 3 }, false],
    [PPME.PPME_SYSCALL_DUP2_X, { res: 5, oldfd: 3, newfd: 5 }, false],
    [PPME.PPME_SYSCALL_DUP3_X, { res: 5, oldfd: 3, newfd: 5, flags: PPM_O_CLOEXEC }, true],
    [PPME.PPME_SYSCALL_DUP3_X, { res: 5, oldfd: 3, newfd: 5, flags: 0 }, false],
    [PPME.PPME_SYSCALL_FCNTL_X, { res: 5, fd: 3, cmd: PPM_FCNTL_F_DUPFD, arg: 5 }, false],
    [PPME.PPME_SYSCALL_FCNTL_X, { res: 5, fd: 3, cmd: PPM_FCNTL_F_DUPFD_CLOEXEC, arg: 5 }, true],
  ];
  for (const [type, values, closeOnExec] of cases) {
    const m = machine();
    const { fd, fdNumber, fdNameChanged } = m.on(7, type, values);
    assert.equal(fdNumber, 5);
    assert.equal(fdNameChanged, false);
    assert.deepEqual([fd?.name, fd?.closeOnExec], ['/f', closeOnExec]);
    assert.equal(m.fd(7, 3).closeOnExec, true);
    const marked = { res: 0, fd: 5, cmd: PPM_FCNTL_F_SETFD, arg: closeOnExec ? 0 : 1 };
    m.on(7, PPME.PPME_SYSCALL_FCNTL_X, marked);
    assert.deepEqual([m.fd(7, 3).closeOnExec, m.fd(7, 5).closeOnExec], [true, !closeOnExec]);
    const failed = machine().on(7, type, { ...values, res: -24 });
    assert.equal(failed.fdNumber, 3, 'a failed call is about what it was to copy');
    const unknown = machine().on(7, type, { ...values, ['fd' in values ? 'fd' : 'oldfd']: 4 });
    assert.equal(unknown.fd, undefined);
  }
});

test('fcntl marks', () => {
  const m = machine();
  m.on(7, PPME.PPME_SYSCALL_FCNTL_X, { res: 0, fd: 3, cmd: PPM_FCNTL_F_SETFD, arg: 0 });
  assert.equal(m.fd(7, 3).closeOnExec, false);
  m.on(7, PPME.PPME_SYSCALL_FCNTL_X, { res: 0, fd: 3, cmd: PPM_FCNTL_F_SETFD, arg: 1 });
  assert.equal(m.fd(7, 3).closeOnExec, true);
  m.on(7, PPME.PPME_SYSCALL_FCNTL_X, { res: 5, fd: 3, cmd: 2, arg: 0 });
  assert.deepEqual(m.fds(7), [3], 'another command returns no descriptor');
});

test('what kinds of descriptors calls make', () => {
  const cases: readonly (readonly [
    type: number,
    values: Values,
    fdType: number,
    closeOnExec: boolean,
  ])[] = [
    [PPME.PPME_SYSCALL_EVENTFD_X, { res: 5 }, FdType.EVENT, false],
    [PPME.PPME_SYSCALL_EVENTFD2_X, { res: 5, flags: PPM_O_CLOEXEC }, FdType.EVENT, true],
    [PPME.PPME_SYSCALL_SIGNALFD_X, { res: 5 }, FdType.SIGNALFD, false],
    [PPME.PPME_SYSCALL_SIGNALFD4_X, { res: 5, flags: PPM_O_CLOEXEC }, FdType.SIGNALFD, true],
    [PPME.PPME_SYSCALL_TIMERFD_CREATE_X, { res: 5, flags: 1 }, FdType.TIMERFD, false],
    [PPME.PPME_SYSCALL_INOTIFY_INIT_X, { res: 5 }, FdType.INOTIFY, false],
    [PPME.PPME_SYSCALL_INOTIFY_INIT1_X, { res: 5, flags: PPM_O_CLOEXEC }, FdType.INOTIFY, true],
    [PPME.PPME_SYSCALL_EPOLL_CREATE_X, { res: 5 }, FdType.EVENTPOLL, false],
    [
      PPME.PPME_SYSCALL_EPOLL_CREATE1_X,
      { res: 5, flags: PPM_EPOLL_CLOEXEC },
      FdType.EVENTPOLL,
      true,
    ],
    [PPME.PPME_SYSCALL_USERFAULTFD_X, { res: 5 }, FdType.USERFAULTFD, false],
    [PPME.PPME_SYSCALL_IO_URING_SETUP_X, { res: 5 }, FdType.IOURING, false],
    [PPME.PPME_SYSCALL_BPF_2_X, { fd: 5, cmd: PPM_BPF_MAP_CREATE }, FdType.BPF, false],
    [
      PPME.PPME_SYSCALL_MEMFD_CREATE_X,
      { fd: 5, name: 'x', flags: PPM_MFD_CLOEXEC },
      FdType.MEMFD,
      true,
    ],
    [PPME.PPME_SYSCALL_PIDFD_OPEN_X, { fd: 5, pid: 9, flags: 0 }, FdType.PIDFD, false],
  ];
  for (const [type, values, fdType, closeOnExec] of cases) {
    const { fd, fdNumber } = machine().on(7, type, values);
    assert.deepEqual([fd?.type, fd?.closeOnExec, fdNumber], [fdType, closeOnExec, 5]);
    const failed = { ...values, ...('res' in values ? { res: -1 } : { fd: -1 }) };
    const m = machine();
    assert.equal(m.on(7, type, failed).fdNumber, NO_FD);
    assert.deepEqual(m.fds(7), [3]);
  }
});

test('names of memfds and pidfds', () => {
  const m = machine();
  const memfd = m.on(7, PPME.PPME_SYSCALL_MEMFD_CREATE_X, { fd: 5, name: 'payload', flags: 0 });
  assert.deepEqual(
    [memfd.fd?.name, memfd.fd?.rawPath.string, memfd.fdNameChanged],
    ['payload', '', true],
  );
  assert.equal(
    m.on(7, PPME.PPME_SYSCALL_PIDFD_OPEN_X, { fd: 6, pid: 9, flags: 0 }).fd?.name,
    '/proc/9',
  );
});

test('a bpf command that returns 0 has made no descriptor 0', () => {
  const m = machine();
  m.on(7, PPME.PPME_SYSCALL_BPF_2_X, { fd: 0, cmd: PPM_BPF_MAP_LOOKUP_ELEM });
  assert.deepEqual(m.fds(7), [3]);
});

test('pipes: the event is about the second end', () => {
  const m = machine();
  const { fd, fdNumber, fdNameChanged } = m.on(7, PPME.PPME_SYSCALL_PIPE2_X, {
    res: 0,
    fd1: 5,
    fd2: 6,
    ino: 77,
    flags: PPM_O_CLOEXEC,
  });
  assert.deepEqual(
    [fdNumber, fd?.type, fd?.ino, fd?.name, fdNameChanged],
    [6, FdType.FIFO, 77, '', false],
  );
  assert.equal(m.fd(7, 5).closeOnExec, true);
  assert.equal(
    m.on(7, PPME.PPME_SYSCALL_PIPE_X, { res: 0, fd1: 8, fd2: 9, ino: 1 }).fd?.closeOnExec,
    false,
  );
  assert.equal(
    m.on(7, PPME.PPME_SYSCALL_PIPE_X, { res: -24, fd1: 10, fd2: 11, ino: 1 }).fdNumber,
    NO_FD,
  );
  assert.deepEqual(m.fds(7), [3, 5, 6, 8, 9]);
});

test('a descriptor is fetched from another process', () => {
  const m = machine();
  m.on(9, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name: '/secret', flags: 0 });
  m.on(7, PPME.PPME_SYSCALL_PIDFD_OPEN_X, { fd: 5, pid: 9, flags: 0 });
  const get = (values: Values) =>
    m.on(7, PPME.PPME_SYSCALL_PIDFD_GETFD_X, { fd: 6, pid_fd: 5, target_fd: 3, ...values });
  const { fd, fdNumber, fdNameChanged } = get({});
  assert.deepEqual(
    [fd?.name, fd?.closeOnExec, fdNumber, fdNameChanged],
    ['/secret', true, 6, false],
  );
  assert.equal(get({ pid_fd: 3 }).fd, undefined, 'no pidfd');
  assert.equal(get({ target_fd: 4 }).fd, undefined, 'not known there');
  assert.equal(get({ fd: -1 }).fdNumber, NO_FD);
});

test('marks of a process after a fork stay its own', () => {
  const fork = { res: 20, exe: 'p7', args: [], comm: 'p7', tid: 7, pid: 7, ptid: 1, flags: 0 };
  const range = { res: 0, first: 0, last: 9, flags: PPM_CLOSE_RANGE_CLOEXEC };
  const changes: readonly ((m: TestMachine) => unknown)[] = [
    (m) => m.on(7, PPME.PPME_SYSCALL_FCNTL_X, { res: 0, fd: 4, cmd: PPM_FCNTL_F_SETFD, arg: 1 }),
    (m) => m.on(7, PPME.PPME_SYSCALL_CLOSE_RANGE_X, range),
  ];
  for (const change of changes) {
    const m = machine();
    m.on(7, PPME.PPME_SYSCALL_OPEN_X, { fd: 4, name: '/g', flags: 0 });
    m.on(7, PPME.PPME_SYSCALL_CLONE_20_X, { ...fork, vtid: 7, vpid: 7 });
    change(m);
    assert.deepEqual([m.fd(7, 4).closeOnExec, m.fd(20, 4).closeOnExec], [true, false]);
  }
});
