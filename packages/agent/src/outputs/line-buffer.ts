/** Lines that wait to be written together: one system call for many alerts. */

/** Enough that the call costs nothing per line, little enough to stay in the cache. */
const BUFFER_CHARS = 64 << 10;

export class LineBuffer {
  readonly #write: (text: string, lines: number) => void;
  #text = '';
  #lines = 0;

  constructor(write: (text: string, lines: number) => void) {
    this.#write = write;
  }

  add(line: string): void {
    this.#text += `${line}\n`;
    this.#lines++;
    if (this.#text.length >= BUFFER_CHARS) this.flush();
  }

  flush(): void {
    const text = this.#text;
    const lines = this.#lines;
    if (lines === 0) return;
    // Before the call: what cannot be written is not tried again.
    this.#text = '';
    this.#lines = 0;
    this.#write(text, lines);
  }
}
