/**
 * A place for a unix socket that only its owner may use. It is bound in a folder that nobody else
 * can enter, made private there, and then put in its place, which also replaces what a process left
 * behind that crashed.
 */

import { chmodSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { isErrno, reasonOf } from '../../host/errno.ts';
import { OutputError } from '../alert-output.ts';

const OWNER_ONLY = 0o600;

export class UnixSocketPlace {
  readonly path: string;
  readonly #folder: string;

  /** OutputError when there is no such place. Folders on the way are made. */
  constructor(path: string) {
    this.path = path;
    try {
      mkdirSync(dirname(path), { recursive: true });
      // Short: paths of sockets have at most 107 bytes.
      this.#folder = mkdtempSync(join(dirname(path), '.s'));
    } catch (cause) {
      throw new OutputError(`cannot make ${path}: ${reasonOf(cause)}`, { cause });
    }
  }

  /** Where to bind. */
  get temporaryPath(): string {
    return join(this.#folder, 's');
  }

  /** The bound socket moves to its place. OutputError when somebody listens there already. */
  async take(): Promise<void> {
    const { path } = this;
    if (await isListening(path)) throw new OutputError(`another process listens on ${path}`);
    try {
      if (!isAbsentOrSocket(path)) throw new OutputError(`${path} is there and is no socket`);
      chmodSync(this.temporaryPath, OWNER_ONLY);
      renameSync(this.temporaryPath, path);
      rmSync(this.#folder, { recursive: true });
    } catch (cause) {
      if (cause instanceof OutputError) throw cause;
      throw new OutputError(`cannot make ${path}: ${reasonOf(cause)}`, { cause });
    }
  }

  /** Nothing stays. */
  release(isTaken: boolean): void {
    if (isTaken) rmSync(this.path, { force: true });
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function isAbsentOrSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return true;
    throw error;
  }
}
