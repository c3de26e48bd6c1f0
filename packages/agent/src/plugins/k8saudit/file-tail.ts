/**
 * A file of audit events that grows: what is appended is read as it comes, from the end that the
 * file has at first. A file that is emptied (copytruncate), or replaced by another (rename), is
 * read from its beginning; what was left of the old one is read before.
 */

import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isErrno, reasonOf } from '../../host/errno.ts';
import { type FileParts, PIECE_BYTES } from './file-lines.ts';
import { LineBlocks } from './line-blocks.ts';

/** Beside the folder's own news, which network file systems do not have: how often to look. */
const LOOK_MS = 1000;

interface OpenFile {
  readonly handle: FileHandle;
  /** What tells it from another file of its name. */
  readonly device: bigint;
  readonly inode: bigint;
  /** Up to where it was read. */
  offset: number;
}

export class FileTail {
  readonly #path: string;
  readonly #parts: FileParts;
  readonly #onProblem: (message: string) => void;
  readonly #blocks: LineBlocks;
  readonly #piece: Uint8Array = new Uint8Array(PIECE_BYTES);
  #file: OpenFile | undefined = undefined;
  #watcher: FSWatcher | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;
  #isClosed = false;
  /** The look that is under way, and whether there is news for one more. */
  #looking: Promise<void> | undefined = undefined;
  #hasNews = false;

  constructor(path: string, parts: FileParts, onProblem: (message: string) => void) {
    this.#path = path;
    this.#parts = parts;
    this.#onProblem = onProblem;
    this.#blocks = new LineBlocks(parts.lineBytesMax);
  }

  /** Rejects when the folder is not there; the file itself may come later. */
  async start(): Promise<void> {
    const name = basename(this.#path);
    this.#watcher = watch(dirname(this.#path), (_, changed) => {
      if (changed === null || changed === name) this.#look();
    });
    this.#watcher.on('error', (error) => this.#tell(error));
    const file = await this.#open();
    if (file !== undefined) {
      file.offset = (await file.handle.stat()).size;
      this.#file = file;
    }
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watcher?.close();
    clearInterval(this.#timer);
    await this.#looking;
    await this.#file?.handle.close();
    this.#file = undefined;
  }

  /** One look at a time, and one more after it when there was news meanwhile. */
  #look(): void {
    this.#hasNews = true;
    this.#looking ??= this.#lookAll().finally(() => (this.#looking = undefined));
  }

  async #lookAll(): Promise<void> {
    while (this.#hasNews && !this.#isClosed) {
      this.#hasNews = false;
      try {
        await this.#readNews();
      } catch (error) {
        this.#tell(error);
      }
    }
  }

  #tell(error: unknown): void {
    if (!this.#isClosed) this.#onProblem(`cannot read ${this.#path}: ${reasonOf(error)}`);
  }

  async #readNews(): Promise<void> {
    const now = await this.#open();
    const old = this.#file;
    if (old !== undefined && now !== undefined && isSame(old, now)) {
      await now.handle.close();
      await this.#readOn(old);
      return;
    }
    try {
      if (old !== undefined) await this.#readOn(old);
    } catch (error) {
      await now?.handle.close();
      throw error;
    }
    // Its name is gone, and another file has not come yet: it may still be written to.
    if (now === undefined) return;
    if (old !== undefined) {
      await this.#give(this.#blocks.end());
      await old.handle.close();
    }
    this.#blocks.restart();
    this.#file = now;
    await this.#readOn(now);
  }

  async #open(): Promise<OpenFile | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(this.#path);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      throw error;
    }
    const { dev: device, ino: inode } = await handle.stat({ bigint: true });
    return { handle, device, inode, offset: 0 };
  }

  async #readOn(file: OpenFile): Promise<void> {
    const { size } = await file.handle.stat();
    if (size < file.offset) {
      file.offset = 0;
      this.#blocks.restart();
    }
    const piece = this.#piece;
    while (!this.#isClosed) {
      const { bytesRead } = await file.handle.read(piece, 0, piece.length, file.offset);
      if (bytesRead === 0) return;
      file.offset += bytesRead;
      await this.#give(this.#blocks.add(piece.subarray(0, bytesRead)));
    }
  }

  async #give(block: ReturnType<LineBlocks['add']>): Promise<void> {
    const { intake, counters } = this.#parts;
    counters.linesTooLong += this.#blocks.tooLong;
    this.#blocks.tooLong = 0;
    if (block !== undefined) await intake.takeLines(block, this.#path);
  }
}

function isSame(left: OpenFile, right: OpenFile): boolean {
  return left.device === right.device && left.inode === right.inode;
}
