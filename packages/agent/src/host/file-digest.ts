/** SHA-256 of files, as hexadecimal digits: whether they changed, and what metrics tell of them. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** By path. A file that cannot be read has none. */
export function fileDigests(paths: Iterable<string>): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const path of paths) {
    const digest = digestOf(path);
    if (digest !== undefined) digests.set(path, digest);
  }
  return digests;
}

function digestOf(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}

export function areEqualDigests(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): boolean {
  if (left.size !== right.size) return false;
  for (const [path, digest] of left) if (right.get(path) !== digest) return false;
  return true;
}
