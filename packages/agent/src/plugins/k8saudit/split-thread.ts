/**
 * Payloads to events on a thread of its own, one after the other in the order in which they were
 * given. It is started with the first one, and anew after it ended by itself.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Payload, SplitReply, SplitRequest, SplitThreadStart } from './split-messages.ts';

/**
 * Several times what the worst payload of the default size takes. One that takes more ends the
 * thread and not the agent.
 */
const MEMORY: ResourceLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 64 };

interface Waiting {
  readonly resolve: (reply: SplitReply) => void;
  readonly reject: (error: Error) => void;
}

export class SplitThread {
  readonly #start: SplitThreadStart;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined = undefined;
  #lastId = 0;

  constructor(start: SplitThreadStart) {
    this.#start = start;
  }

  /** Rejects when the thread ended over it, or was closed. The payload's bytes are taken away. */
  split(payload: Payload): Promise<SplitReply> {
    this.#worker ??= this.#open();
    const request: SplitRequest = { id: ++this.#lastId, payload };
    this.#worker.postMessage(request, [payload.bytes.buffer]);
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject });
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#fail(new Error('the source was closed'));
    await worker?.terminate();
  }

  #open(): Worker {
    const worker = new Worker(workerFile(), {
      workerData: this.#start,
      resourceLimits: MEMORY,
      stdout: false,
    });
    worker.on('message', (reply: SplitReply) => {
      this.#waiting.get(reply.id)?.resolve(reply);
      this.#waiting.delete(reply.id);
    });
    worker.on('error', (error: Error) => {
      if (worker !== this.#worker) return;
      this.#worker = undefined;
      this.#fail(error);
    });
    return worker;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The source, or, in a bundle, what lies beside it. */
function workerFile(): string {
  const source = join(import.meta.dirname, 'split-worker.ts');
  return existsSync(source) ? source : join(import.meta.dirname, 'split-worker.js');
}
