/** Waiting: for another thread, for a time, for a semaphore. */

import { spawnSync } from 'node:child_process';
import {
  PPM_FU_FUTEX_CLOCK_REALTIME,
  PPM_FU_FUTEX_PRIVATE_FLAG,
  PPM_FU_FUTEX_WAIT,
  PPM_FU_FUTEX_WAIT_BITSET,
  PPM_FU_FUTEX_WAKE,
  PPM_IPC_CREAT,
  PPM_IPC_EXCL,
  PPM_IPC_NOWAIT,
  PPM_IPC_RMID,
  PPM_SEM_UNDO,
  PPM_SETVAL,
} from '@saker/core/events/constants.gen.ts';
import { syscallNumber } from '../syscall-numbers.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { done, failed } from './results.ts';

const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const FUTEX_WAIT_BITSET = 9;
const FUTEX_PRIVATE_FLAG = 128;
const FUTEX_CLOCK_REALTIME = 256;
const NOWHERE = 8;
const skipWithout32Bit = process.arch === 'x64' ? undefined : 'only x86-64 has a 32-bit entry';

const IPC_PRIVATE = 0;
const IPC_CREAT = 0o1000;
const IPC_EXCL = 0o2000;
const IPC_RMID = 0;
const SETVAL = 16;
const IPC_NOWAIT = 0o4000;
const SEM_UNDO = 0x1000;

function withSemaphores<T>(calls: Calls, run: (id: number) => T): T {
  const id = calls.syscall('semget', IPC_PRIVATE, 3, IPC_CREAT | 0o600);
  try {
    return run(id);
  } finally {
    removeSemaphores(calls, id);
  }
}

function removeSemaphores(calls: Calls, id: number): void {
  if (id >= 0) calls.syscall('semctl', id, 0, IPC_RMID);
}

/**
 * The engine waits by futexes of its own, so another process makes the call: perl, which has one
 * thread. Its arguments are the call's number, operation and value, and an address or 0 for one of
 * its own.
 */
const FUTEX = `
  my ($number, $op, $val, $addr) = map { $_ + 0 } @ARGV;
  my $word = pack("L", 0);
  $addr ||= unpack("J", pack("p", $word));
  my $res = syscall($number, $addr, $op, $val, 0, 0, 0xffffffff);
  print "$$ $addr ", $res == -1 ? -$! : $res;
`;

interface Futex {
  readonly op: number;
  readonly val: number;
  readonly addr?: number;
  readonly error: 'none' | 'EAGAIN' | 'EFAULT';
}

function futex({ op, val, addr = 0, error }: Futex): Expected {
  const args = [syscallNumber('futex', process.arch), op, val, addr].map(String);
  const { stdout } = spawnSync('/usr/bin/perl', ['-e', FUTEX, ...args], { encoding: 'latin1' });
  const [pid = 0, used = 0, res = 0] = stdout.split(' ').map(Number);
  if (error === 'none') done(res);
  else failed(error, res);
  return { 'evt.tid': pid, res, addr: used, op: flagsOf(op), val };
}

/** The operation and its flags in records. */
function flagsOf(op: number): number {
  const operations = new Map([
    [FUTEX_WAIT, PPM_FU_FUTEX_WAIT],
    [FUTEX_WAKE, PPM_FU_FUTEX_WAKE],
    [FUTEX_WAIT_BITSET, PPM_FU_FUTEX_WAIT_BITSET],
  ]);
  return (
    (operations.get(op & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)) ?? 0) |
    ((op & FUTEX_PRIVATE_FLAG) === 0 ? 0 : PPM_FU_FUTEX_PRIVATE_FLAG) |
    ((op & FUTEX_CLOCK_REALTIME) === 0 ? 0 : PPM_FU_FUTEX_CLOCK_REALTIME)
  );
}

/** An array of struct sembuf. */
function operations(calls: Calls, list: readonly (readonly [number, number, number])[]) {
  return calls.memory(new Uint8Array(Int16Array.from(list.flat()).buffer)).address;
}

const noOperation = {
  sem_num_0: 0,
  sem_op_0: 0,
  sem_flg_0: 0,
  sem_num_1: 0,
  sem_op_1: 0,
  sem_flg_1: 0,
};

export const cases: readonly RecordCase[] = [
  {
    // Short, so that hardly a signal comes in between: the call would be begun again.
    name: 'nanosleep',
    event: 'PPME_SYSCALL_NANOSLEEP_X',
    run: (calls) => ({
      res: done(
        calls.syscall('nanosleep', new Uint8Array(BigInt64Array.of(0n, 10_001n).buffer), 0),
      ),
      interval: 10_001,
    }),
  },
  {
    name: 'nanosleep for a time that there is not',
    event: 'PPME_SYSCALL_NANOSLEEP_X',
    run(calls) {
      const time = new Uint8Array(BigInt64Array.of(3n, 1_500_000_000n).buffer);
      return {
        res: failed('EINVAL', calls.syscall('nanosleep', time, 0)),
        interval: 4_500_000_000,
      };
    },
  },
  {
    name: 'nanosleep through the 32-bit entry',
    event: 'PPME_SYSCALL_NANOSLEEP_X',
    skip: skipWithout32Bit,
    run: (calls) => ({
      res: done(calls.compat('nanosleep', new Uint8Array(Int32Array.of(0, 20_002).buffer), 0)),
      interval: 20_002,
    }),
  },
  {
    name: 'semget',
    event: 'PPME_SYSCALL_SEMGET_X',
    run(calls) {
      const res = done(calls.syscall('semget', IPC_PRIVATE, 2, IPC_CREAT | IPC_EXCL | 0o600));
      removeSemaphores(calls, res);
      return { res, key: 0, nsems: 2, semflg: PPM_IPC_CREAT | PPM_IPC_EXCL };
    },
  },
  {
    name: 'semget with a negative number of semaphores',
    event: 'PPME_SYSCALL_SEMGET_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('semget', -7, -1, IPC_CREAT)),
      key: -7,
      nsems: -1,
      semflg: PPM_IPC_CREAT,
    }),
  },
  {
    name: 'semctl that sets a value',
    event: 'PPME_SYSCALL_SEMCTL_X',
    run: (calls) => {
      const id = calls.syscall('semget', IPC_PRIVATE, 1, IPC_CREAT | 0o600);
      const res = done(calls.syscall('semctl', id, 0, SETVAL, 9));
      return { res, semid: id, semnum: 0, cmd: PPM_SETVAL, val: 9 };
    },
  },
  {
    name: 'semctl of semaphores that there are not',
    event: 'PPME_SYSCALL_SEMCTL_X',
    run: (calls) => ({
      res: failed('EINVAL', calls.syscall('semctl', -1, 4, IPC_RMID)),
      semid: -1,
      semnum: 4,
      cmd: PPM_IPC_RMID,
      val: 0,
    }),
  },
  {
    name: 'semop of two operations',
    event: 'PPME_SYSCALL_SEMOP_X',
    run: (calls) =>
      withSemaphores(calls, (id) => {
        const list = operations(calls, [
          [1, 5, SEM_UNDO],
          [2, 0, IPC_NOWAIT],
        ]);
        return {
          res: done(calls.syscall('semop', id, list, 2)),
          nsops: 2,
          sem_num_0: 1,
          sem_op_0: 5,
          sem_flg_0: PPM_SEM_UNDO,
          sem_num_1: 2,
          sem_op_1: 0,
          sem_flg_1: PPM_IPC_NOWAIT,
          semid: id,
        };
      }),
  },
  {
    name: 'semop of one operation',
    event: 'PPME_SYSCALL_SEMOP_X',
    run: (calls) =>
      withSemaphores(calls, (id) => ({
        ...noOperation,
        res: done(
          calls.syscall(
            'semop',
            id,
            operations(calls, [
              [2, 7, 0],
              [1, 1, 0],
            ]),
            1,
          ),
        ),
        nsops: 1,
        sem_num_0: 2,
        sem_op_0: 7,
        semid: id,
      })),
  },
  {
    name: 'semop that would have to wait',
    event: 'PPME_SYSCALL_SEMOP_X',
    run: (calls) =>
      withSemaphores(calls, (id) => ({
        ...noOperation,
        res: failed(
          'EAGAIN',
          calls.syscall('semop', id, operations(calls, [[0, -1, IPC_NOWAIT]]), 1),
        ),
        nsops: 1,
        semid: id,
      })),
  },
  {
    name: 'futex that wakes nobody',
    event: 'PPME_SYSCALL_FUTEX_X',
    run: () => futex({ op: FUTEX_WAKE | FUTEX_PRIVATE_FLAG, val: 1, error: 'none' }),
  },
  {
    name: 'futex that need not wait',
    event: 'PPME_SYSCALL_FUTEX_X',
    run: () => futex({ op: FUTEX_WAIT, val: 0xffff_fffe, error: 'EAGAIN' }),
  },
  {
    name: 'futex by the wall clock, at no address',
    event: 'PPME_SYSCALL_FUTEX_X',
    run: () =>
      futex({
        op: FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME,
        val: 3,
        addr: NOWHERE,
        error: 'EFAULT',
      }),
  },
];
