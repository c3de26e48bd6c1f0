/**
 * A file that is written behind the back of whoever fills it: the thread of events never waits for
 * a disk. What waits to be written is bounded.
 */

import { close, constants, openSync, write } from 'node:fs';
import { reasonOf } from '../host/errno.ts';

/** A capture cannot be written. The message says why, for the end of a sentence. */
export class CaptureWriteError extends Error {
  override readonly name = 'CaptureWriteError';
}

/** Of gzip: seconds of events at full rate. A disk that is slower than that for so long is gone. */
const QUEUE_BYTES_MAX: number = 32 << 20;
/** Arguments, environments and payloads of everybody are in captures. */
const ONLY_OWNER = 0o600;
/** A link in a folder that everybody may write to must not lead us to another file. */
const FLAGS: number =
  constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

export class QueuedFile {
  readonly path: string;
  /** Handed in so far. */
  bytes = 0;
  /** Why nothing is written any more. */
  failure: string | undefined = undefined;
  readonly #fd: number;
  readonly #queueBytesMax: number;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isWriting = false;
  #isEnded = false;
  readonly #closed = Promise.withResolvers<void>();

  /** Makes or empties the file: CaptureWriteError when that cannot be done. */
  constructor(path: string, queueBytesMax: number = QUEUE_BYTES_MAX) {
    this.path = path;
    this.#queueBytesMax = queueBytesMax;
    try {
      this.#fd = openSync(path, FLAGS, ONLY_OWNER);
    } catch (cause) {
      throw new CaptureWriteError(reasonOf(cause), { cause });
    }
  }

  /** The bytes belong to the file from then on. */
  write(bytes: Uint8Array): void {
    if (this.failure !== undefined) return;
    if (this.#queuedBytes + bytes.length > this.#queueBytesMax) {
      this.#fail(`${this.#queuedBytes} bytes wait for the disk`);
      return;
    }
    this.bytes += bytes.length;
    this.#queuedBytes += bytes.length;
    this.#queue.push(bytes);
    this.#next();
  }

  /** Nothing follows. Resolves when all is written, or failed, and the file is closed. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#next();
    return this.#closed.promise;
  }

  #next(): void {
    if (this.#isWriting) return;
    const bytes = this.#queue[0];
    if (bytes !== undefined) {
      this.#isWriting = true;
      write(this.#fd, bytes, 0, bytes.length, null, (error, count) =>
        this.#onWritten(error, count),
      );
    } else if (this.#isEnded) {
      this.#isWriting = true;
      close(this.#fd, (error) => {
        if (error !== null && error !== undefined) this.failure ??= reasonOf(error);
        this.#closed.resolve();
      });
    }
  }

  #onWritten(error: NodeJS.ErrnoException | null, count: number): void {
    this.#isWriting = false;
    if (error === null) this.#take(count);
    else this.#fail(reasonOf(error));
    this.#next();
  }

  #take(count: number): void {
    const [first] = this.#queue;
    // What failed meanwhile has nothing left to write.
    if (first === undefined) return;
    this.#queuedBytes -= count;
    if (count === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(count);
  }

  #fail(reason: string): void {
    this.failure ??= reason;
    this.#queue = [];
    this.#queuedBytes = 0;
  }
}
