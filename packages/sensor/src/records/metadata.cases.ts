/** Calls that look at and change what is written about a file. */

import { mkdirSync, writeFileSync } from 'node:fs';
import {
  PPM_AT_EMPTY_PATH,
  PPM_AT_FDCWD,
  PPM_AT_SYMLINK_NOFOLLOW,
  PPM_F_OK,
  PPM_R_OK,
  PPM_S_IRUSR,
  PPM_S_ISGID,
  PPM_S_ISUID,
  PPM_S_ISVTX,
  PPM_S_IXOTH,
  PPM_X_OK,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const AT_EMPTY_PATH = 0x1000;
const R_OK = 4;
const X_OK = 1;
const STAT_BYTES = 256;
const PATH_BYTES_MAX = 4096;
const MISSING_FD = 777;
/** No address of any process. */
const NOWHERE = 1;
const COMPAT_CHOWN = 182;
const COMPAT_FCHOWN = 95;
const COMPAT_LCHOWN = 16;

/** 0o7401 as records have it. */
const MODE = 0o7401;
const RECORDED_MODE = PPM_S_ISUID | PPM_S_ISGID | PPM_S_ISVTX | PPM_S_IRUSR | PPM_S_IXOTH;

function file(name: string): string {
  writeFileSync(name, '');
  return name;
}

function opened(calls: Calls, name: string): number {
  return done(calls.syscall('openat', AT_FDCWD, file(name), 0));
}

function directory(calls: Calls): number {
  mkdirSync('directory', { recursive: true });
  file('directory/file');
  return done(calls.syscall('openat', AT_FDCWD, 'directory', 0));
}

const looks: readonly RecordCase[] = [
  {
    name: 'stat',
    event: 'PPME_SYSCALL_STAT_X',
    run: (calls) => ({
      res: done(calls.syscall('stat', '/etc/../etc', new Uint8Array(STAT_BYTES))),
      path: '/etc/../etc',
    }),
  },
  {
    name: 'stat of nothing',
    event: 'PPME_SYSCALL_STAT_X',
    run: (calls) => ({
      res: failed('EFAULT', calls.syscall('stat', null, new Uint8Array(STAT_BYTES))),
      path: null,
    }),
  },
  {
    name: 'stat of an empty name',
    event: 'PPME_SYSCALL_STAT_X',
    run: (calls) => ({
      res: failed('ENOENT', calls.syscall('stat', '', new Uint8Array(STAT_BYTES))),
      path: '',
    }),
  },
  {
    name: 'stat of the longest name',
    event: 'PPME_SYSCALL_STAT_X',
    run(calls) {
      const path = '/.'.repeat(PATH_BYTES_MAX / 2 - 1) + '/';
      const res = done(calls.syscall('stat', path, new Uint8Array(STAT_BYTES)));
      return { res, path };
    },
  },
  {
    name: 'stat of a name that is too long',
    event: 'PPME_SYSCALL_STAT_X',
    run(calls) {
      const path = 'x'.repeat(PATH_BYTES_MAX + 100);
      const res = failed('ENAMETOOLONG', calls.syscall('stat', path, new Uint8Array(STAT_BYTES)));
      return { res, path: path.slice(0, PATH_BYTES_MAX - 1) };
    },
  },
  {
    name: 'stat of bytes that are no UTF-8, through the 32-bit entry',
    event: 'PPME_SYSCALL_STAT_X',
    compat: true,
    run(calls) {
      const path = Uint8Array.of(0xff, 0x2f, 0xc3, 0);
      const res = failed('ENOENT', calls.compat('stat', path, new Uint8Array(STAT_BYTES)));
      return { res, path: '\xff/\xc3' };
    },
  },
  {
    name: 'lstat',
    event: 'PPME_SYSCALL_LSTAT_X',
    run: (calls) => ({
      res: done(calls.syscall('lstat', '/proc/self/exe', new Uint8Array(STAT_BYTES))),
      path: '/proc/self/exe',
    }),
  },
  {
    name: 'lstat of a file that is missing',
    event: 'PPME_SYSCALL_LSTAT_X',
    run: (calls) => ({
      res: failed('ENOENT', calls.syscall('lstat', 'missing', new Uint8Array(STAT_BYTES))),
      path: 'missing',
    }),
  },
  {
    name: 'fstat',
    event: 'PPME_SYSCALL_FSTAT_X',
    run(calls) {
      const fd = opened(calls, 'file');
      return { res: done(calls.syscall('fstat', fd, new Uint8Array(STAT_BYTES))), fd };
    },
  },
  {
    name: 'fstat of what is not open',
    event: 'PPME_SYSCALL_FSTAT_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('fstat', -3, new Uint8Array(STAT_BYTES))),
      fd: -3,
    }),
  },
  {
    name: 'newfstatat in a directory',
    event: 'PPME_SYSCALL_NEWFSTATAT_X',
    run(calls) {
      const dirfd = directory(calls);
      const flags = AT_SYMLINK_NOFOLLOW;
      const buffer = new Uint8Array(STAT_BYTES);
      const res = done(calls.syscall('newfstatat', dirfd, 'file', buffer, flags));
      return { res, dirfd, path: 'file', flags: PPM_AT_SYMLINK_NOFOLLOW };
    },
  },
  {
    name: 'newfstatat of the descriptor itself',
    event: 'PPME_SYSCALL_NEWFSTATAT_X',
    run(calls) {
      const dirfd = opened(calls, 'file');
      const buffer = new Uint8Array(STAT_BYTES);
      const res = done(calls.syscall('newfstatat', dirfd, '', buffer, AT_EMPTY_PATH));
      return { res, dirfd, path: '', flags: PPM_AT_EMPTY_PATH };
    },
  },
  {
    name: 'newfstatat in the working directory, of a file that is missing',
    event: 'PPME_SYSCALL_NEWFSTATAT_X',
    run(calls) {
      const buffer = new Uint8Array(STAT_BYTES);
      const res = failed('ENOENT', calls.syscall('newfstatat', AT_FDCWD, 'missing', buffer, 0));
      return { res, dirfd: PPM_AT_FDCWD, path: 'missing', flags: 0 };
    },
  },
  {
    name: 'fstatat64 of the 32-bit entry',
    event: 'PPME_SYSCALL_NEWFSTATAT_X',
    compat: true,
    run(calls) {
      const buffer = new Uint8Array(STAT_BYTES);
      const res = done(calls.compat('newfstatat', AT_FDCWD, file('file'), buffer, 0));
      return { res, dirfd: PPM_AT_FDCWD, path: 'file', flags: 0 };
    },
  },
  {
    name: 'access',
    event: 'PPME_SYSCALL_ACCESS_X',
    run: (calls) => ({
      res: done(calls.syscall('access', '/bin/sh', R_OK | X_OK)),
      name: '/bin/sh',
      mode: PPM_R_OK | PPM_X_OK,
    }),
  },
  {
    name: 'access of a file that is missing',
    event: 'PPME_SYSCALL_ACCESS_X',
    run: (calls) => ({
      res: failed('ENOENT', calls.syscall('access', 'missing', 0)),
      name: 'missing',
      mode: PPM_F_OK,
    }),
  },
];

const modes: readonly RecordCase[] = [
  {
    name: 'chmod of a file by a relative path',
    event: 'PPME_SYSCALL_CHMOD_X',
    run: (calls) => ({
      res: done(calls.syscall('chmod', file('file'), MODE)),
      filename: 'file',
      mode: RECORDED_MODE,
    }),
  },
  {
    name: 'chmod of a file that is missing',
    event: 'PPME_SYSCALL_CHMOD_X',
    run: (calls) => ({
      res: failed('ENOENT', calls.syscall('chmod', 'missing', 0)),
      filename: 'missing',
      mode: 0,
    }),
  },
  {
    name: 'fchmod',
    event: 'PPME_SYSCALL_FCHMOD_X',
    run(calls) {
      const fd = opened(calls, 'file');
      return { res: done(calls.syscall('fchmod', fd, MODE)), fd, mode: RECORDED_MODE };
    },
  },
  {
    name: 'fchmod of what is not open',
    event: 'PPME_SYSCALL_FCHMOD_X',
    run(calls) {
      const res = failed('EBADF', calls.syscall('fchmod', MISSING_FD, MODE));
      return { res, fd: MISSING_FD, mode: RECORDED_MODE };
    },
  },
  {
    name: 'fchmodat in a directory',
    event: 'PPME_SYSCALL_FCHMODAT_X',
    run(calls) {
      const dirfd = directory(calls);
      const res = done(calls.syscall('fchmodat', dirfd, 'file', MODE));
      return { res, dirfd, filename: 'file', mode: RECORDED_MODE };
    },
  },
  {
    name: 'fchmodat of a name that is not there',
    event: 'PPME_SYSCALL_FCHMODAT_X',
    run(calls) {
      const res = failed('EFAULT', calls.syscall('fchmodat', AT_FDCWD, NOWHERE, 0));
      return { res, dirfd: PPM_AT_FDCWD, filename: null, mode: 0 };
    },
  },
];

const owners: readonly RecordCase[] = [
  {
    name: 'chown',
    event: 'PPME_SYSCALL_CHOWN_X',
    run: (calls) => ({
      res: done(calls.syscall('chown', file('file'), 70_000, 70_001)),
      path: 'file',
      uid: 70_000,
      gid: 70_001,
    }),
  },
  {
    name: 'chown of a file that is missing, to nobody',
    event: 'PPME_SYSCALL_CHOWN_X',
    run: (calls) => ({
      res: failed('ENOENT', calls.syscall('chown', 'missing', -1, -1)),
      path: 'missing',
      uid: 0xffff_ffff,
      gid: 0xffff_ffff,
    }),
  },
  {
    name: 'chown with short ids',
    event: 'PPME_SYSCALL_CHOWN_X',
    compat: true,
    run: (calls) => ({
      res: done(calls.compat(COMPAT_CHOWN, file('file'), 0xffff, 0x5_0007)),
      path: 'file',
      uid: 0xffff_ffff,
      gid: 7,
    }),
  },
  {
    name: 'chown32 of the 32-bit entry',
    event: 'PPME_SYSCALL_CHOWN_X',
    compat: true,
    run: (calls) => ({
      res: done(calls.compat('chown', file('file'), 0xffff, 70_001)),
      path: 'file',
      uid: 0xffff,
      gid: 70_001,
    }),
  },
  {
    name: 'lchown',
    event: 'PPME_SYSCALL_LCHOWN_X',
    run: (calls) => ({
      res: done(calls.syscall('lchown', file('file'), 1, -1)),
      path: 'file',
      uid: 1,
      gid: 0xffff_ffff,
    }),
  },
  {
    name: 'lchown of a file that is missing',
    event: 'PPME_SYSCALL_LCHOWN_X',
    run: (calls) => ({
      res: failed('ENOENT', calls.syscall('lchown', 'missing', 1, 2)),
      path: 'missing',
      uid: 1,
      gid: 2,
    }),
  },
  {
    name: 'lchown with short ids',
    event: 'PPME_SYSCALL_LCHOWN_X',
    compat: true,
    run: (calls) => ({
      res: done(calls.compat(COMPAT_LCHOWN, file('file'), 3, 0xffff)),
      path: 'file',
      uid: 3,
      gid: 0xffff_ffff,
    }),
  },
  {
    name: 'fchown',
    event: 'PPME_SYSCALL_FCHOWN_X',
    run(calls) {
      const fd = opened(calls, 'file');
      return { res: done(calls.syscall('fchown', fd, 5, 6)), fd, uid: 5, gid: 6 };
    },
  },
  {
    name: 'fchown of what is not open',
    event: 'PPME_SYSCALL_FCHOWN_X',
    run(calls) {
      const res = failed('EBADF', calls.syscall('fchown', MISSING_FD, 5, 6));
      return { res, fd: MISSING_FD, uid: 5, gid: 6 };
    },
  },
  {
    name: 'fchown with short ids',
    event: 'PPME_SYSCALL_FCHOWN_X',
    compat: true,
    run(calls) {
      const fd = opened(calls, 'file');
      const res = done(calls.compat(COMPAT_FCHOWN, fd, 0xffff, 4));
      return { res, fd, uid: 0xffff_ffff, gid: 4 };
    },
  },
  {
    name: 'fchownat in a directory',
    event: 'PPME_SYSCALL_FCHOWNAT_X',
    run(calls) {
      const dirfd = directory(calls);
      const res = done(calls.syscall('fchownat', dirfd, 'file', 8, 9, AT_SYMLINK_NOFOLLOW));
      const flags = PPM_AT_SYMLINK_NOFOLLOW;
      return { res, dirfd, pathname: 'file', uid: 8, gid: 9, flags };
    },
  },
  {
    name: 'fchownat of the descriptor itself',
    event: 'PPME_SYSCALL_FCHOWNAT_X',
    run(calls) {
      const dirfd = opened(calls, 'file');
      const res = done(calls.syscall('fchownat', dirfd, '', 1, 2, AT_EMPTY_PATH));
      return { res, dirfd, pathname: '', uid: 1, gid: 2, flags: PPM_AT_EMPTY_PATH };
    },
  },
];

export const cases: readonly RecordCase[] = [...looks, ...modes, ...owners];
