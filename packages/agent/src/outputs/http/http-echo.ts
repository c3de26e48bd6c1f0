/**
 * `http_output.echo`: what the server answers, on the standard output. Not in the way of alerts:
 * while nobody reads it, answers are left out.
 */

import { write } from 'node:fs';

const STDOUT = 1;

export class HttpEcho {
  /** Answers that were left out. */
  omitted = 0;
  readonly #fd: number;
  #isWriting = false;

  constructor(fd: number = STDOUT) {
    this.#fd = fd;
  }

  add(answer: string): void {
    if (answer === '') return;
    if (this.#isWriting) {
      this.omitted++;
      return;
    }
    this.#isWriting = true;
    write(this.#fd, answer, (error) => {
      if (error !== null) this.omitted++;
      this.#isWriting = false;
    });
  }
}
