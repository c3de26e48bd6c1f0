/** `stdout_output`. */

import { StreamError } from '../host/streams.ts';
import { type AlertOutput, type Outcome, type OutgoingAlert, OutputError } from './alert-output.ts';
import { LineBuffer } from './line-buffer.ts';

export class StdoutOutput implements AlertOutput {
  isClosed = false;
  readonly #out: (text: string) => boolean;
  readonly #outcome: Outcome;
  readonly #lines = new LineBuffer((text, lines) => this.#write(text, lines));

  /** `out` says whether somebody still reads; StreamError when it is not written. */
  constructor(out: (text: string) => boolean, outcome: Outcome) {
    this.#out = out;
    this.#outcome = outcome;
  }

  write({ line }: OutgoingAlert): void {
    this.#lines.add(line);
  }

  flush(): void {
    this.#lines.flush();
  }

  reopen(): void {}

  finish(): void {
    this.flush();
  }

  async close(): Promise<void> {
    this.flush();
  }

  #write(text: string, lines: number): void {
    try {
      this.isClosed ||= !this.#out(text);
    } catch (cause) {
      if (!(cause instanceof StreamError)) throw cause;
      this.#outcome.failed(lines, new OutputError(cause.message, { cause }));
      return;
    }
    if (this.isClosed) this.#outcome.unread(lines);
    else this.#outcome.delivered(lines);
  }
}
