/**
 * `file_output.rotate`: a file that is full or old becomes `<name>.1`, the one before it `<name>.2`
 * and so on, and the last one goes.
 */

import { existsSync, fstatSync, renameSync, rmSync } from 'node:fs';
import type { FileRotation } from '../config/output-config.ts';

/** Size and beginning of an open file. */
export class FileAge {
  readonly bytes: number;
  readonly bornMs: number;

  constructor(fd: number) {
    const { size, birthtimeMs, ctimeMs } = fstatSync(fd);
    this.bytes = size;
    // File systems that keep no time of birth say 0: then the last change is the best there is.
    this.bornMs = birthtimeMs > 0 ? birthtimeMs : ctimeMs;
  }

  /** Whether so many bytes more belong into a new file. An empty file is never over. */
  isOver({ bytesMax, ageMsMax }: FileRotation, more: number, nowMs: number = Date.now()): boolean {
    if (this.bytes === 0) return false;
    const isFull = bytesMax !== undefined && this.bytes + more > bytesMax;
    return isFull || (ageMsMax !== undefined && nowMs - this.bornMs >= ageMsMax);
  }
}

/** Makes room for a new file at `path` and keeps so many old ones. */
export function rotateFiles(path: string, filesMax: number): void {
  if (filesMax < 1) {
    rmSync(path, { force: true });
    return;
  }
  for (let number = filesMax; number > 1; number--) {
    const newer = `${path}.${number - 1}`;
    if (existsSync(newer)) renameSync(newer, `${path}.${number}`);
  }
  renameSync(path, `${path}.1`);
}
