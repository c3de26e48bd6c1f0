/**
 * `stdout_output` beside detection: lines are written by Node's pool of threads, one piece after
 * the other. Nobody waits for a terminal or pipe that takes nothing; it holds one thread of the
 * pool, however often a reload opens the output anew meanwhile.
 */

import { write } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isErrno, reasonOf } from '../host/errno.ts';
import { type AlertOutput, type Outcome, type OutgoingAlert, OutputError } from './alert-output.ts';

const STDOUT = 1;
/** Between two attempts at a pipe that somebody made non-blocking, while it is full. */
const FULL_MS = 5;
const writeSome = promisify(write);
/**
 * By descriptor: what is being written. Whoever comes next waits for it, so that no line gets into
 * the middle of another, and what hangs does not take the other threads of the pool as well.
 */
const turns = new Map<number, Promise<void>>();

const NO_MORE_TIME = 'nobody reads the standard output, and there is no more time';

interface Piece {
  readonly text: string;
  readonly lines: number;
}

export class PooledStdout implements AlertOutput {
  isClosed = false;
  readonly #outcome: Outcome;
  readonly #fd: number;
  #text = '';
  #lines = 0;
  /** While a piece is being written. */
  #writing: Promise<void> | undefined = undefined;

  /** `fd` is for tests. */
  constructor(outcome: Outcome, fd: number = STDOUT) {
    this.#outcome = outcome;
    this.#fd = fd;
  }

  write({ line }: OutgoingAlert): void {
    this.#text += `${line}\n`;
    this.#lines++;
  }

  flush(): void {
    if (this.#writing !== undefined || this.#lines === 0) return;
    const turn = this.#writePieces(turns.get(this.#fd));
    this.#writing = turn;
    turns.set(this.#fd, turn);
  }

  reopen(): void {}

  finish(): void {
    this.flush();
  }

  /**
   * Resolves when nothing is being written, which may be never. What has not begun while something
   * is has failed: there was time for it.
   */
  async close(): Promise<void> {
    if (this.#writing === undefined) this.flush();
    else this.#giveUpRest();
    await this.#writing;
  }

  /** Until nothing is left. Never rejects. */
  async #writePieces(before: Promise<void> | undefined): Promise<void> {
    if (before !== undefined) await before;
    for (let piece = this.#take(); piece.lines > 0; piece = this.#take()) {
      // oxlint-disable-next-line no-await-in-loop -- lines keep their order
      await this.#writePiece(piece);
    }
    if (turns.get(this.#fd) === this.#writing) turns.delete(this.#fd);
    this.#writing = undefined;
  }

  #giveUpRest(): void {
    const { lines } = this.#take();
    if (lines > 0) this.#outcome.failed(lines, new OutputError(NO_MORE_TIME));
  }

  #take(): Piece {
    const piece = { text: this.#text, lines: this.#lines };
    this.#text = '';
    this.#lines = 0;
    return piece;
  }

  async #writePiece({ text, lines }: Piece): Promise<void> {
    try {
      if (!this.isClosed) await this.#writeAll(Buffer.from(text));
    } catch (cause) {
      if (!isErrno(cause, 'EPIPE') && !isErrno(cause, 'EBADF')) {
        const message = `cannot write to the standard output: ${reasonOf(cause)}`;
        this.#outcome.failed(lines, new OutputError(message, { cause }));
        return;
      }
      // Whoever read it went away, which is no mistake.
      this.isClosed = true;
    }
    if (this.isClosed) this.#outcome.unread(lines);
    else this.#outcome.delivered(lines);
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const { bytesWritten } = await writeSome(this.#fd, bytes, at);
        at += bytesWritten;
      } catch (error) {
        if (!isErrno(error, 'EAGAIN')) throw error;
        // oxlint-disable-next-line no-await-in-loop -- the same
        await wait(FULL_MS);
      }
    }
  }
}
