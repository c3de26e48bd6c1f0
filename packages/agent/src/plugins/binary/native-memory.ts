/**
 * Memory outside of JavaScript: what plugins are given and what they give. Everything of theirs is
 * copied at once, because it is valid until their next call only. An address is a bigint.
 *
 * Addresses that are NULL and lengths beyond a limit are refused here; that an address which is
 * neither leads somewhere, only the plugin can know.
 */

import koffi from 'koffi';

/** A text that a plugin gives as a field's value or as JSON: none that makes sense is longer. */
const TEXT_BYTES_MAX = 1 << 24;

interface Calls {
  readonly calloc: (count: number, bytes: number) => bigint | null;
  readonly free: (address: bigint) => void;
  readonly memcpy: (to: Uint8Array, from: bigint, bytes: number) => void;
  readonly store: (to: bigint, from: Uint8Array, bytes: number) => void;
  readonly strnlen: (text: bigint, bytesMax: number) => number | bigint;
}

let opened: Calls | undefined;

function calls(): Calls {
  if (opened === undefined) {
    const library = koffi.load('libc.so.6');
    opened = {
      calloc: library.func('void *calloc(size_t, size_t)'),
      free: library.func('void free(void *)'),
      memcpy: library.func('void *memcpy(void *, void *, size_t)'),
      store: library.func('void *memcpy(void *, const void *, size_t)'),
      strnlen: library.func('size_t strnlen(void *, size_t)'),
    };
  }
  return opened;
}

/** A piece of memory of our own, all zeros at first. */
export class NativeBlock {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(byteLength: number) {
    const address = calls().calloc(1, byteLength);
    if (address === null) throw new RangeError(`no memory for ${byteLength} bytes`);
    this.address = address;
    const buffer = koffi.view(this.address, byteLength);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** NULL or a function is 0n or its address. */
  setPointer(at: number, address: bigint): void {
    this.view.setBigUint64(at, address, true);
  }

  pointer(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  /** Nothing may look at it afterwards. */
  free(): void {
    calls().free(this.address);
  }
}

/** A text as C has it. */
export function textBlock(text: string): NativeBlock {
  const bytes = new TextEncoder().encode(text);
  const block = new NativeBlock(bytes.length + 1);
  block.bytes.set(bytes);
  return block;
}

/** A copy. `what` names it in the error when the address is NULL. */
export function copyBytes(address: bigint, byteLength: number, what: string): Uint8Array {
  if (address === 0n) throw new RangeError(`${what} is NULL`);
  const bytes = new Uint8Array(byteLength);
  if (byteLength > 0) calls().memcpy(bytes, address, byteLength);
  return bytes;
}

/** The bytes before the NUL. */
export function copyText(address: bigint, what: string): Uint8Array {
  if (address === 0n) throw new RangeError(`${what} is NULL`);
  const length = Number(calls().strnlen(address, TEXT_BYTES_MAX));
  if (length === TEXT_BYTES_MAX) {
    throw new RangeError(`${what} has no end within ${TEXT_BYTES_MAX} bytes`);
  }
  return copyBytes(address, length, what);
}

/** Writes into memory of somebody else. */
export function storeBytes(address: bigint, bytes: Uint8Array): void {
  calls().store(address, bytes, bytes.length);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
