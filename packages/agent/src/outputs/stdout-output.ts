/** `stdout_output`. */

import type { AlertOutput } from './alert-output.ts';
import { LineBuffer } from './line-buffer.ts';

export class StdoutOutput implements AlertOutput {
  isClosed = false;
  readonly #lines: LineBuffer;

  /** `out` says whether somebody still reads. */
  constructor(out: (text: string) => boolean) {
    this.#lines = new LineBuffer((text) => {
      this.isClosed = !out(text);
    });
  }

  write(line: string): void {
    if (!this.isClosed) this.#lines.add(line);
  }

  flush(): void {
    if (!this.isClosed) this.#lines.flush();
  }

  reopen(): void {}

  close(): void {
    this.flush();
  }
}
