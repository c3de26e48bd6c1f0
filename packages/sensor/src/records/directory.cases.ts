/** Calls that make directories and nodes, list directories, and move a process among them. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import {
  PPM_AT_FDCWD,
  PPM_S_IFCHR,
  PPM_S_IFIFO,
  PPM_S_IFREG,
  PPM_S_IRUSR,
  PPM_S_IWUSR,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const AT_FDCWD = -100;
const S_IFIFO = 0o1_0000;
const S_IFCHR = 0o2_0000;
/** 1:3, /dev/null, as user space writes it. */
const DEV_NULL = 0x103;
const MISSING_FD = 777;
const BUFFER_BYTES = 4096;
/** No address of any process. */
const NOWHERE = 1;

function free(name: string): string {
  rmSync(name, { force: true, recursive: true });
  return name;
}

function directory(name: string): string {
  mkdirSync(name, { recursive: true });
  return name;
}

function openDirectory(calls: Calls): number {
  return done(calls.syscall('openat', AT_FDCWD, directory('directory'), 0));
}

/** Changes the working directory and comes back. */
function away(calls: Calls, move: () => number): number {
  const result = move();
  done(calls.syscall('fchdir', home(calls)));
  return result;
}

function home(calls: Calls): number {
  return done(calls.syscall('openat', AT_FDCWD, calls.folder, 0));
}

const makes: readonly RecordCase[] = [
  {
    name: 'mkdir',
    event: 'PPME_SYSCALL_MKDIR_2_X',
    run: (calls) => ({
      res: done(calls.syscall('mkdir', free('new'), 0o1755)),
      path: 'new',
      mode: 0o1755,
    }),
  },
  {
    name: 'mkdir of what is there',
    event: 'PPME_SYSCALL_MKDIR_2_X',
    run: (calls) => ({
      res: failed('EEXIST', calls.syscall('mkdir', '/etc', 0o700)),
      path: '/etc',
      mode: 0o700,
    }),
  },
  {
    name: 'mkdirat',
    event: 'PPME_SYSCALL_MKDIRAT_X',
    run(calls) {
      const dirfd = openDirectory(calls);
      free('directory/new');
      const res = done(calls.syscall('mkdirat', dirfd, 'new', 0o711));
      return { res, dirfd, path: 'new', mode: 0o711 };
    },
  },
  {
    name: 'mkdirat below what is missing',
    event: 'PPME_SYSCALL_MKDIRAT_X',
    run(calls) {
      const res = failed('ENOENT', calls.syscall('mkdirat', AT_FDCWD, 'no/new', 0));
      return { res, dirfd: PPM_AT_FDCWD, path: 'no/new', mode: 0 };
    },
  },
  {
    name: 'rmdir',
    event: 'PPME_SYSCALL_RMDIR_2_X',
    run: (calls) => ({
      res: done(calls.syscall('rmdir', directory('emptied'))),
      path: 'emptied',
    }),
  },
  {
    name: 'rmdir of what is no directory',
    event: 'PPME_SYSCALL_RMDIR_2_X',
    run(calls) {
      writeFileSync('file', '');
      return { res: failed('ENOTDIR', calls.syscall('rmdir', 'file')), path: 'file' };
    },
  },
  {
    name: 'mknod of a device',
    event: 'PPME_SYSCALL_MKNOD_X',
    run: (calls) => ({
      res: done(calls.syscall('mknod', free('null'), S_IFCHR | 0o600, DEV_NULL)),
      path: 'null',
      mode: PPM_S_IFCHR | PPM_S_IRUSR | PPM_S_IWUSR,
      dev: DEV_NULL,
    }),
  },
  {
    name: 'mknod of a plain file that is there',
    event: 'PPME_SYSCALL_MKNOD_X',
    run: (calls) => ({
      res: failed('EEXIST', calls.syscall('mknod', directory('directory'), 0o400, 0)),
      path: 'directory',
      mode: PPM_S_IFREG | PPM_S_IRUSR,
      dev: 0,
    }),
  },
  {
    name: 'mknodat of a pipe',
    event: 'PPME_SYSCALL_MKNODAT_X',
    run(calls) {
      const dirfd = openDirectory(calls);
      free('directory/pipe');
      const res = done(calls.syscall('mknodat', dirfd, 'pipe', S_IFIFO, 0));
      return { res, dirfd, path: 'pipe', mode: PPM_S_IFIFO, dev: 0 };
    },
  },
  {
    name: 'mknodat below what is missing',
    event: 'PPME_SYSCALL_MKNODAT_X',
    run(calls) {
      const arguments_ = [AT_FDCWD, 'no/new', S_IFCHR, 0xfff0_1234] as const;
      return {
        res: failed('ENOENT', calls.syscall('mknodat', ...arguments_)),
        dirfd: PPM_AT_FDCWD,
        path: 'no/new',
        mode: PPM_S_IFCHR,
        dev: 0xfff0_1234,
      };
    },
  },
];

const moves: readonly RecordCase[] = [
  {
    name: 'chdir',
    event: 'PPME_SYSCALL_CHDIR_X',
    run: (calls) => ({
      res: done(away(calls, () => calls.syscall('chdir', directory('directory')))),
      path: 'directory',
    }),
  },
  {
    name: 'chdir to what is missing',
    event: 'PPME_SYSCALL_CHDIR_X',
    run: (calls) => ({ res: failed('ENOENT', calls.syscall('chdir', 'no')), path: 'no' }),
  },
  {
    name: 'fchdir',
    event: 'PPME_SYSCALL_FCHDIR_X',
    run(calls) {
      const fd = home(calls);
      return { res: done(calls.syscall('fchdir', fd)), fd };
    },
  },
  {
    name: 'fchdir to what is not open',
    event: 'PPME_SYSCALL_FCHDIR_X',
    run: (calls) => ({ res: failed('EBADF', calls.syscall('fchdir', -1)), fd: -1 }),
  },
  {
    name: 'chroot to where it is already',
    event: 'PPME_SYSCALL_CHROOT_X',
    run: (calls) => ({ res: done(calls.syscall('chroot', '/./')), path: '/./' }),
  },
  {
    name: 'chroot to what is missing',
    event: 'PPME_SYSCALL_CHROOT_X',
    run: (calls) => ({ res: failed('ENOENT', calls.syscall('chroot', 'no')), path: 'no' }),
  },
  {
    name: 'getcwd',
    event: 'PPME_SYSCALL_GETCWD_X',
    run: (calls) => ({
      res: done(calls.syscall('getcwd', new Uint8Array(BUFFER_BYTES), BUFFER_BYTES)),
      path: calls.folder,
    }),
  },
  {
    name: 'getcwd into too little space',
    event: 'PPME_SYSCALL_GETCWD_X',
    run(calls) {
      const buffer = new Uint8Array(Buffer.from('not written\0'));
      return { res: failed('ERANGE', calls.syscall('getcwd', buffer, 1)), path: null };
    },
  },
];

const lists: readonly RecordCase[] = [
  {
    name: 'getdents',
    event: 'PPME_SYSCALL_GETDENTS_X',
    run(calls) {
      const fd = openDirectory(calls);
      const buffer = new Uint8Array(BUFFER_BYTES);
      return { res: done(calls.syscall('getdents', fd, buffer, BUFFER_BYTES)), fd };
    },
  },
  {
    name: 'getdents of what is not open',
    event: 'PPME_SYSCALL_GETDENTS_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('getdents', MISSING_FD, NOWHERE, 0)),
      fd: MISSING_FD,
    }),
  },
  {
    name: 'getdents64',
    event: 'PPME_SYSCALL_GETDENTS64_X',
    run(calls) {
      const fd = openDirectory(calls);
      const buffer = new Uint8Array(BUFFER_BYTES);
      return { res: done(calls.syscall('getdents64', fd, buffer, BUFFER_BYTES)), fd };
    },
  },
  {
    name: 'getdents64 of what is no directory',
    event: 'PPME_SYSCALL_GETDENTS64_X',
    run(calls) {
      const fd = done(calls.syscall('openat', AT_FDCWD, '/dev/null', 0));
      const buffer = new Uint8Array(BUFFER_BYTES);
      const res = failed('ENOTDIR', calls.syscall('getdents64', fd, buffer, BUFFER_BYTES));
      return { res, fd };
    },
  },
];

export const cases: readonly RecordCase[] = [...makes, ...moves, ...lists];
