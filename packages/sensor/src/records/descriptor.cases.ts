/** Calls that copy descriptors, make pairs of them, and act on what they stand for. */

import { fstatSync, writeFileSync } from 'node:fs';
import {
  PPM_FCNTL_F_DUPFD_CLOEXEC,
  PPM_FCNTL_F_GETLK64,
  PPM_FCNTL_F_SETFL,
  PPM_FCNTL_UNKNOWN,
  PPM_LOCK_EX,
  PPM_LOCK_NB,
  PPM_LOCK_UN,
  PPM_O_CLOEXEC,
  PPM_O_DIRECT,
  PPM_O_NONBLOCK,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, ExpectedValue, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const AT_FDCWD = -100;
const O_RDWR = 2;
const O_NONBLOCK = 0x800;
const O_CLOEXEC = 0x8_0000;
const O_DIRECT = process.arch === 'arm64' ? 0x1_0000 : 0x4000;
const F_SETFL = 4;
const F_DUPFD_CLOEXEC = 1030;
const COMPAT_F_GETLK64 = 12;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
const FIONREAD = 0x541b;
const MISSING_FD = 777;
/** No address of any process. */
const NOWHERE = 1;

function file(calls: Calls): number {
  writeFileSync('data', 'some');
  return done(calls.syscall('openat', AT_FDCWD, 'data', O_RDWR));
}

const copies: readonly RecordCase[] = [
  {
    name: 'dup',
    event: 'PPME_SYSCALL_DUP_1_X',
    run: (calls) => ({ res: done(calls.syscall('dup', 2)), oldfd: 2 }),
  },
  {
    name: 'dup that gives descriptor 0',
    event: 'PPME_SYSCALL_DUP_1_X',
    run(calls) {
      done(calls.syscall('close', 0));
      const res = done(calls.syscall('dup', 1));
      if (res !== 0) throw new Error(`the descriptor is ${res}`);
      return { res, oldfd: 1 };
    },
  },
  {
    name: 'dup of what is not open',
    event: 'PPME_SYSCALL_DUP_1_X',
    run: (calls) => ({ res: failed('EBADF', calls.syscall('dup', -7)), oldfd: -7 }),
  },
  {
    name: 'dup2',
    event: 'PPME_SYSCALL_DUP2_X',
    run: (calls) => ({ res: done(calls.syscall('dup2', 1, 500)), oldfd: 1, newfd: 500 }),
  },
  {
    name: 'dup2 of what is not open',
    event: 'PPME_SYSCALL_DUP2_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('dup2', MISSING_FD, 500)),
      oldfd: MISSING_FD,
      newfd: 500,
    }),
  },
  {
    name: 'dup3',
    event: 'PPME_SYSCALL_DUP3_X',
    run: (calls) => ({
      res: done(calls.syscall('dup3', 1, 501, O_CLOEXEC)),
      oldfd: 1,
      newfd: 501,
      flags: PPM_O_CLOEXEC,
    }),
  },
  {
    name: 'dup3 onto itself',
    event: 'PPME_SYSCALL_DUP3_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('dup3', 1, 1, 0)),
      oldfd: 1,
      newfd: 1,
      flags: 0,
    }),
  },
];

const acts: readonly RecordCase[] = [
  {
    name: 'fcntl that copies',
    event: 'PPME_SYSCALL_FCNTL_X',
    run: (calls) => ({
      res: done(calls.syscall('fcntl', 1, F_DUPFD_CLOEXEC, 600)),
      fd: 1,
      cmd: PPM_FCNTL_F_DUPFD_CLOEXEC,
      arg: 600,
    }),
  },
  {
    name: 'fcntl of what is not open',
    event: 'PPME_SYSCALL_FCNTL_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('fcntl', MISSING_FD, F_SETFL, O_NONBLOCK)),
      fd: MISSING_FD,
      cmd: PPM_FCNTL_F_SETFL,
      arg: O_NONBLOCK,
    }),
  },
  {
    name: 'fcntl with a command that does not exist',
    event: 'PPME_SYSCALL_FCNTL_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('fcntl', 1, 99_999, -1)),
      fd: 1,
      cmd: PPM_FCNTL_UNKNOWN,
      arg: 0xffff_ffff_ffff_ffffn,
    }),
  },
  {
    name: 'fcntl with a command of the 32-bit entry',
    event: 'PPME_SYSCALL_FCNTL_X',
    compat: true,
    run(calls) {
      const fd = file(calls);
      const lock = calls.memory(32);
      return {
        res: done(calls.compat('fcntl', fd, COMPAT_F_GETLK64, lock.address)),
        fd,
        cmd: PPM_FCNTL_F_GETLK64,
        arg: lock.address,
      };
    },
  },
  {
    name: 'flock',
    event: 'PPME_SYSCALL_FLOCK_X',
    run(calls) {
      const fd = file(calls);
      const res = done(calls.syscall('flock', fd, LOCK_EX | LOCK_NB));
      return { res, fd, operation: PPM_LOCK_EX | PPM_LOCK_NB };
    },
  },
  {
    name: 'flock of what is not open',
    event: 'PPME_SYSCALL_FLOCK_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('flock', MISSING_FD, LOCK_UN)),
      fd: MISSING_FD,
      operation: PPM_LOCK_UN,
    }),
  },
  {
    name: 'ioctl',
    event: 'PPME_SYSCALL_IOCTL_3_X',
    run(calls) {
      const fd = file(calls);
      const { address } = calls.memory(8);
      const res = done(calls.syscall('ioctl', fd, FIONREAD, address));
      return { res, fd, request: FIONREAD, argument: address };
    },
  },
  {
    name: 'ioctl that a file does not know',
    event: 'PPME_SYSCALL_IOCTL_3_X',
    run(calls) {
      const fd = file(calls);
      const res = failed('ENOTTY', calls.syscall('ioctl', fd, 0xdead_beef, -1));
      return { res, fd, request: 0xdead_beef, argument: 0xffff_ffff_ffff_ffffn };
    },
  },
];

/** What a pipe's record holds, from the two descriptors that the call wrote. */
function pipeOf(res: number, written: Uint8Array): Record<string, ExpectedValue> {
  const view = new DataView(written.buffer, written.byteOffset);
  const fd1 = view.getInt32(0, true);
  return { res, fd1, fd2: view.getInt32(4, true), ino: fstatSync(fd1).ino };
}

const pipes: readonly RecordCase[] = [
  {
    name: 'pipe',
    event: 'PPME_SYSCALL_PIPE_X',
    run(calls) {
      const fds = new Uint8Array(8);
      return pipeOf(done(calls.syscall('pipe', fds)), fds);
    },
  },
  {
    name: 'pipe to nowhere',
    event: 'PPME_SYSCALL_PIPE_X',
    run: (calls) => ({
      res: failed('EFAULT', calls.syscall('pipe', NOWHERE)),
      fd1: -1,
      fd2: -1,
      ino: 0,
    }),
  },
  {
    name: 'pipe2',
    event: 'PPME_SYSCALL_PIPE2_X',
    run(calls) {
      const fds = new Uint8Array(8);
      const res = done(calls.syscall('pipe2', fds, O_CLOEXEC | O_NONBLOCK | O_DIRECT));
      return { ...pipeOf(res, fds), flags: PPM_O_CLOEXEC | PPM_O_NONBLOCK | PPM_O_DIRECT };
    },
  },
  {
    name: 'pipe2 with flags that do not exist',
    event: 'PPME_SYSCALL_PIPE2_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('pipe2', new Uint8Array(8), 1)),
      fd1: -1,
      fd2: -1,
      ino: 0,
      flags: 0,
    }),
  },
  {
    name: 'pipe2 through the 32-bit entry',
    event: 'PPME_SYSCALL_PIPE2_X',
    compat: true,
    run(calls) {
      const fds = new Uint8Array(8);
      return { ...pipeOf(done(calls.compat('pipe2', fds, 0)), fds), flags: 0 };
    },
  },
];

export const cases: readonly RecordCase[] = [...copies, ...acts, ...pipes];
