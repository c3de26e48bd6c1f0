/**
 * Outputs that live on a thread of their own, as one output. Lines wait in a queue that has a
 * bound: beyond it they are lost and counted, so that an output which hangs costs alerts and not
 * events or memory.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { OutputsConfig } from '../../config/config.ts';
import type { AlertOutput } from '../alert-output.ts';
import type { FromOutputs, ToOutputs } from './messages.ts';

export interface OutputThreadOptions {
  readonly outputs: OutputsConfig;
  /** Most lines that wait; lines beyond it are lost. */
  readonly linesMax: number;
  /** Something that the user should know. */
  readonly onProblem: (message: string) => void;
}

/** How long the last lines may take when the agent stops. */
const CLOSE_MS = 2000;

export class OutputThread implements AlertOutput {
  isClosed = false;
  /** The thread ended by a mistake of ours: what it had is lost. */
  hasFailed = false;
  /** Lines that found no room. */
  lost = 0;
  readonly #options: OutputThreadOptions;
  readonly #worker: Worker;
  readonly #done = new Int32Array(new SharedArrayBuffer(4));
  /** Lines that were sent. Wraps around, as the word does that counts those that are done. */
  #sent = 0;
  #waiting: string[] = [];
  #onClosed: (() => void) | undefined = undefined;

  constructor(options: OutputThreadOptions) {
    this.#options = options;
    const { outputs } = options;
    this.#worker = new Worker(workerFile(), {
      workerData: { outputs, done: this.#done.buffer },
      // Streams of a worker go through the main thread, which it should not depend on.
      stdout: false,
    });
    this.#worker.on('message', (message: FromOutputs) => this.#onMessage(message));
    this.#worker.on('error', (error: Error) => {
      this.isClosed = true;
      this.hasFailed = true;
      options.onProblem(`the thread of outputs ended: ${error.message}`);
      this.#onClosed?.();
    });
  }

  /** Lines that are on their way. */
  get queued(): number {
    return this.#waiting.length + ((this.#sent - Atomics.load(this.#done, 0)) | 0);
  }

  write(line: string): void {
    if (this.queued >= this.#options.linesMax) this.lost++;
    else this.#waiting.push(line);
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#send({ kind: 'lines', lines: this.#waiting });
    this.#sent = (this.#sent + this.#waiting.length) | 0;
    this.#waiting = [];
  }

  reopen(): void {
    this.flush();
    this.#send({ kind: 'reopen' });
  }

  /** Only asks for it; `closed` says when it is done. */
  close(): void {
    this.flush();
    this.#send({ kind: 'close' });
  }

  /**
   * All lines are written, nobody is there to write them, or time is over. False then: the thread
   * may be stuck in a write that never ends, and cannot be ended itself; the process must leave
   * without waiting for it.
   */
  async closed(): Promise<boolean> {
    if (this.hasFailed) return true;
    const isDone = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), CLOSE_MS);
      this.#onClosed = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.close();
    });
    if (isDone) await this.#worker.terminate();
    else this.#worker.unref();
    return isDone;
  }

  #send(message: ToOutputs): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
    this.#worker.postMessage(message);
  }

  #onMessage(message: FromOutputs): void {
    if (message.kind === 'failed') this.#options.onProblem(message.message);
    else if (message.kind === 'unread') this.isClosed = true;
    else this.#onClosed?.();
  }
}

/** The source, or, in a bundle, what lies beside it. */
function workerFile(): string {
  const source = join(import.meta.dirname, 'output-worker.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'output-worker.js');
}
