/**
 * Threads and processes made by the calls themselves, in the middle of a process that runs many
 * threads: the new one does nothing but end, in registers only, so that it needs no stack and no
 * library.
 */

import koffi from 'koffi';
import { syscallNumber } from '../syscall-numbers.ts';
import type { Calls } from './harness.ts';

/** What the new thread ends with. */
export const EXIT_STATUS = 7;

/** int64_t birth(number, argument, argument, number of the call that ends the new one) */
// biome-ignore format: one line for each instruction
const birthCode = Uint8Array.of(
  0x89, 0xf8,                   // mov eax, edi
  0x48, 0x89, 0xf7,             // mov rdi, rsi
  0x48, 0x89, 0xd6,             // mov rsi, rdx
  0x49, 0x89, 0xc9,             // mov r9, rcx
  0x31, 0xd2,                   // xor edx, edx
  0x45, 0x31, 0xd2,             // xor r10d, r10d
  0x45, 0x31, 0xc0,             // xor r8d, r8d
  0x0f, 0x05,                   // syscall
  0x48, 0x85, 0xc0,             // test rax, rax
  0x75, 0x0a,                   // jne end
  0x44, 0x89, 0xc8,             // mov eax, r9d
  0xbf, EXIT_STATUS, 0, 0, 0,   // mov edi, EXIT_STATUS
  0x0f, 0x05,                   // syscall
  0xc3,                         // end: ret
);

export const skipBirths =
  process.arch === 'x64' ? undefined : 'the code that makes threads is for x86-64';

const prototype = koffi.proto('int64_t saker_birth(int64_t, int64_t, int64_t, int64_t)');
const CLONE_THREAD = 0x1_0000;
const __WALL = 0x4000_0000;

function birth(
  calls: Calls,
  name: string,
  args: readonly (number | bigint)[],
  end: string,
): number {
  const code = calls.memory(birthCode);
  const [first = 0, second = 0] = args;
  const numbers = [name, end].map((call) => syscallNumber(call, process.arch) ?? 0);
  return Number(koffi.call(code.address, prototype, numbers[0], first, second, numbers[1]));
}

/** A process, which has ended when this returns. The result is its id. */
export function bearProcess(calls: Calls, name: string, ...args: (number | bigint)[]): number {
  const pid = birth(calls, name, args, 'exit_group');
  if (pid <= 0) throw new Error(`${name} gave ${pid}`);
  calls.syscall('wait4', pid, 0, __WALL);
  return pid;
}

/** A thread of this process. The result is its id. */
export function bearThread(calls: Calls, name: string, ...args: (number | bigint)[]): number {
  const tid = birth(calls, name, args, 'exit');
  if (tid <= 0) throw new Error(`${name} gave ${tid}`);
  return tid;
}

/**
 * int64_t succeed(path, argv, envp): a new process, of which another thread than the first becomes
 * the program. THREAD_FLAGS stands in it.
 */
// biome-ignore format: one line for each instruction
const successorCode = Uint8Array.of(
  0x49, 0x89, 0xf8,             // mov r8, rdi
  0x49, 0x89, 0xf1,             // mov r9, rsi
  0x49, 0x89, 0xd2,             // mov r10, rdx
  0xb8, 57, 0, 0, 0,            // mov eax, fork
  0x0f, 0x05,                   // syscall
  0x48, 0x85, 0xc0,             // test rax, rax
  0x75, 0x35,                   // jne end
  0xbf, 0x00, 0x0f, 0x05, 0,    // mov edi, THREAD_FLAGS
  0x31, 0xf6,                   // xor esi, esi
  0x31, 0xd2,                   // xor edx, edx
  0xb8, 56, 0, 0, 0,            // mov eax, clone
  0x0f, 0x05,                   // syscall
  0x48, 0x85, 0xc0,             // test rax, rax
  0x74, 0x09,                   // je thread
  0xb8, 34, 0, 0, 0,            // again: mov eax, pause
  0x0f, 0x05,                   // syscall
  0xeb, 0xf7,                   // jmp again
  0x4c, 0x89, 0xc7,             // thread: mov rdi, r8
  0x4c, 0x89, 0xce,             // mov rsi, r9
  0x4c, 0x89, 0xd2,             // mov rdx, r10
  0xb8, 59, 0, 0, 0,            // mov eax, execve
  0x0f, 0x05,                   // syscall
  0xb8, 231, 0, 0, 0,           // mov eax, exit_group
  0x0f, 0x05,                   // syscall
  0xc3,                         // end: ret
);

/** Runs the program to its end. The result is its id. */
export function runFromThread(calls: Calls, path: string, argv: bigint, envp: bigint): number {
  const code = calls.memory(successorCode);
  const file = calls.memory(`${path}\0`).address;
  const pid = Number(koffi.call(code.address, prototype, file, argv, envp, 0));
  if (pid <= 0) throw new Error(`fork gave ${pid}`);
  calls.syscall('wait4', pid, 0, __WALL);
  return pid;
}

/** An array of pointers to strings, and the NULL behind it, for the entry of the call. */
export function stringArray(calls: Calls, strings: readonly string[], pointerBytes = 8): bigint {
  const pointers = strings.map((text) => calls.memory(Buffer.from(`${text}\0`, 'latin1')).address);
  return pointerArray(calls, [...pointers, 0n], pointerBytes);
}

export function pointerArray(calls: Calls, pointers: readonly bigint[], pointerBytes = 8): bigint {
  const { address, view } = calls.memory(pointers.length * pointerBytes);
  for (const [index, pointer] of pointers.entries()) {
    if (pointerBytes === 8) view.setBigUint64(index * 8, pointer, true);
    else view.setUint32(index * 4, Number(pointer), true);
  }
  return address;
}

/**
 * What a thread needs at least: CLONE_VM, SIGHAND, THREAD; and what the C library's have in common.
 */
export const THREAD_FLAGS = 0x100 | 0x200 | 0x400 | 0x800 | CLONE_THREAD | 0x4_0000;

/** struct clone_args (include/uapi/linux/sched.h): flags, and the signal that tells of the end. */
export function clone3Arguments(calls: Calls, flags: number, exitSignal: number): [bigint, number] {
  const BYTES = 64;
  const EXIT_SIGNAL_AT = 32;
  const { address, view } = calls.memory(BYTES);
  view.setBigUint64(0, BigInt(flags), true);
  view.setBigUint64(EXIT_SIGNAL_AT, BigInt(exitSignal), true);
  return [address, BYTES];
}
