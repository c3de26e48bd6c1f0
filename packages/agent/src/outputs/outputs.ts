/** All outputs of a configuration as one. */

import type { AlertOutput } from './alert-output.ts';

export class Outputs implements AlertOutput {
  readonly #outputs: readonly AlertOutput[];

  constructor(outputs: readonly AlertOutput[]) {
    this.#outputs = outputs;
  }

  /** Every one of them: then a replay can stop. */
  get isClosed(): boolean {
    return this.#outputs.every((output) => output.isClosed);
  }

  write(line: string): void {
    for (const output of this.#outputs) output.write(line);
  }

  flush(): void {
    for (const output of this.#outputs) output.flush();
  }

  reopen(): void {
    for (const output of this.#outputs) output.reopen();
  }

  close(): void {
    for (const output of this.#outputs) output.close();
  }
}
