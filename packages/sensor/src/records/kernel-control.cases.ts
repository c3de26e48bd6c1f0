/** What the kernel runs and keeps for processes: BPF, modules, keys, a process's own settings. */

import { writeFileSync } from 'node:fs';
import { PPM_DELETE_MODULE_O_NONBLOCK } from '@saker/core/events/constants.gen.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const BPF_MAP_CREATE = 0;
const NO_COMMAND = 9999;
const NOWHERE = 8;
const MODULE_INIT_IGNORE_VERMAGIC = 2;
const O_NONBLOCK = 0o4000;
/** What records have of a module's image at most. */
const IMAGE_BYTES_MAX = 32 * 1024;

const PR_GET_DUMPABLE = 3;
const PR_SET_NAME = 15;
const PR_GET_NAME = 16;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_GET_CHILD_SUBREAPER = 37;
const NO_OPTION = 0x7777;

const KEYCTL = {
  getKeyringId: 0,
  joinSessionKeyring: 1,
  search: 10,
  read: 11,
  sessionToParent: 18,
  restrictKeyring: 29,
  none: 4444,
} as const;
const SESSION_KEYRING = -3;

/** A parameter that is a number, and one that is a string: what it is stands before it. */
function number(value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setBigInt64(1, BigInt(value), true);
  return bytes;
}
function string(text: string): Uint8Array {
  return Buffer.from(`\x01${text}\0`, 'latin1');
}
const NONE = number(0);

/** Whatever comes of it: not every kernel keeps keys. */
function keyctl(calls: Calls, operation: number, args: readonly (number | string)[]): Expected {
  const res = calls.syscall('keyctl', operation, ...args);
  const shown = args.map((value) => (typeof value === 'string' ? string(value) : number(value)));
  const [arg2 = NONE, arg3 = NONE, arg4 = NONE, arg5 = NONE] = shown;
  return { res, operation, arg2, arg3, arg4, arg5 };
}

export const cases: readonly RecordCase[] = [
  {
    name: 'bpf that makes a map',
    event: 'PPME_SYSCALL_BPF_2_X',
    run(calls) {
      // An array of one element of 4 bytes, with keys of 4.
      const attributes = Uint32Array.of(2, 4, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
      const { buffer, length } = new Uint8Array(attributes.buffer);
      const fd = done(calls.syscall('bpf', BPF_MAP_CREATE, new Uint8Array(buffer), length));
      calls.syscall('close', fd);
      return { fd, cmd: BPF_MAP_CREATE };
    },
  },
  {
    name: 'bpf of a command that there is not',
    event: 'PPME_SYSCALL_BPF_2_X',
    run: (calls) => ({
      fd: failed('EINVAL', calls.syscall('bpf', NO_COMMAND, 0, 0)),
      cmd: NO_COMMAND,
    }),
  },
  {
    name: 'init_module of what is no module',
    event: 'PPME_SYSCALL_INIT_MODULE_X',
    run(calls) {
      const img = Buffer.from('no module\0at all');
      const res = calls.syscall('init_module', img, img.length, 'a=1 b=2');
      return { res, img, length: img.length, uargs: 'a=1 b=2' };
    },
  },
  {
    name: 'init_module of more than 64 KiB: the record has the beginning, and the arguments',
    event: 'PPME_SYSCALL_INIT_MODULE_X',
    run(calls) {
      const img = Uint8Array.from({ length: 70_000 }, (_, index) => index);
      const res = calls.syscall('init_module', img, img.length, 'x');
      return { res, img: img.subarray(0, IMAGE_BYTES_MAX), length: img.length, uargs: 'x' };
    },
  },
  {
    name: 'finit_module',
    event: 'PPME_SYSCALL_FINIT_MODULE_X',
    run(calls) {
      writeFileSync('module', 'no module');
      const fd = done(calls.syscall('open', 'module', 0));
      const res = calls.syscall('finit_module', fd, 'c=3', MODULE_INIT_IGNORE_VERMAGIC);
      return { res, fd, uargs: 'c=3', flags: MODULE_INIT_IGNORE_VERMAGIC };
    },
  },
  {
    name: 'delete_module',
    event: 'PPME_SYSCALL_DELETE_MODULE_X',
    run: (calls) => ({
      res: calls.syscall('delete_module', 'no_such_module', O_NONBLOCK),
      name: 'no_such_module',
      flags: PPM_DELETE_MODULE_O_NONBLOCK,
    }),
  },
  {
    name: 'keyctl with two numbers',
    event: 'PPME_SYSCALL_KEYCTL_X',
    run: (calls) => keyctl(calls, KEYCTL.getKeyringId, [SESSION_KEYRING, 1]),
  },
  {
    name: 'keyctl with a name',
    event: 'PPME_SYSCALL_KEYCTL_X',
    run: (calls) => keyctl(calls, KEYCTL.joinSessionKeyring, ['saker']),
  },
  {
    name: 'keyctl with two strings between numbers',
    event: 'PPME_SYSCALL_KEYCTL_X',
    run: (calls) => keyctl(calls, KEYCTL.search, [SESSION_KEYRING, 'user', 'nothing', 5]),
  },
  {
    name: 'keyctl with three numbers',
    event: 'PPME_SYSCALL_KEYCTL_X',
    run: (calls) => keyctl(calls, KEYCTL.read, [-99, NOWHERE, 7]),
  },
  {
    name: 'keyctl with an empty string',
    event: 'PPME_SYSCALL_KEYCTL_X',
    run: (calls) => keyctl(calls, KEYCTL.restrictKeyring, [-99, '', 'nothing']),
  },
  {
    name: 'keyctl without arguments',
    event: 'PPME_SYSCALL_KEYCTL_X',
    run: (calls) => ({
      ...keyctl(calls, KEYCTL.sessionToParent, [11, 22]),
      arg2: NONE,
      arg3: NONE,
    }),
  },
  {
    name: 'keyctl of an operation that there is not',
    event: 'PPME_SYSCALL_KEYCTL_X',
    run: (calls) => ({ ...keyctl(calls, KEYCTL.none, [11]), arg2: NONE }),
  },
  {
    name: 'prctl that names the thread',
    event: 'PPME_SYSCALL_PRCTL_X',
    run: (calls) => ({
      res: done(calls.syscall('prctl', PR_SET_NAME, 'a new name')),
      option: PR_SET_NAME,
      arg2_str: 'a new name',
      arg2_int: 0,
    }),
  },
  {
    name: 'prctl that asks for the name',
    event: 'PPME_SYSCALL_PRCTL_X',
    run: (calls) => ({
      res: done(calls.syscall('prctl', PR_GET_NAME, new Uint8Array(16))),
      option: PR_GET_NAME,
      arg2_str: 'a new name',
      arg2_int: 0,
    }),
  },
  {
    name: 'prctl that takes in orphans',
    event: 'PPME_SYSCALL_PRCTL_X',
    run: (calls) => ({
      res: done(calls.syscall('prctl', PR_SET_CHILD_SUBREAPER, 1)),
      option: PR_SET_CHILD_SUBREAPER,
      arg2_str: null,
      arg2_int: 1,
    }),
  },
  {
    name: 'prctl that asks whether it takes in orphans',
    event: 'PPME_SYSCALL_PRCTL_X',
    run: (calls) => ({
      res: done(calls.syscall('prctl', PR_GET_CHILD_SUBREAPER, new Uint8Array(4))),
      option: PR_GET_CHILD_SUBREAPER,
      arg2_str: null,
      arg2_int: 1,
    }),
  },
  {
    name: 'prctl with nothing to say',
    event: 'PPME_SYSCALL_PRCTL_X',
    run: (calls) => ({
      res: done(calls.syscall('prctl', PR_GET_DUMPABLE, 0)),
      option: PR_GET_DUMPABLE,
      arg2_str: null,
      arg2_int: 0,
    }),
  },
  {
    name: 'prctl of what there is not',
    event: 'PPME_SYSCALL_PRCTL_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('prctl', NO_OPTION, -6)),
      option: NO_OPTION,
      arg2_str: null,
      arg2_int: -6,
    }),
  },
];
