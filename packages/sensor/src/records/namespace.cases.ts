/** Namespaces that a process enters or leaves. */

import {
  PPM_CL_CLONE_NEWIPC,
  PPM_CL_CLONE_NEWNS,
  PPM_CL_CLONE_NEWUSER,
  PPM_CL_CLONE_NEWUTS,
} from '@saker/core/events/constants.gen.ts';
import type { RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const CLONE_NEWNS = 0x2_0000;
const CLONE_NEWUTS = 0x400_0000;
const CLONE_NEWIPC = 0x800_0000;
const CLONE_NEWUSER = 0x1000_0000;
const NO_FD = 999_999;

export const cases: readonly RecordCase[] = [
  {
    name: 'setns to the namespace that it is in',
    event: 'PPME_SYSCALL_SETNS_X',
    run(calls) {
      const fd = calls.syscall('open', '/proc/self/ns/uts', 0);
      const res = done(calls.syscall('setns', fd, CLONE_NEWUTS));
      calls.syscall('close', fd);
      return { res, fd, nstype: PPM_CL_CLONE_NEWUTS };
    },
  },
  {
    name: 'setns to no namespace',
    event: 'PPME_SYSCALL_SETNS_X',
    run: (calls) => ({
      res: failed('EBADF', calls.syscall('setns', NO_FD, 0)),
      fd: NO_FD,
      nstype: 0,
    }),
  },
  {
    name: 'unshare',
    event: 'PPME_SYSCALL_UNSHARE_X',
    run: (calls) => ({
      res: done(calls.syscall('unshare', CLONE_NEWUTS | CLONE_NEWIPC)),
      flags: PPM_CL_CLONE_NEWUTS | PPM_CL_CLONE_NEWIPC,
    }),
  },
  {
    name: 'unshare that one of many threads may not do',
    event: 'PPME_SYSCALL_UNSHARE_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('unshare', CLONE_NEWUSER | CLONE_NEWNS)),
      flags: PPM_CL_CLONE_NEWUSER | PPM_CL_CLONE_NEWNS,
    }),
  },
];
