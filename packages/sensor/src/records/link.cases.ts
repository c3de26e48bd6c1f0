/** Calls that give names to files and take them away. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import {
  PPM_AT_FDCWD,
  PPM_AT_REMOVEDIR,
  PPM_AT_SYMLINK_FOLLOW,
  PPM_RENAME_EXCHANGE,
  PPM_RENAME_NOREPLACE,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const AT_FDCWD = -100;
const AT_REMOVEDIR = 0x200;
const AT_SYMLINK_FOLLOW = 0x400;
const RENAME_NOREPLACE = 1;
const RENAME_EXCHANGE = 2;
const MISSING_FD = 777;

function file(name: string): string {
  writeFileSync(name, '');
  return name;
}

function free(name: string): string {
  rmSync(name, { force: true, recursive: true });
  return name;
}

/** A directory with a file in it. */
function directory(calls: Calls, name: string): number {
  mkdirSync(name, { recursive: true });
  file(`${name}/file`);
  return done(calls.syscall('openat', AT_FDCWD, name, 0));
}

const renames: readonly RecordCase[] = [
  {
    name: 'rename',
    event: 'PPME_SYSCALL_RENAME_X',
    run: (calls) => ({
      res: done(calls.syscall('rename', file('old'), free('new'))),
      oldpath: 'old',
      newpath: 'new',
    }),
  },
  {
    name: 'rename of a file that is missing',
    event: 'PPME_SYSCALL_RENAME_X',
    run: (calls) => ({
      res: failed('ENOENT', calls.syscall('rename', 'missing', '')),
      oldpath: 'missing',
      newpath: '',
    }),
  },
  {
    name: 'renameat between directories',
    event: 'PPME_SYSCALL_RENAMEAT_X',
    run(calls) {
      const olddirfd = directory(calls, 'from');
      const newdirfd = directory(calls, 'to');
      const res = done(calls.syscall('renameat', olddirfd, 'file', newdirfd, 'moved'));
      return { res, olddirfd, oldpath: 'file', newdirfd, newpath: 'moved' };
    },
  },
  {
    name: 'renameat from what is not open',
    event: 'PPME_SYSCALL_RENAMEAT_X',
    run(calls) {
      const res = failed('EBADF', calls.syscall('renameat', MISSING_FD, 'a', AT_FDCWD, 'b'));
      return {
        res,
        olddirfd: MISSING_FD,
        oldpath: 'a',
        newdirfd: PPM_AT_FDCWD,
        newpath: 'b',
      };
    },
  },
  {
    name: 'renameat2 that exchanges',
    event: 'PPME_SYSCALL_RENAMEAT2_X',
    run(calls) {
      const olddirfd = directory(calls, 'from');
      const flags = RENAME_EXCHANGE;
      const result = calls.syscall('renameat2', olddirfd, 'file', AT_FDCWD, file('here'), flags);
      return {
        res: done(result),
        olddirfd,
        oldpath: 'file',
        newdirfd: PPM_AT_FDCWD,
        newpath: 'here',
        flags: PPM_RENAME_EXCHANGE,
      };
    },
  },
  {
    name: 'renameat2 that must not replace',
    event: 'PPME_SYSCALL_RENAMEAT2_X',
    run(calls) {
      const names = [AT_FDCWD, file('old'), AT_FDCWD, file('new')] as const;
      return {
        res: failed('EEXIST', calls.syscall('renameat2', ...names, RENAME_NOREPLACE)),
        olddirfd: PPM_AT_FDCWD,
        oldpath: 'old',
        newdirfd: PPM_AT_FDCWD,
        newpath: 'new',
        flags: PPM_RENAME_NOREPLACE,
      };
    },
  },
];

const links: readonly RecordCase[] = [
  {
    name: 'link',
    event: 'PPME_SYSCALL_LINK_2_X',
    run: (calls) => ({
      res: done(calls.syscall('link', file('old'), free('new'))),
      oldpath: 'old',
      newpath: 'new',
    }),
  },
  {
    name: 'link to a name that is taken',
    event: 'PPME_SYSCALL_LINK_2_X',
    run: (calls) => ({
      res: failed('EEXIST', calls.syscall('link', file('old'), file('new'))),
      oldpath: 'old',
      newpath: 'new',
    }),
  },
  {
    name: 'linkat through a link',
    event: 'PPME_SYSCALL_LINKAT_2_X',
    run(calls) {
      const olddir = directory(calls, 'from');
      const names = [olddir, 'file', AT_FDCWD, free('new')] as const;
      return {
        res: done(calls.syscall('linkat', ...names, AT_SYMLINK_FOLLOW)),
        olddir,
        oldpath: 'file',
        newdir: PPM_AT_FDCWD,
        newpath: 'new',
        flags: PPM_AT_SYMLINK_FOLLOW,
      };
    },
  },
  {
    name: 'linkat of a file that is missing',
    event: 'PPME_SYSCALL_LINKAT_2_X',
    run(calls) {
      const newdir = directory(calls, 'to');
      return {
        res: failed('ENOENT', calls.syscall('linkat', AT_FDCWD, 'missing', newdir, 'new', 0)),
        olddir: PPM_AT_FDCWD,
        oldpath: 'missing',
        newdir,
        newpath: 'new',
        flags: 0,
      };
    },
  },
  {
    name: 'symlink over a sensitive file',
    event: 'PPME_SYSCALL_SYMLINK_X',
    run: (calls) => ({
      res: done(calls.syscall('symlink', '/etc/shadow', free('harmless'))),
      target: '/etc/shadow',
      linkpath: 'harmless',
    }),
  },
  {
    name: 'symlink to a name that is taken',
    event: 'PPME_SYSCALL_SYMLINK_X',
    run: (calls) => ({
      res: failed('EEXIST', calls.syscall('symlink', 'any', file('taken'))),
      target: 'any',
      linkpath: 'taken',
    }),
  },
  {
    name: 'symlinkat',
    event: 'PPME_SYSCALL_SYMLINKAT_X',
    run(calls) {
      const linkdirfd = directory(calls, 'from');
      free('from/link');
      const res = done(calls.syscall('symlinkat', '../any', linkdirfd, 'link'));
      return { res, target: '../any', linkdirfd, linkpath: 'link' };
    },
  },
  {
    name: 'symlinkat to nothing',
    event: 'PPME_SYSCALL_SYMLINKAT_X',
    run(calls) {
      const res = failed('ENOENT', calls.syscall('symlinkat', '', AT_FDCWD, 'link'));
      return { res, target: '', linkdirfd: PPM_AT_FDCWD, linkpath: 'link' };
    },
  },
];

const removals: readonly RecordCase[] = [
  {
    name: 'unlink',
    event: 'PPME_SYSCALL_UNLINK_2_X',
    run: (calls) => ({ res: done(calls.syscall('unlink', file('file'))), path: 'file' }),
  },
  {
    name: 'unlink of a file that is missing',
    event: 'PPME_SYSCALL_UNLINK_2_X',
    run: (calls) => ({ res: failed('ENOENT', calls.syscall('unlink', 'no')), path: 'no' }),
  },
  {
    name: 'unlinkat of a directory',
    event: 'PPME_SYSCALL_UNLINKAT_2_X',
    run(calls) {
      const dirfd = directory(calls, 'from');
      mkdirSync('from/empty');
      const res = done(calls.syscall('unlinkat', dirfd, 'empty', AT_REMOVEDIR));
      return { res, dirfd, name: 'empty', flags: PPM_AT_REMOVEDIR };
    },
  },
  {
    name: 'unlinkat of a file that is missing',
    event: 'PPME_SYSCALL_UNLINKAT_2_X',
    run(calls) {
      const res = failed('ENOENT', calls.syscall('unlinkat', AT_FDCWD, 'missing', 0));
      return { res, dirfd: PPM_AT_FDCWD, name: 'missing', flags: 0 };
    },
  },
];

export const cases: readonly RecordCase[] = [...renames, ...links, ...removals];
