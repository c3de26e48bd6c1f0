/** The file that a recording goes to: plain, or gzip where its name says so. */

import { closeSync, fstatSync, openSync, unlinkSync } from 'node:fs';
import { CommandError } from '@saker/agent/app/command-error.ts';
import { GzipEncoder } from '@saker/agent/capture/gzip-encoder.ts';
import { reasonOf } from '@saker/agent/host/errno.ts';
import { writeAll } from '@saker/agent/host/write-all.ts';

/** Arguments, environments and payloads of everybody are in it. */
const ONLY_OWNER = 0o600;
const GZIP_NAME = /\.gz$/i;

export class RecordFile {
  readonly path: string;
  /** Written so far. */
  bytes = 0;
  readonly #fd: number;
  readonly #gzip: GzipEncoder | undefined;
  #hasFailed = false;

  /** Makes or empties the file: CommandError when that cannot be done. */
  constructor(path: string) {
    this.path = path;
    try {
      this.#fd = openSync(path, 'w', ONLY_OWNER);
    } catch (cause) {
      throw new CommandError(`cannot write to ${path}: ${reasonOf(cause)}`, { cause });
    }
    const isGzip = GZIP_NAME.test(path);
    this.#gzip = isGzip ? new GzipEncoder((bytes) => this.#append(bytes)) : undefined;
  }

  /** Waits for the disk: the ring takes what comes meanwhile. CommandError when it is full. */
  write(bytes: Uint8Array): void {
    if (this.#gzip === undefined) this.#append(bytes);
    else this.#gzip.write(bytes);
  }

  close(): void {
    try {
      if (!this.#hasFailed) this.#gzip?.end();
    } finally {
      closeSync(this.#fd);
    }
  }

  /** Instead of `close`, when nothing was recorded: an empty file would only be in the way. */
  discard(): void {
    const isFile = fstatSync(this.#fd).isFile();
    closeSync(this.#fd);
    if (isFile) unlinkSync(this.path);
  }

  #append(bytes: Uint8Array): void {
    try {
      writeAll(this.#fd, bytes);
      this.bytes += bytes.length;
    } catch (cause) {
      this.#hasFailed = true;
      throw new CommandError(`cannot write to ${this.path}: ${reasonOf(cause)}`, { cause });
    }
  }
}
