/** Files of audit events that are read once: one, or all of a folder, oldest first. */

import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditCounters } from './audit-counters.ts';
import type { AuditIntake } from './audit-intake.ts';
import { LineBlocks } from './line-blocks.ts';

export interface FileParts {
  readonly intake: AuditIntake;
  readonly counters: AuditCounters;
  readonly lineBytesMax: number;
  /** Somebody wants it to end. */
  readonly isClosed: () => boolean;
}

/** What is read at once: a fraction of a millisecond of disk. */
export const PIECE_BYTES: number = 256 << 10;

/** In the order in which they are read. Rejects when the path cannot be read. */
export async function filesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path);
  if (!found.isDirectory()) {
    await (await open(path)).close();
    return [path];
  }
  const names = await readdir(path);
  const entries = await Promise.all(
    names.map(async (name) => ({ path: join(path, name), stat: await stat(join(path, name)) })),
  );
  return entries
    .filter((entry) => entry.stat.isFile())
    .toSorted(
      (left, right) => left.stat.mtimeMs - right.stat.mtimeMs || (left.path < right.path ? -1 : 1),
    )
    .map((entry) => entry.path);
}

/** Resolves when all lines are on their way. Rejects when a file cannot be read. */
export async function readLines(path: string, parts: FileParts): Promise<void> {
  const { intake, counters, lineBytesMax, isClosed } = parts;
  const blocks = new LineBlocks(lineBytesMax);
  const file = await open(path);
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    while (!isClosed()) {
      // Without a position, so that pipes can be read, too.
      const { bytesRead } = await file.read(piece, 0, piece.length, null);
      const block = bytesRead === 0 ? blocks.end() : blocks.add(piece.subarray(0, bytesRead));
      if (block !== undefined) await intake.takeLines(block, path);
      if (bytesRead === 0) break;
    }
  } finally {
    counters.linesTooLong += blocks.tooLong;
    await file.close();
  }
}
