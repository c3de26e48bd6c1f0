/**
 * System calls as such, through the C library's `syscall`, and through the 32-bit entry of x86-64,
 * which any process may use.
 */

import koffi from 'koffi';
import { bytesAt } from '../libc.ts';
import { compatTable, syscallNumber } from '../syscall-numbers.ts';
import type { Argument, Memory } from './harness.ts';

const ARGUMENTS = 6;
const PAGE_BYTES = 4096;
const ARENA_BYTES = 16 << 20;
const PROT_READ_WRITE_EXEC = 7;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
/** Of x86-64: below 2 GiB, where 32-bit calls can reach it. */
const MAP_32BIT = 0x40;
const ALIGNMENT = 16;
/**
 * The one call that only the 32-bit entry has: all of networking, by the number in its first
 * argument.
 */
const COMPAT_SOCKETCALL = 102;

/**
 * long compat(number, arguments): loads the registers of the 32-bit convention from the array (rsi)
 * and the number from rdi. rbx, rbp and r12 belong to the caller; int 0x80 may clear r8 to r11.
 */
// biome-ignore format: one line for each instruction
const compatCode = Uint8Array.of(
  0x53,                         // push rbx
  0x55,                         // push rbp
  0x41, 0x54,                   // push r12
  0x48, 0x89, 0xf8,             // mov rax, rdi
  0x49, 0x89, 0xf4,             // mov r12, rsi
  0x41, 0x8b, 0x1c, 0x24,       // mov ebx, [r12]
  0x41, 0x8b, 0x4c, 0x24, 0x08, // mov ecx, [r12 + 8]
  0x41, 0x8b, 0x54, 0x24, 0x10, // mov edx, [r12 + 16]
  0x41, 0x8b, 0x74, 0x24, 0x18, // mov esi, [r12 + 24]
  0x41, 0x8b, 0x7c, 0x24, 0x20, // mov edi, [r12 + 32]
  0x41, 0x8b, 0x6c, 0x24, 0x28, // mov ebp, [r12 + 40]
  0xcd, 0x80,                   // int 0x80
  0x48, 0x98,                   // cdqe
  0x41, 0x5c,                   // pop r12
  0x5d,                         // pop rbp
  0x5b,                         // pop rbx
  0xc3,                         // ret
);

type Six = readonly [bigint, bigint, bigint, bigint, bigint, bigint];

export class RawCalls {
  readonly #syscall: (number: number, ...args: Six) => number | bigint;
  readonly #compatNumbers: ReadonlyMap<number, number>;
  readonly #arena: Memory;
  #used = 0;
  #compat: ((number: number, args: bigint) => number | bigint) | undefined;

  constructor() {
    const library = koffi.load('libc.so.6');
    this.#syscall = library.func(
      'int64_t syscall(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t)',
    ) as never;
    const numbers = [...compatTable().entries()].map(
      ([compat, native]) => [native, compat] as const,
    );
    this.#compatNumbers = new Map(numbers);
    this.#arena = this.#map(ARENA_BYTES);
  }

  syscall(name: string, args: readonly Argument[]): number {
    return this.#call(args, (words) => {
      const result = Number(this.#syscall(numberOf(name), ...words));
      return result === -1 ? -koffi.errno() : result;
    });
  }

  compat(call: string | number, args: readonly Argument[]): number {
    const number = typeof call === 'number' ? call : this.#compatNumber(call);
    this.#compat ??= this.#compatFunction();
    const compat = this.#compat;
    return this.#call(args, (words) => {
      const array = this.memory(new Uint8Array(BigInt64Array.from(words).buffer));
      return Number(compat(number, array.address));
    });
  }

  memory(content: number | Uint8Array | string): Memory {
    const source = typeof content === 'string' ? Buffer.from(content) : content;
    const length = typeof source === 'number' ? source : source.length;
    const start = this.#used;
    this.#used = (start + length + ALIGNMENT - 1) & -ALIGNMENT;
    if (this.#used > ARENA_BYTES) throw new Error(`the cases use more than ${ARENA_BYTES} bytes`);
    const memory = part(this.#arena, start, length);
    if (typeof source !== 'number') memory.bytes.set(source);
    return memory;
  }

  /** Puts the arguments into memory where they are no numbers, and bytes back afterwards. */
  #call(args: readonly Argument[], make: (words: Six) => number): number {
    const held: { readonly bytes: Uint8Array; readonly memory: Memory }[] = [];
    const words = Array.from({ length: ARGUMENTS }, (_, index): bigint => {
      const value = args[index] ?? 0;
      if (typeof value === 'string') return this.memory(`${value}\0`).address;
      if (!(value instanceof Uint8Array)) return BigInt(value);
      const memory = this.memory(value);
      held.push({ bytes: value, memory });
      return memory.address;
    });
    const result = make(words as unknown as Six);
    for (const { bytes, memory } of held) bytes.set(memory.bytes);
    return result;
  }

  #compatNumber(name: string): number {
    if (name === 'socketcall') return COMPAT_SOCKETCALL;
    const number = this.#compatNumbers.get(numberOf(name));
    if (number === undefined) throw new Error(`the 32-bit entry has no ${name}`);
    return number;
  }

  #compatFunction(): (number: number, args: bigint) => number | bigint {
    const code = this.memory(compatCode);
    const prototype = koffi.proto('int64_t saker_compat(int64_t number, int64_t args)');
    return (number, args) => koffi.call(code.address, prototype, number, args) as number | bigint;
  }

  #map(bytes: number): Memory {
    const where = process.arch === 'x64' ? MAP_32BIT : 0;
    const address = this.#syscall(
      numberOf('mmap'),
      0n,
      BigInt(bytes + PAGE_BYTES),
      BigInt(PROT_READ_WRITE_EXEC),
      BigInt(MAP_PRIVATE | MAP_ANONYMOUS | where),
      -1n,
      0n,
    );
    if (Number(address) === -1) throw new Error(`no memory for the cases: errno ${koffi.errno()}`);
    return memoryOf(BigInt(address), new Uint8Array(bytesAt(BigInt(address), bytes)));
  }
}

function numberOf(name: string): number {
  const number = syscallNumber(name, process.arch);
  if (number === undefined) throw new Error(`${process.arch} has no call ${name}`);
  return number;
}

function part(memory: Memory, start: number, length: number): Memory {
  return memoryOf(memory.address + BigInt(start), memory.bytes.subarray(start, start + length));
}

function memoryOf(address: bigint, bytes: Uint8Array): Memory {
  return { address, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}
