/** Calls that put file systems into the tree, take them out, and configure them. */

import { mkdirSync } from 'node:fs';
import {
  PPM_FSCONFIG_CMD_CREATE,
  PPM_FSCONFIG_SET_BINARY,
  PPM_FSCONFIG_SET_STRING,
  PPM_GRPQUOTA,
  PPM_MNT_DETACH,
  PPM_MS_NODEV,
  PPM_MS_NOSUID,
  PPM_Q_GETFMT,
  PPM_Q_QUOTAON,
  PPM_Q_SETINFO,
  PPM_Q_SETQUOTA,
  PPM_Q_SYNC,
  PPM_QFMT_NOT_USED,
  PPM_QFMT_VFS_V1,
  PPM_USRQUOTA,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const CLONE_NEWNS = 0x2_0000;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_REC = 0x4000;
const MS_PRIVATE = 0x4_0000;
const MS_MGC_VAL = 0xc0ed_0000;
const MNT_DETACH = 2;
const FSCONFIG_SET_STRING = 1;
const FSCONFIG_SET_BINARY = 2;
const FSCONFIG_CMD_CREATE = 6;
const MISSING_FD = 777;
const COMPAT_OLDUMOUNT = 22;

let isAlone = false;

/**
 * An empty directory; the thread is in a mount namespace of its own, whose end unmounts everything.
 */
function mountPoint(calls: Calls, name: string): string {
  if (!isAlone) {
    done(calls.syscall('unshare', CLONE_NEWNS));
    done(calls.syscall('mount', null, '/', null, MS_REC | MS_PRIVATE, null));
    isAlone = true;
  }
  const path = `${calls.folder}/${name}`;
  mkdirSync(path, { recursive: true });
  return path;
}

function mounted(calls: Calls, name: string): string {
  const path = mountPoint(calls, name);
  done(calls.syscall('mount', 'any', path, 'tmpfs', 0, null));
  return path;
}

const mounts: readonly RecordCase[] = [
  {
    name: 'mount',
    event: 'PPME_SYSCALL_MOUNT_X',
    run(calls) {
      const dir = mountPoint(calls, 'one');
      const flags = MS_MGC_VAL | MS_NOSUID | MS_NODEV;
      return {
        res: done(calls.syscall('mount', 'device', dir, 'tmpfs', flags, null)),
        dev: 'device',
        dir,
        type: 'tmpfs',
        flags: PPM_MS_NOSUID | PPM_MS_NODEV,
      };
    },
  },
  {
    name: 'mount of a file system that does not exist',
    event: 'PPME_SYSCALL_MOUNT_X',
    run: (calls) => ({
      res: failed('ENODEV', calls.syscall('mount', null, '/tmp', 'nonefs', 0, null)),
      dev: null,
      dir: '/tmp',
      type: 'nonefs',
      flags: 0,
    }),
  },
  {
    name: 'umount2',
    event: 'PPME_SYSCALL_UMOUNT2_X',
    run(calls) {
      const name = mounted(calls, 'two');
      const res = done(calls.syscall('umount2', name, MNT_DETACH));
      return { res, name, flags: PPM_MNT_DETACH };
    },
  },
  {
    name: 'umount2 of what is not mounted',
    event: 'PPME_SYSCALL_UMOUNT2_X',
    run(calls) {
      const name = mountPoint(calls, 'three');
      return { res: failed('EINVAL', calls.syscall('umount2', name, 0)), name, flags: 0 };
    },
  },
  {
    name: 'umount, which only the 32-bit entry has',
    event: 'PPME_SYSCALL_UMOUNT_1_X',
    also: ['umount2'],
    compat: true,
    run(calls) {
      const name = mounted(calls, 'four');
      return { res: done(calls.compat(COMPAT_OLDUMOUNT, name, MNT_DETACH)), name };
    },
  },
];

function configured(calls: Calls): number {
  return done(calls.syscall('fsopen', 'tmpfs', 0));
}

const configurations: readonly RecordCase[] = [
  {
    name: 'fsconfig of a text',
    event: 'PPME_SYSCALL_FSCONFIG_X',
    run(calls) {
      const fd = configured(calls);
      const arguments_ = [fd, FSCONFIG_SET_STRING, 'size', '1m', 0] as const;
      return {
        res: done(calls.syscall('fsconfig', ...arguments_)),
        fd,
        cmd: PPM_FSCONFIG_SET_STRING,
        key: 'size',
        value_bytebuf: null,
        value_charbuf: '1m',
        aux: 0,
      };
    },
  },
  {
    name: 'fsconfig that makes the file system',
    event: 'PPME_SYSCALL_FSCONFIG_X',
    run(calls) {
      const fd = configured(calls);
      return {
        res: done(calls.syscall('fsconfig', fd, FSCONFIG_CMD_CREATE, null, null, 0)),
        fd,
        cmd: PPM_FSCONFIG_CMD_CREATE,
        key: null,
        value_bytebuf: null,
        value_charbuf: null,
        aux: 0,
      };
    },
  },
  {
    name: 'fsconfig of bytes that the file system does not take',
    event: 'PPME_SYSCALL_FSCONFIG_X',
    run(calls) {
      const fd = configured(calls);
      const arguments_ = [fd, FSCONFIG_SET_BINARY, 'size', Uint8Array.of(1, 0, 2), 3] as const;
      return {
        res: failed('EINVAL', calls.syscall('fsconfig', ...arguments_)),
        fd,
        cmd: PPM_FSCONFIG_SET_BINARY,
        key: 'size',
        value_bytebuf: null,
        value_charbuf: null,
        aux: 3,
      };
    },
  },
  {
    name: 'fsconfig of what is not open',
    event: 'PPME_SYSCALL_FSCONFIG_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('fsconfig', MISSING_FD, FSCONFIG_SET_STRING, 'a', 'b', 0)),
      fd: MISSING_FD,
      cmd: PPM_FSCONFIG_SET_STRING,
      key: 'a',
      value_bytebuf: null,
      value_charbuf: null,
      aux: 0,
    }),
  },
];

const USRQUOTA = 0;
const GRPQUOTA = 1;
const Q_SYNC = 0x80_0001;
const Q_QUOTAON = 0x80_0002;
const Q_GETFMT = 0x80_0004;
const Q_SETINFO = 0x80_0006;
const Q_SETQUOTA = 0x80_0008;
const QFMT_VFS_V1 = 4;
const QIF_BLIMITS = 1;
const QIF_BTIME = 16;
const IIF_IGRACE = 2;
const IIF_FLAGS = 4;

function command(command: number, type: number): number {
  return (command << 8) | type;
}

/** A record of quotactl with all that the command does not say. */
const noQuota: Expected = {
  quotafilepath: null,
  dqb_bhardlimit: 0,
  dqb_bsoftlimit: 0,
  dqb_curspace: 0,
  dqb_ihardlimit: 0,
  dqb_isoftlimit: 0,
  dqb_btime: 0,
  dqb_itime: 0,
  dqi_bgrace: 0,
  dqi_igrace: 0,
  dqi_flags: 0,
  quota_fmt_out: PPM_QFMT_NOT_USED,
  id: 0,
  quota_fmt: PPM_QFMT_NOT_USED,
};

/** Where there is no quota: a path that is no block device. */
const quotas: readonly RecordCase[] = [
  {
    name: 'quotactl that writes everything out',
    event: 'PPME_SYSCALL_QUOTACTL_X',
    run: (calls) => ({
      ...noQuota,
      res: done(calls.syscall('quotactl', command(Q_SYNC, USRQUOTA), null, 5, null)),
      special: null,
      cmd: PPM_Q_SYNC,
      type: PPM_USRQUOTA,
    }),
  },
  {
    name: 'quotactl that sets limits',
    event: 'PPME_SYSCALL_QUOTACTL_X',
    run(calls) {
      const { address, view } = calls.memory(72);
      for (let index = 0; index < 8; index++) view.setBigUint64(index * 8, BigInt(index + 1), true);
      view.setUint32(64, QIF_BLIMITS | QIF_BTIME, true);
      const asked = command(Q_SETQUOTA, GRPQUOTA);
      return {
        ...noQuota,
        res: failed('ENOTBLK', calls.syscall('quotactl', asked, '/dev/null', 1000, address)),
        special: '/dev/null',
        dqb_bhardlimit: 1,
        dqb_bsoftlimit: 2,
        dqb_btime: 7,
        cmd: PPM_Q_SETQUOTA,
        type: PPM_GRPQUOTA,
        id: 1000,
      };
    },
  },
  {
    name: 'quotactl that sets times',
    event: 'PPME_SYSCALL_QUOTACTL_X',
    run(calls) {
      const { address, view } = calls.memory(24);
      view.setBigUint64(0, 11n, true);
      view.setBigUint64(8, 12n, true);
      view.setUint32(16, 1, true);
      view.setUint32(20, IIF_IGRACE | IIF_FLAGS, true);
      const asked = command(Q_SETINFO, USRQUOTA);
      return {
        ...noQuota,
        res: failed('ENOTBLK', calls.syscall('quotactl', asked, '/dev/null', 9, address)),
        special: '/dev/null',
        dqi_igrace: 12,
        dqi_flags: 1,
        cmd: PPM_Q_SETINFO,
        type: PPM_USRQUOTA,
      };
    },
  },
  {
    name: 'quotactl that switches quotas on',
    event: 'PPME_SYSCALL_QUOTACTL_X',
    run(calls) {
      const asked = command(Q_QUOTAON, USRQUOTA);
      const arguments_ = [asked, '/dev/null', QFMT_VFS_V1, '/aquota.user'] as const;
      return {
        ...noQuota,
        res: failed('ENOTBLK', calls.syscall('quotactl', ...arguments_)),
        special: '/dev/null',
        quotafilepath: '/aquota.user',
        cmd: PPM_Q_QUOTAON,
        type: PPM_USRQUOTA,
        quota_fmt: PPM_QFMT_VFS_V1,
      };
    },
  },
  {
    name: 'quotactl that asks for the format',
    event: 'PPME_SYSCALL_QUOTACTL_X',
    run(calls) {
      const { address, view } = calls.memory(4);
      view.setUint32(0, QFMT_VFS_V1, true);
      const asked = command(Q_GETFMT, USRQUOTA);
      return {
        ...noQuota,
        res: failed('ENOTBLK', calls.syscall('quotactl', asked, '/dev/null', 0, address)),
        special: '/dev/null',
        quota_fmt_out: PPM_QFMT_VFS_V1,
        cmd: PPM_Q_GETFMT,
        type: PPM_USRQUOTA,
      };
    },
  },
];

export const cases: readonly RecordCase[] = [...mounts, ...configurations, ...quotas];
