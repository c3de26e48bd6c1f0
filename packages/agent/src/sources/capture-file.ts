/** Opens capture files, and reads them plain or compressed into a ScapReader. */

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CaptureFormatError } from '@saker/core/scap/capture-error.ts';
import { isGzip, readCapture } from '@saker/core/scap/capture-source.ts';
import type { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { startOptimising, stopOptimising } from '../host/compilers.ts';
import { isErrno, reasonOf } from '../host/errno.ts';
import { waitMs } from '../host/wait.ts';

/** A capture that cannot be opened, or not read to its end. The message names it. */
export class CaptureFileError extends Error {
  override readonly name = 'CaptureFileError';
}

export interface CaptureConsumer {
  /** For every event, which the reader's view is over; false stops reading. */
  onEvent(): boolean;
  /** Between two reads of the file: a moment to hand on what was found. False stops reading. */
  onPause(): boolean | Promise<boolean>;
}

/** Between two looks at a pipe that has no bytes yet. */
const RETRY_MS = 1;
/** Compressed bytes per read: they become ten times as many. */
const PACKED_CHUNK_BYTES = 64 << 10;
/** How long signals may wait while a plain file is read without a pause. */
const TURN_MS = 50;

export class CaptureFile {
  readonly path: string;
  /** Of the file, compressed or not, so far: for progress. */
  bytesRead = 0;
  readonly #fd: number;

  constructor(path: string) {
    this.path = path;
    this.#fd = openCapture(path);
  }

  /**
   * Reads to the end, or until the consumer wants no more. What is wrong in it: CaptureFileError,
   * after every event before it.
   */
  async read(reader: ScapReader, consumer: CaptureConsumer): Promise<void> {
    startOptimising();
    try {
      await this.#read(reader, consumer);
    } catch (cause) {
      if (!(cause instanceof CaptureFormatError)) throw cause;
      const what =
        cause.code === 'not_a_capture' ? 'is not a capture' : 'cannot be read to its end';
      throw new CaptureFileError(`${this.path} ${what}: ${cause.message}`, { cause });
    } finally {
      stopOptimising();
    }
  }

  async #read(reader: ScapReader, consumer: CaptureConsumer): Promise<void> {
    const first = reader.space();
    let count = this.#fill(first);
    // A pipe may begin with a single byte, which tells nothing.
    if (count === 1) count += this.#fill(first.subarray(1));
    if (isGzip(first.subarray(0, count))) {
      await this.#readPacked(Uint8Array.from(first.subarray(0, count)), reader, consumer);
    } else {
      await this.#readPlain(count, reader, consumer);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Of the file in bytes; 0 for what is no regular file. */
  size(): number {
    const stat = fstatSync(this.#fd);
    return stat.isFile() ? stat.size : 0;
  }

  /** Waits for the bytes, also where a pipe says that it has none yet. 0 at the end. */
  #fill(into: Uint8Array): number {
    for (;;) {
      try {
        const count = readSync(this.#fd, into);
        this.bytesRead += count;
        return count;
      } catch (error) {
        if (!isErrno(error, 'EAGAIN')) throw cannotOpen(this.path, reasonOf(error), error);
        waitMs(RETRY_MS);
      }
    }
  }

  /**
   * Synchronously, straight into the reader's buffer, with a turn of the event loop now and then.
   */
  async #readPlain(first: number, reader: ScapReader, consumer: CaptureConsumer): Promise<void> {
    let lastTurn = clockMs();
    for (let count = first; count > 0; count = this.#fill(reader.space())) {
      reader.filled(count);
      if (!drain(reader, consumer) || !(await consumer.onPause())) return;
      if (clockMs() - lastTurn < TURN_MS) continue;
      await setImmediate();
      lastTurn = clockMs();
    }
    reader.end();
    drain(reader, consumer);
  }

  async #readPacked(
    head: Uint8Array,
    reader: ScapReader,
    consumer: CaptureConsumer,
  ): Promise<void> {
    // Stopped at an event and not in the chunks: a stream that ends early would count as damaged.
    let goesOn = true;
    const chunks = this.#chunks(head, async () => {
      goesOn = await consumer.onPause();
    });
    await readCapture(chunks, reader, () => goesOn && consumer.onEvent());
  }

  async *#chunks(head: Uint8Array, onPause: () => Promise<void>): AsyncGenerator<Uint8Array, void> {
    yield head;
    for (;;) {
      await onPause();
      const chunk = new Uint8Array(PACKED_CHUNK_BYTES);
      const count = this.#fill(chunk);
      if (count === 0) return;
      yield chunk.subarray(0, count);
    }
  }
}

/** Node loads a dozen modules for the first `performance.now()`: 1 ms of every start. */
function clockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

function drain(reader: ScapReader, consumer: CaptureConsumer): boolean {
  while (reader.next() === 'event') {
    if (!consumer.onEvent()) return false;
  }
  return true;
}

function openCapture(path: string): number {
  let problem: string;
  try {
    const stat = statSync(path);
    if (!stat.isDirectory() && !(stat.isFile() && stat.size === 0)) return openSync(path, 'r');
    problem = stat.isDirectory() ? 'it is a directory' : 'it is empty';
  } catch (error) {
    throw cannotOpen(path, openProblem(error), error);
  }
  throw cannotOpen(path, problem);
}

function openProblem(error: unknown): string {
  if (isErrno(error, 'ENOENT')) return 'it does not exist';
  return reasonOf(error);
}

function cannotOpen(path: string, reason: string, cause?: unknown): CaptureFileError {
  return new CaptureFileError(`Could not open capture file ${path} for reading: ${reason}`, {
    cause,
  });
}
