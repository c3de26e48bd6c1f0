/**
 * Text for a descriptor, written only while nobody has to wait for it: messages of a daemon whose
 * standard error is a pipe that nobody reads, or a terminal that was stopped, must not stop what it
 * is for.
 */

import { writeSync } from 'node:fs';
import koffi from 'koffi';
import { isErrno } from './errno.ts';

const POLLOUT = 4;
const POLLERR = 8;
/** A pipe that is ready takes so much at once (PIPE_BUF): pipe(7). */
const READY_BYTES = 4096;
/** Minutes of the most talkative log. */
const WAITING_BYTES_MAX = 256 << 10;
/** Between two looks at a descriptor that was not ready. */
const LOOK_AGAIN_MS = 100;
/** For the last words of a process. */
const LAST_MS = 500;

type Poll = (fds: Int32Array, count: number, timeoutMs: number) => number;

export class ReadyWriter {
  /** Texts that found no room. */
  lost = 0;
  readonly #fd: number;
  readonly #poll: Poll;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined = undefined;
  #isClosed = false;

  constructor(fd: number) {
    this.#fd = fd;
    this.#poll = koffi.load('libc.so.6').func('int poll(void *, unsigned long, int)') as Poll;
  }

  /** Written now or as soon as it can be. False: nobody reads it any more. */
  add(text: string): boolean {
    if (this.#isClosed) return false;
    const bytes = Buffer.from(text, 'utf8');
    if (this.#waitingBytes + bytes.length > WAITING_BYTES_MAX) {
      this.lost++;
    } else {
      this.#push(bytes);
      this.#write(0);
    }
    return !this.#isClosed;
  }

  /** What waits is given a last, short chance. */
  finish(): void {
    this.#write(LAST_MS);
  }

  #push(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** As much as goes without waiting longer than that. */
  #write(patienceMs: number): void {
    const end = performance.now() + patienceMs;
    while (this.#waiting.length > 0 && this.#isReady(Math.max(0, end - performance.now()))) {
      if (!this.#writeFirst()) break;
      if (this.#waiting.length === 0) this.#tellLost();
    }
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => this.#write(0), LOOK_AGAIN_MS);
    this.#timer.unref();
  }

  #isReady(timeoutMs: number): boolean {
    // struct pollfd: int fd, short events, short revents.
    const fds = new Int32Array([this.#fd, POLLOUT]);
    if (this.#poll(fds, 1, Math.ceil(timeoutMs)) <= 0) return false;
    // An error shows itself to whoever writes.
    return (((fds[1] ?? 0) >>> 16) & (POLLOUT | POLLERR)) !== 0;
  }

  /** False when it took nothing after all. */
  #writeFirst(): boolean {
    const [first] = this.#waiting;
    if (first === undefined) return false;
    let written: number;
    try {
      written = writeSync(this.#fd, first, 0, Math.min(first.length, READY_BYTES));
    } catch (error) {
      if (!isErrno(error, 'EAGAIN')) this.#close();
      return false;
    }
    this.#waitingBytes -= written;
    if (written === first.length) this.#waiting.shift();
    else this.#waiting[0] = first.subarray(written);
    return true;
  }

  #tellLost(): void {
    if (this.lost === 0) return;
    this.#push(Buffer.from(`${this.lost} messages were lost here: nobody read them\n`));
    this.lost = 0;
  }

  /** There is no place where to tell why. */
  #close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
