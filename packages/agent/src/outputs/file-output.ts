/** `file_output`: appends to a file, which is opened for each write or, with `keep_alive`, once. */

import { closeSync, openSync } from 'node:fs';
import type { FileOutputConfig } from '../config/output-config.ts';
import { reasonOf } from '../host/errno.ts';
import { writeAll } from '../host/write-all.ts';
import { type AlertOutput, type Outcome, type OutgoingAlert, OutputError } from './alert-output.ts';
import { FileAge, rotateFiles } from './file-rotation.ts';
import { LineBuffer } from './line-buffer.ts';

export class FileOutput implements AlertOutput {
  readonly isClosed = false;
  readonly #config: FileOutputConfig;
  readonly #outcome: Outcome;
  readonly #lines = new LineBuffer((text, lines) => this.#append(text, lines));
  #fd: number | undefined;

  constructor(config: FileOutputConfig, outcome: Outcome) {
    this.#config = config;
    this.#outcome = outcome;
  }

  write({ line }: OutgoingAlert): void {
    this.#lines.add(line);
  }

  flush(): void {
    this.#lines.flush();
  }

  /** A file is made at once, so that whoever moved the old one finds it. */
  reopen(): void {
    this.flush();
    this.#close();
    try {
      this.#open();
    } catch (cause) {
      this.#outcome.problem(this.#error('open', cause));
    }
  }

  finish(): void {
    this.flush();
  }

  async close(): Promise<void> {
    try {
      this.flush();
    } finally {
      this.#close();
    }
  }

  #append(text: string, lines: number): void {
    const problem = this.#attempt(Buffer.from(text, 'utf8'));
    if (!this.#config.keepAlive) this.#close();
    if (problem === undefined) this.#outcome.delivered(lines);
    else this.#outcome.failed(lines, problem);
  }

  #attempt(bytes: Uint8Array): OutputError | undefined {
    let fd: number;
    try {
      fd = this.#open();
      fd = this.#rotated(fd, bytes.length);
    } catch (cause) {
      return this.#error('open', cause);
    }
    try {
      writeAll(fd, bytes);
      return undefined;
    } catch (cause) {
      return this.#error('write to', cause);
    }
  }

  /** The descriptor to write to: of a new file when the old one has had enough. */
  #rotated(fd: number, bytes: number): number {
    const { path, rotation } = this.#config;
    if (rotation === undefined || !new FileAge(fd).isOver(rotation, bytes)) return fd;
    try {
      rotateFiles(path, rotation.filesMax);
    } catch (cause) {
      // Better in a file that is too large than nowhere.
      this.#outcome.problem(this.#error('rotate', cause));
      return fd;
    }
    this.#close();
    return this.#open();
  }

  #open(): number {
    this.#fd ??= openSync(this.#config.path, 'a');
    return this.#fd;
  }

  #close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  #error(what: string, cause: unknown): OutputError {
    const { path } = this.#config;
    return new OutputError(`cannot ${what} the output file ${path}: ${reasonOf(cause)}`, { cause });
  }
}
