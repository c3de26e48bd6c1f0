/** Looking into other processes, and being held in bounds. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const PTRACE = { traceme: 0, peekData: 2, pokeData: 5, cont: 7, attach: 16, detach: 17 } as const;
/** The same in records. */
const PPM_PTRACE = { peekData: 3, pokeData: 6, cont: 8, attach: 11, detach: 12 } as const;
const PPM_PTRACE_UNKNOWN = 0;
const NO_REQUEST = 0x9999;
const NO_PROCESS = 0x7fff_fff0;
const __WALL = 0x4000_0000;
const SIGCONT = 18;
/** Bytes of data that records have. */
const SNAP_BYTES = 80;
const skipWithout32Bit = process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry';

/** What the value is stands before it: a number, or a signal. */
function word(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(9);
  new DataView(bytes.buffer).setBigUint64(1, BigInt(value), true);
  return bytes;
}
function signal(value: number): Uint8Array {
  return Uint8Array.of(1, value);
}

/** A process that is traced and stands still while `run` runs. */
function withTraced(calls: Calls, run: (pid: number) => Expected): Expected {
  const child: ChildProcess = spawn('/bin/sleep', ['9'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  try {
    done(calls.syscall('ptrace', PTRACE.attach, pid, 0, 0));
    calls.syscall('wait4', pid, 0, __WALL);
    return run(pid);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Where the stack of a process begins. */
function stackOf(pid: number): number {
  const maps = readFileSync(`/proc/${pid}/maps`, 'latin1');
  const end = /-([0-9a-f]+) .*\[stack\]/u.exec(maps)?.[1];
  return Number.parseInt(end ?? '', 16) - 64;
}

/** Arrays of struct iovec: the parts of a memory. */
function vectors(
  calls: Calls,
  address: bigint,
  parts: readonly number[],
  pointerBytes = 8,
): bigint {
  const array = calls.memory(parts.length * 2 * pointerBytes);
  let at = address;
  for (const [index, bytes] of parts.entries()) {
    const set = (offset: number, value: bigint) => {
      if (pointerBytes === 8) array.view.setBigUint64(offset, value, true);
      else array.view.setUint32(offset, Number(value), true);
    };
    set(index * 2 * pointerBytes, at);
    set((index * 2 + 1) * pointerBytes, BigInt(bytes));
    at += BigInt(bytes);
  }
  return array.address;
}

const text = 'What was read is in the buffers of the one that called, '.repeat(3);

export const cases: readonly RecordCase[] = [
  {
    name: 'ptrace that attaches',
    event: 'PPME_SYSCALL_PTRACE_X',
    run: (calls) =>
      withTraced(calls, (pid) => ({
        res: 0,
        addr: word(0),
        data: word(0),
        request: PPM_PTRACE.attach,
        pid,
      })),
  },
  {
    name: 'ptrace that looks into memory',
    event: 'PPME_SYSCALL_PTRACE_X',
    run: (calls) =>
      withTraced(calls, (pid) => {
        const addr = stackOf(pid);
        const { address, view } = calls.memory(8);
        const res = done(calls.syscall('ptrace', PTRACE.peekData, pid, addr, address));
        const data = word(view.getBigUint64(0, true));
        return { res, addr: word(addr), data, request: PPM_PTRACE.peekData, pid };
      }),
  },
  {
    name: 'ptrace that writes into memory',
    event: 'PPME_SYSCALL_PTRACE_X',
    run: (calls) =>
      withTraced(calls, (pid) => {
        const addr = stackOf(pid);
        const res = done(calls.syscall('ptrace', PTRACE.pokeData, pid, addr, 0x1234_5678_9abc));
        return {
          res,
          addr: word(addr),
          data: word(0x1234_5678_9abc),
          request: PPM_PTRACE.pokeData,
          pid,
        };
      }),
  },
  {
    name: 'ptrace that lets go on with a signal',
    event: 'PPME_SYSCALL_PTRACE_X',
    run: (calls) =>
      withTraced(calls, (pid) => {
        const res = done(calls.syscall('ptrace', PTRACE.cont, pid, 0, SIGCONT));
        return { res, addr: word(0), data: signal(SIGCONT), request: PPM_PTRACE.cont, pid };
      }),
  },
  {
    name: 'ptrace that lets go',
    event: 'PPME_SYSCALL_PTRACE_X',
    run: (calls) =>
      withTraced(calls, (pid) => {
        const res = done(calls.syscall('ptrace', PTRACE.detach, pid, 0, 0));
        return { res, addr: word(0), data: signal(0), request: PPM_PTRACE.detach, pid };
      }),
  },
  {
    name: 'ptrace of a process that does not exist',
    event: 'PPME_SYSCALL_PTRACE_X',
    run: (calls) => ({
      res: failed('ESRCH', calls.syscall('ptrace', PTRACE.cont, NO_PROCESS, 77, 9)),
      addr: word(0),
      data: word(0),
      request: PPM_PTRACE.cont,
      pid: NO_PROCESS,
    }),
  },
  {
    name: 'ptrace of a request that there is not',
    event: 'PPME_SYSCALL_PTRACE_X',
    run: (calls) => ({
      res: failed('ESRCH', calls.syscall('ptrace', NO_REQUEST, calls.pid, 1, 2)),
      addr: word(0),
      data: word(0),
      request: PPM_PTRACE_UNKNOWN,
      pid: calls.pid,
    }),
  },
  {
    name: 'process_vm_readv into several buffers',
    event: 'PPME_SYSCALL_PROCESS_VM_READV_X',
    run(calls) {
      const local = vectors(calls, calls.memory(text.length).address, [3, 0, 40, 100]);
      const remote = vectors(calls, calls.memory(text).address, [text.length]);
      return {
        res: done(calls.syscall('process_vm_readv', calls.pid, local, 4, remote, 1, 0)),
        pid: calls.pid,
        data: text.slice(0, SNAP_BYTES),
      };
    },
  },
  {
    name: 'process_vm_readv of little, through the 32-bit entry',
    event: 'PPME_SYSCALL_PROCESS_VM_READV_X',
    skip: skipWithout32Bit,
    run(calls) {
      const local = vectors(calls, calls.memory(9).address, [5, 4], 4);
      const remote = vectors(calls, calls.memory(text).address, [7], 4);
      return {
        res: done(calls.compat('process_vm_readv', calls.pid, local, 2, remote, 1, 0)),
        pid: calls.pid,
        data: text.slice(0, 7),
      };
    },
  },
  {
    name: 'process_vm_writev',
    event: 'PPME_SYSCALL_PROCESS_VM_WRITEV_X',
    run(calls) {
      const local = vectors(calls, calls.memory(text).address, [10, 10]);
      const remote = vectors(calls, calls.memory(20).address, [20]);
      return {
        res: done(calls.syscall('process_vm_writev', calls.pid, local, 2, remote, 1, 0)),
        pid: calls.pid,
        data: text.slice(0, 20),
      };
    },
  },
  {
    name: 'process_vm_writev to a process that does not exist',
    event: 'PPME_SYSCALL_PROCESS_VM_WRITEV_X',
    run(calls) {
      const local = vectors(calls, calls.memory(text).address, [10]);
      const args = [NO_PROCESS, local, 1, local, 1, 0] as const;
      const res = failed('ESRCH', calls.syscall('process_vm_writev', ...args));
      return { res, pid: NO_PROCESS, data: null };
    },
  },
  {
    name: 'seccomp that asks what there is',
    event: 'PPME_SYSCALL_SECCOMP_X',
    run(calls) {
      const SECCOMP_GET_ACTION_AVAIL = 2;
      const SECCOMP_RET_ALLOW = 0x7fff_0000;
      const action = new Uint8Array(Uint32Array.of(SECCOMP_RET_ALLOW).buffer);
      return {
        res: done(calls.syscall('seccomp', SECCOMP_GET_ACTION_AVAIL, 0, action)),
        op: 2,
        flags: 0,
      };
    },
  },
  {
    name: 'seccomp with flags that there are not',
    event: 'PPME_SYSCALL_SECCOMP_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('seccomp', 1, 0x8000_0000, 0)),
      op: 1,
      flags: 0x8000_0000,
    }),
  },
];
