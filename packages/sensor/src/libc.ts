/**
 * The calls of the C library that Node does not offer, through koffi. Opened when first needed. An
 * address is a bigint.
 */

import koffi from 'koffi';

export interface Libc {
  /** -1n when it failed. */
  mmap(bytes: number, prot: number, fd: number, offset: number): bigint;
  munmap(address: bigint, bytes: number): void;
  /**
   * Waits until the descriptor can be read or the time is over, on a thread of its own: the event
   * loop goes on. True when there is something to read.
   */
  waitReadable(fd: number, timeoutMs: number): Promise<boolean>;
  close(fd: number): void;
  /** Nanoseconds of a clock of clock_gettime(2). */
  clockNs(clock: number): bigint;
  /** Of memory: 4096 on x86-64, up to 65536 on arm64. */
  pageBytes(): number;
}

export const CLOCK_REALTIME = 0;
export const CLOCK_BOOTTIME = 7;
export const PROT_READ = 1;
export const PROT_WRITE = 2;
const MAP_SHARED = 1;
const POLLIN = 1;

let opened: Libc | undefined;

export function libc(): Libc {
  opened ??= open();
  return opened;
}

function open(): Libc {
  const library = koffi.load('libc.so.6');
  const mmap = library.func('intptr_t mmap(intptr_t, size_t, int, int, int, long)');
  const munmap = library.func('int munmap(intptr_t, size_t)');
  const poll = library.func('int poll(void *, unsigned long, int)');
  const clockGettime = library.func('int clock_gettime(int, void *)');
  return {
    mmap: (bytes, prot, fd, offset) =>
      BigInt(mmap(0, bytes, prot, MAP_SHARED, fd, offset) as number | bigint),
    munmap(address, bytes) {
      munmap(address, bytes);
    },
    waitReadable(fd, timeoutMs) {
      // struct pollfd: int fd; short events; short revents.
      const waiting = new DataView(new ArrayBuffer(8));
      waiting.setInt32(0, fd, true);
      waiting.setInt16(4, POLLIN, true);
      return new Promise((resolve) => {
        poll.async(new Uint8Array(waiting.buffer), 1, timeoutMs, (_: unknown, found: number) =>
          resolve(found > 0),
        );
      });
    },
    close: library.func('int close(int)'),
    clockNs(clock) {
      // struct timespec: seconds, nanoseconds.
      const time = new BigInt64Array(2);
      clockGettime(clock, time);
      const [seconds = 0n, nanoseconds = 0n] = time;
      return seconds * 1_000_000_000n + nanoseconds;
    },
    pageBytes: library.func('int getpagesize()'),
  };
}

/** The bytes at an address of this process, seen in place: valid as long as they stay mapped. */
export function bytesAt(address: bigint, bytes: number): ArrayBuffer {
  return koffi.view(address, bytes);
}
