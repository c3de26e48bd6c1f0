/** Lines that wait to be written together: one system call for many alerts. */

/** Enough that the call costs nothing per line, little enough to stay in the cache. */
const BUFFER_CHARS = 64 << 10;

export class LineBuffer {
  readonly #write: (text: string) => void;
  #text = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length >= BUFFER_CHARS) this.flush();
  }

  flush(): void {
    const text = this.#text;
    if (text === '') return;
    // Before the call: what cannot be written is not tried again.
    this.#text = '';
    this.#write(text);
  }
}
