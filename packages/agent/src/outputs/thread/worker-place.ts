/** Outputs on a thread of their own. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { OutputsStart, ToOutputs } from './messages.ts';
import type { OutputPlace, PlaceEvents } from './output-place.ts';

export class WorkerPlace implements OutputPlace {
  readonly #worker: Worker;

  constructor(start: OutputsStart, { message, death }: PlaceEvents) {
    this.#worker = new Worker(workerFile(), {
      workerData: start,
      // Streams of a worker go through the main thread, which it should not depend on.
      stdout: false,
      // Of pipes that Node did not make it would say that they were closed by mistake.
      trackUnmanagedFds: false,
    });
    this.#worker.on('message', message);
    this.#worker.on('error', death);
  }

  send(message: ToOutputs): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- it is no window
    this.#worker.postMessage(message);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  abandon(): void {
    this.#worker.unref();
  }
}

/** The source, or, in a bundle, what lies beside it. */
function workerFile(): string {
  const source = join(import.meta.dirname, 'output-worker.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'output-worker.js');
}
