/**
 * Outputs that live on threads of their own, each on one, as one output: one that hangs costs its
 * own lines and not those of the others.
 */

import type { OutputsConfig } from '../../config/config.ts';
import type { AlertOutput } from '../alert-output.ts';
import { OutputThread, type OutputThreadOptions } from './output-thread.ts';

export class OutputThreads implements AlertOutput {
  readonly #threads: readonly OutputThread[];

  constructor(options: OutputThreadOptions) {
    this.#threads = eachAlone(options.outputs).map(
      (outputs) => new OutputThread({ ...options, outputs }),
    );
  }

  /** Nobody reads any of them. */
  get isClosed(): boolean {
    return this.#threads.every(({ isClosed }) => isClosed);
  }

  /** One of them ended by a mistake of ours. */
  get hasFailed(): boolean {
    return this.#threads.some(({ hasFailed }) => hasFailed);
  }

  /** Lines that found no room, each counted for every output that it did not reach. */
  get lost(): number {
    return this.#threads.reduce((sum, { lost }) => sum + lost, 0);
  }

  /** Lines that are on their way, of the output that has most of them. */
  get queued(): number {
    return Math.max(0, ...this.#threads.map(({ queued }) => queued));
  }

  write(line: string): void {
    for (const thread of this.#threads) thread.write(line);
  }

  flush(): void {
    for (const thread of this.#threads) thread.flush();
  }

  reopen(): void {
    for (const thread of this.#threads) thread.reopen();
  }

  close(): void {
    for (const thread of this.#threads) thread.close();
  }

  /** See OutputThread: false when one of them was not done in time. */
  async closed(): Promise<boolean> {
    const done = await Promise.all(this.#threads.map((thread) => thread.closed()));
    return done.every((isDone) => isDone);
  }
}

function eachAlone({ stdout, file, buffered }: OutputsConfig): readonly OutputsConfig[] {
  const alone: OutputsConfig[] = [];
  if (file !== undefined) alone.push({ stdout: false, file, buffered });
  if (stdout) alone.push({ stdout, file: undefined, buffered });
  return alone;
}
