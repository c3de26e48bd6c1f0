/**
 * Calls that open files by name, on file systems of the cases' own: what lies below the scratch
 * folder differs from machine to machine.
 */

import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import {
  PPM_AT_FDCWD,
  PPM_FD_LOWER_LAYER,
  PPM_FD_UPPER_LAYER,
  PPM_FD_UPPER_LAYER_CREAT,
  PPM_O_APPEND,
  PPM_O_CLOEXEC,
  PPM_O_CREAT,
  PPM_O_DIRECTORY,
  PPM_O_DSYNC,
  PPM_O_EXCL,
  PPM_O_F_CREATED,
  PPM_O_LARGEFILE,
  PPM_O_NONBLOCK,
  PPM_O_RDONLY,
  PPM_O_RDWR,
  PPM_O_SYNC,
  PPM_O_TMPFILE,
  PPM_O_TRUNC,
  PPM_O_WRONLY,
  PPM_RESOLVE_BENEATH,
  PPM_RESOLVE_NO_SYMLINKS,
  PPM_S_IRGRP,
  PPM_S_IRUSR,
  PPM_S_ISUID,
  PPM_S_IWUSR,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, Expected, Memory, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const isArm64 = process.arch === 'arm64';
const AT_FDCWD = -100;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0x40;
const O_EXCL = 0x80;
const O_TRUNC = 0x200;
const O_APPEND = 0x400;
const O_NONBLOCK = 0x800;
const O_CLOEXEC = 0x8_0000;
const O_SYNC = 0x10_1000;
const O_DIRECTORY = isArm64 ? 0x4000 : 0x1_0000;
const O_LARGEFILE = isArm64 ? 0x2_0000 : 0x8000;
const O_TMPFILE = 0x40_0000 | O_DIRECTORY;
const RESOLVE_NO_SYMLINKS = 4;
const RESOLVE_BENEATH = 8;
const OPEN_HOW_BYTES = 24;
const CLONE_NEWNS = 0x2_0000;
const MS_REC = 0x4000;
const MS_PRIVATE = 0x4_0000;
const HANDLE_BYTES_MAX = 128;

const MODE = 0o4640;
const RECORDED_MODE = PPM_S_ISUID | PPM_S_IRUSR | PPM_S_IWUSR | PPM_S_IRGRP;

/** A tmpfs, in a mount namespace that nobody else sees. */
function root(calls: Calls): string {
  const path = `${calls.folder}/mounted`;
  if (existsSync(path)) return path;
  mkdirSync(path);
  done(calls.syscall('unshare', CLONE_NEWNS));
  done(calls.syscall('mount', null, '/', null, MS_REC | MS_PRIVATE, null));
  done(calls.syscall('mount', 'any', path, 'tmpfs', 0, null));
  return path;
}

function file(calls: Calls, name: string): string {
  const path = `${root(calls)}/${name}`;
  writeFileSync(path, '');
  return path;
}

/** A name that nothing has had yet. */
function fresh(calls: Calls): string {
  return `${root(calls)}/fresh-${fresh.count++}`;
}
fresh.count = 0;

function directory(calls: Calls): { readonly dirfd: number; readonly path: string } {
  const path = root(calls);
  return { dirfd: done(calls.syscall('openat', AT_FDCWD, path, 0)), path };
}

/** What the record tells of the file. */
function facts(path: string): Expected {
  const { dev, ino } = statSync(path);
  return { dev, ino };
}
const noFile: Expected = { dev: 0, ino: 0 };

const openat: readonly RecordCase[] = [
  {
    name: 'openat of a file by its path',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const name = file(calls, 'file');
      return {
        fd: done(calls.syscall('openat', AT_FDCWD, name, O_CLOEXEC, 0o644)),
        dirfd: PPM_AT_FDCWD,
        name,
        flags: PPM_O_RDONLY | PPM_O_CLOEXEC,
        mode: 0,
        ...facts(name),
      };
    },
  },
  {
    name: 'openat that creates',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const name = fresh(calls);
      const flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_LARGEFILE;
      return {
        fd: done(calls.syscall('openat', AT_FDCWD, name, flags, MODE)),
        dirfd: PPM_AT_FDCWD,
        name,
        flags:
          PPM_O_WRONLY |
          PPM_O_CREAT |
          PPM_O_EXCL |
          PPM_O_APPEND |
          PPM_O_LARGEFILE |
          PPM_O_F_CREATED,
        mode: RECORDED_MODE,
        ...facts(name),
      };
    },
  },
  {
    name: 'openat of a file that is missing',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const name = fresh(calls);
      const flags = O_RDWR | O_TRUNC | O_SYNC | O_NONBLOCK;
      return {
        fd: failed('ENOENT', calls.syscall('openat', AT_FDCWD, name, flags, 0)),
        dirfd: PPM_AT_FDCWD,
        name,
        flags: PPM_O_RDWR | PPM_O_TRUNC | PPM_O_SYNC | PPM_O_DSYNC | PPM_O_NONBLOCK,
        mode: 0,
        ...noFile,
      };
    },
  },
  {
    name: 'openat that gives descriptor 0',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const name = file(calls, 'file');
      done(calls.syscall('close', 0));
      const fd = done(calls.syscall('openat', AT_FDCWD, name, 0, 0));
      if (fd !== 0) throw new Error(`the descriptor is ${fd}`);
      return {
        fd,
        dirfd: PPM_AT_FDCWD,
        name,
        flags: PPM_O_RDONLY,
        mode: 0,
        ...facts(name),
      };
    },
  },
  {
    name: 'openat of a file without a name',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const { dirfd, path } = directory(calls);
      const fd = done(calls.syscall('openat', dirfd, '.', O_RDWR | O_TMPFILE, MODE));
      return {
        fd,
        dirfd,
        name: '.',
        flags: PPM_O_RDWR | PPM_O_TMPFILE | PPM_O_DIRECTORY,
        mode: RECORDED_MODE,
        ...facts(`/proc/self/fd/${fd}`),
        realPath: { matches: `^${path}/#\\d+$` },
      };
    },
  },
  {
    name: 'openat of no name',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run: (calls) => ({
      fd: failed('EFAULT', calls.syscall('openat', AT_FDCWD, null, 0, 0)),
      dirfd: PPM_AT_FDCWD,
      name: null,
      flags: PPM_O_RDONLY,
      mode: 0,
      ...noFile,
    }),
  },
  {
    name: 'openat through the 32-bit entry',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    compat: true,
    run(calls) {
      const name = file(calls, 'file');
      return {
        fd: done(calls.compat('openat', 0xffff_ff9c, name, O_LARGEFILE, 0)),
        dirfd: PPM_AT_FDCWD,
        name,
        flags: PPM_O_RDONLY | PPM_O_LARGEFILE,
        mode: 0,
        ...facts(name),
      };
    },
  },
];

/** An openat for reading of a name that is not the path. */
function otherName(calls: Calls, name: string, realPath: string): Expected {
  return {
    fd: done(calls.syscall('openat', AT_FDCWD, name, 0, 0)),
    dirfd: PPM_AT_FDCWD,
    name,
    flags: PPM_O_RDONLY,
    mode: 0,
    ...facts(name),
    realPath,
  };
}

const realPaths: readonly RecordCase[] = [
  {
    name: 'path of a file that was opened by a relative name',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const path = file(calls, 'file');
      return otherName(calls, 'mounted/../mounted/file', path);
    },
  },
  {
    name: 'path of a file that was opened in a directory',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const realPath = file(calls, 'file');
      const { dirfd } = directory(calls);
      return {
        fd: done(calls.syscall('openat', dirfd, 'file', 0, 0)),
        dirfd,
        name: 'file',
        flags: PPM_O_RDONLY,
        mode: 0,
        ...facts(realPath),
        realPath,
      };
    },
  },
  {
    name: 'path of a file that was opened through a link',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const link = fresh(calls);
      symlinkSync('/etc/passwd', link);
      return otherName(calls, link, '/etc/passwd');
    },
  },
  {
    name: 'path of a file that was opened through the root of a process',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run: (calls) => otherName(calls, '/proc/self/root/etc/passwd', '/etc/passwd'),
  },
  {
    name: 'path of a file with a longer name than most',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const folder = `${root(calls)}/${'long'.repeat(60)}`;
      const path = `${folder}/${'x'.repeat(255)}`;
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, '');
      return otherName(calls, `${folder}//${'x'.repeat(255)}`, path);
    },
  },
  {
    name: 'path of the root',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run: (calls) => otherName(calls, '/./', '/'),
  },
  {
    name: 'path of what lies in memory alone',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const fd = done(calls.syscall('memfd_create', 'hidden', 0));
      return otherName(calls, `/proc/self/fd/${fd}`, 'memfd:hidden');
    },
  },
  {
    name: 'path of a file of which another has the beginning of the name',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const path = file(calls, 'file');
      const link = `${path}s`;
      symlinkSync('file', link);
      return otherName(calls, link, path);
    },
  },
];

/** An overlay over the tmpfs, with a file of its lower layer. */
function overlay(calls: Calls): string {
  const base = root(calls);
  const merged = `${base}/merged`;
  if (existsSync(merged)) return merged;
  for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(`${base}/${name}`);
  writeFileSync(`${base}/lower/below`, '');
  writeFileSync(`${base}/lower/changed`, '');
  const options = `lowerdir=${base}/lower,upperdir=${base}/upper,workdir=${base}/work`;
  done(calls.syscall('mount', 'any', merged, 'overlay', 0, options));
  writeFileSync(`${merged}/changed`, 'now above');
  return merged;
}

/** The device of an overlay's own, whatever stat says of the files of its layers. */
function overlayFacts(calls: Calls, name: string): Expected {
  return { dev: statSync(overlay(calls)).dev, ino: statSync(name).ino };
}

const layers: readonly RecordCase[] = [
  {
    name: 'openat of a file of the lower layer',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const name = `${overlay(calls)}/below`;
      return {
        fd: done(calls.syscall('openat', AT_FDCWD, name, 0, 0)),
        dirfd: PPM_AT_FDCWD,
        name,
        flags: PPM_O_RDONLY | PPM_FD_LOWER_LAYER,
        mode: 0,
        ...overlayFacts(calls, name),
      };
    },
  },
  {
    name: 'openat of a file that was written to',
    event: 'PPME_SYSCALL_OPENAT_2_X',
    run(calls) {
      const name = `${overlay(calls)}/changed`;
      return {
        fd: done(calls.syscall('openat', AT_FDCWD, name, 0, 0)),
        dirfd: PPM_AT_FDCWD,
        name,
        flags: PPM_O_RDONLY | PPM_FD_UPPER_LAYER,
        mode: 0,
        ...overlayFacts(calls, name),
      };
    },
  },
  {
    name: 'creat on an overlay',
    event: 'PPME_SYSCALL_CREAT_X',
    run(calls) {
      const name = `${overlay(calls)}/made`;
      return {
        fd: done(calls.syscall('creat', name, MODE)),
        name,
        mode: RECORDED_MODE,
        ...overlayFacts(calls, name),
        creat_flags: PPM_FD_UPPER_LAYER_CREAT,
      };
    },
  },
];

const olderCalls: readonly RecordCase[] = [
  {
    name: 'open',
    event: 'PPME_SYSCALL_OPEN_X',
    run(calls) {
      const name = fresh(calls);
      return {
        fd: done(calls.syscall('open', name, O_RDWR | O_CREAT, MODE)),
        name,
        flags: PPM_O_RDWR | PPM_O_CREAT | PPM_O_F_CREATED,
        mode: RECORDED_MODE,
        ...facts(name),
      };
    },
  },
  {
    name: 'open by a relative name',
    event: 'PPME_SYSCALL_OPEN_X',
    run(calls) {
      const realPath = file(calls, 'file');
      return {
        fd: done(calls.syscall('open', 'mounted/file', 0, MODE)),
        name: 'mounted/file',
        flags: PPM_O_RDONLY,
        mode: 0,
        ...facts(realPath),
        realPath,
      };
    },
  },
  {
    name: 'open of what is no directory',
    event: 'PPME_SYSCALL_OPEN_X',
    run: (calls) => ({
      fd: failed('ENOTDIR', calls.syscall('open', '/dev/null', O_DIRECTORY, 0)),
      name: '/dev/null',
      flags: PPM_O_RDONLY | PPM_O_DIRECTORY,
      mode: 0,
      ...noFile,
    }),
  },
  {
    name: 'creat',
    event: 'PPME_SYSCALL_CREAT_X',
    run(calls) {
      const name = fresh(calls);
      return {
        fd: done(calls.syscall('creat', name, MODE)),
        name,
        mode: RECORDED_MODE,
        ...facts(name),
        creat_flags: 0,
      };
    },
  },
  {
    name: 'creat of a directory',
    event: 'PPME_SYSCALL_CREAT_X',
    run: (calls) => ({
      fd: failed('EISDIR', calls.syscall('creat', '/etc', MODE)),
      name: '/etc',
      mode: RECORDED_MODE,
      ...noFile,
      creat_flags: 0,
    }),
  },
];

function openHow(calls: Calls, flags: number, mode: number, resolve: number): Memory {
  const how = calls.memory(OPEN_HOW_BYTES);
  for (const [index, word] of [flags, mode, resolve].entries()) {
    how.view.setBigUint64(index * 8, BigInt(word), true);
  }
  return how;
}

const newerCalls: readonly RecordCase[] = [
  {
    name: 'openat2',
    event: 'PPME_SYSCALL_OPENAT2_X',
    run(calls) {
      const { dirfd, path } = directory(calls);
      const realPath = fresh(calls);
      const name = realPath.slice(path.length + 1);
      const how = openHow(calls, O_RDWR | O_CREAT, 0o640, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
      return {
        fd: done(calls.syscall('openat2', dirfd, name, how.address, OPEN_HOW_BYTES)),
        dirfd,
        name,
        flags: PPM_O_RDWR | PPM_O_CREAT | PPM_O_F_CREATED,
        mode: PPM_S_IRUSR | PPM_S_IWUSR | PPM_S_IRGRP,
        resolve: PPM_RESOLVE_BENEATH | PPM_RESOLVE_NO_SYMLINKS,
        ...facts(realPath),
        realPath,
      };
    },
  },
  {
    name: 'openat2 out of where it must stay',
    event: 'PPME_SYSCALL_OPENAT2_X',
    run(calls) {
      const { dirfd } = directory(calls);
      const how = openHow(calls, 0, 0, RESOLVE_BENEATH);
      return {
        fd: failed('EXDEV', calls.syscall('openat2', dirfd, '/etc', how.address, OPEN_HOW_BYTES)),
        dirfd,
        name: '/etc',
        flags: PPM_O_RDONLY,
        mode: 0,
        resolve: PPM_RESOLVE_BENEATH,
        ...noFile,
      };
    },
  },
  {
    name: 'open_by_handle_at',
    event: 'PPME_SYSCALL_OPEN_BY_HANDLE_AT_X',
    run(calls) {
      const { dirfd: mountfd } = directory(calls);
      const path = file(calls, 'file');
      const handle = calls.memory(8 + HANDLE_BYTES_MAX);
      handle.view.setUint32(0, HANDLE_BYTES_MAX, true);
      const mountId = new Uint8Array(4);
      done(calls.syscall('name_to_handle_at', AT_FDCWD, path, handle.address, mountId, 0));
      return {
        fd: done(calls.syscall('open_by_handle_at', mountfd, handle.address, O_RDWR)),
        mountfd,
        flags: PPM_O_RDWR,
        path,
        ...facts(path),
      };
    },
  },
  {
    name: 'open_by_handle_at of a handle of nothing',
    event: 'PPME_SYSCALL_OPEN_BY_HANDLE_AT_X',
    run: (calls) => ({
      fd: failed('EINVAL', calls.syscall('open_by_handle_at', AT_FDCWD, new Uint8Array(8), 0)),
      mountfd: PPM_AT_FDCWD,
      flags: PPM_O_RDONLY,
      path: null,
      ...noFile,
    }),
  },
];

export const cases: readonly RecordCase[] = [
  ...openat,
  ...realPaths,
  ...layers,
  ...olderCalls,
  ...newerCalls,
];
