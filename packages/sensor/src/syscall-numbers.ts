/** Numbers of system calls on the machine's own architecture. */

import { arm64Numbers, compatNumbers, x64Numbers } from './syscall-numbers.gen.ts';

export const SYSCALLS_MAX = 512;
/** What `number_of_compat` holds for calls that the 64-bit table does not have. */
const NO_CALL = 0xffff;

/**
 * Slots of the calls that only the 32-bit entry's socketcall reaches (bpf/socketcall.h); numbers
 * that the 64-bit table does not use.
 */
const socketcallSlots = { send: SYSCALLS_MAX - 2, recv: SYSCALLS_MAX - 1 } as const;

const tables: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  x64: { ...x64Numbers, ...socketcallSlots },
  arm64: arm64Numbers,
};

/** undefined: the architecture has no call of that name. */
export function syscallNumber(name: string, arch: string): number | undefined {
  const number = tables[arch]?.[name];
  return number !== undefined && number < SYSCALLS_MAX ? number : undefined;
}

/**
 * Calls of the 32-bit entry that replaced older ones of it, because ids, offsets or times had
 * grown, and that Falco's table leaves out: what a 32-bit program does today goes through these
 * (arch/x86/entry/syscalls/syscall_32.tbl).
 */
const grownCalls: Readonly<Record<string, number>> = {
  // chown32, fchown32, lchown32, setreuid32, setregid32, setgroups32, setfsuid32, setfsgid32
  chown: 212,
  fchown: 207,
  lchown: 198,
  setreuid: 203,
  setregid: 204,
  setgroups: 206,
  setfsuid: 215,
  setfsgid: 216,
  // fstatat64, truncate64, ftruncate64, _newselect
  newfstatat: 300,
  truncate: 193,
  ftruncate: 194,
  select: 142,
  // ppoll_time64, recvmmsg_time64, futex_time64, clock_nanosleep_time64, clock_settime64
  ppoll: 414,
  recvmmsg: 417,
  futex: 422,
  clock_nanosleep: 407,
  clock_settime: 404,
};

/** By the number of the 32-bit entry, the number that the programs know the call by. */
export function compatTable(): Uint16Array {
  const table = new Uint16Array(SYSCALLS_MAX).fill(NO_CALL);
  for (const [compat, native] of compatNumbers) table[compat] = native;
  for (const [name, compat] of Object.entries(grownCalls)) {
    table[compat] = x64Numbers[name] ?? NO_CALL;
  }
  return table;
}
