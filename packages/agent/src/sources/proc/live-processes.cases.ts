/** For tests: real processes in the states that /proc can tell of. */

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import koffi from 'koffi';

/** How long a process may take until it says that it is ready. */
const READY_MS = 20_000;

/**
 * Starts a program that prints its pid, or anything, when it has done what it is to be looked at
 * for. It is killed when the test ends.
 */
export async function startReady(
  t: TestContext,
  command: readonly string[],
  options: SpawnOptions = {},
): Promise<{ readonly child: ChildProcess; readonly pid: number; readonly line: string }> {
  const [file = '', ...args] = command;
  const stdio = options.stdio ?? ['pipe', 'pipe', 'inherit'];
  const child = spawn(file, args, { ...options, stdio });
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout ?? child, 'data', {
    signal: AbortSignal.timeout(READY_MS),
  })) as [Buffer];
  return { child, pid: child.pid ?? 0, line: line.toString('latin1').trim() };
}

const libc = koffi.load('libc.so.6');

type Call = (...args: readonly number[]) => number;

/** System calls by name, whose arguments are numbers; -1 when they fail. */
const syscall = libc.func('syscall', 'long', ['long', 'long', 'long', 'long', 'long']) as Call;
const numbers: Readonly<Record<string, number>> =
  process.arch === 'arm64'
    ? {
        timerfd_create: 85,
        eventfd2: 19,
        inotify_init1: 26,
        epoll_create1: 20,
        exit: 93,
        userfaultfd: 282,
      }
    : {
        timerfd_create: 283,
        eventfd2: 290,
        inotify_init1: 294,
        epoll_create1: 291,
        exit: 60,
        userfaultfd: 323,
      };
/** Alike on all architectures. */
const newer: Readonly<Record<string, number>> = { pidfd_open: 434 };

export function call(name: string, ...args: readonly number[]): number {
  const number = numbers[name] ?? newer[name] ?? Number.NaN;
  const [a = 0, b = 0, c = 0, d = 0] = args;
  return syscall(number, a, b, c, d);
}

type CallWithMemory = (number: number, first: number, memory: Uint8Array, last: number) => number;
const syscallWithMemory = libc.func('syscall', 'long', [
  'long',
  'long',
  'void *',
  'long',
]) as CallWithMemory;

export function ioUring(): number {
  const SYS_IO_URING_SETUP = 425;
  return syscallWithMemory(SYS_IO_URING_SETUP, 1, new Uint8Array(120), 0);
}

/** An array of one word. */
export function bpfMap(): number {
  const SYS_BPF = process.arch === 'arm64' ? 280 : 321;
  const BPF_MAP_CREATE = 0;
  const BPF_MAP_TYPE_ARRAY = 2;
  // union bpf_attr: type, bytes of a key, bytes of a value, entries.
  const attributes = new Uint8Array(new Uint32Array([BPF_MAP_TYPE_ARRAY, 4, 4, 1]).buffer);
  return syscallWithMemory(SYS_BPF, BPF_MAP_CREATE, attributes, attributes.length);
}

const pipe2 = libc.func('int pipe2(void *, int)') as (ends: Uint8Array, flags: number) => number;

export function pipe(): readonly [reads: number, writes: number] {
  const ends = new Int32Array(2);
  pipe2(new Uint8Array(ends.buffer), 0);
  return [ends[0] ?? -1, ends[1] ?? -1];
}

export const memfdCreate = libc.func('int memfd_create(const char *, uint)') as (
  name: string,
  flags: number,
) => number;
export const socket = libc.func('int socket(int, int, int)') as Call;
const bind = libc.func('int bind(int, void *, uint)') as (
  fd: number,
  address: Uint8Array,
  bytes: number,
) => number;

/** One that is not bound is in no list. */
export function boundNetlink(): number {
  const AF_NETLINK = 16;
  const SOCK_RAW = 3;
  const fd = socket(AF_NETLINK, SOCK_RAW, 0);
  // struct sockaddr_nl: family, padding, port id (0: the kernel chooses), groups.
  bind(fd, Uint8Array.of(AF_NETLINK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 12);
  return fd;
}

export const closeFd = libc.func('int close(int)') as Call;
export const signalfd = libc.func('int signalfd(int, void *, int)') as (
  fd: number,
  mask: Uint8Array,
  flags: number,
) => number;
