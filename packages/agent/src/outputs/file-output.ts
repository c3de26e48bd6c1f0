/** `file_output`: appends to a file, which is opened for each write or, with `keep_alive`, once. */

import { closeSync, openSync } from 'node:fs';
import { reasonOf } from '../host/errno.ts';
import { writeAll } from '../host/write-all.ts';
import { type AlertOutput, OutputError } from './alert-output.ts';
import { LineBuffer } from './line-buffer.ts';

export interface FileOutputOptions {
  readonly path: string;
  readonly keepAlive: boolean;
}

export class FileOutput implements AlertOutput {
  readonly isClosed = false;
  readonly #options: FileOutputOptions;
  readonly #lines: LineBuffer;
  #fd: number | undefined;

  constructor(options: FileOutputOptions) {
    this.#options = options;
    this.#lines = new LineBuffer((text) => this.#append(text));
  }

  write(line: string): void {
    this.#lines.add(line);
  }

  flush(): void {
    this.#lines.flush();
  }

  reopen(): void {
    this.flush();
    this.#close();
    this.#open();
  }

  close(): void {
    try {
      this.flush();
    } finally {
      this.#close();
    }
  }

  #append(text: string): void {
    const { path, keepAlive } = this.#options;
    const fd = this.#open();
    try {
      writeAll(fd, text);
    } catch (cause) {
      throw new OutputError(`cannot write to the output file ${path}: ${reasonOf(cause)}`, {
        cause,
      });
    } finally {
      if (!keepAlive) this.#close();
    }
  }

  #open(): number {
    const { path } = this.#options;
    try {
      this.#fd ??= openSync(path, 'a');
      return this.#fd;
    } catch (cause) {
      throw new OutputError(`cannot open the output file ${path}: ${reasonOf(cause)}`, { cause });
    }
  }

  #close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
