/** Synchronous writing that ends only when all bytes are written. */

import { writeSync } from 'node:fs';
import { isErrno } from './errno.ts';
import { waitMs } from './wait.ts';

/** Between two attempts when a pipe is full and its reader slow. */
const RETRY_MS = 1;

/**
 * Writes to a descriptor. One that was made non-blocking by whoever shares it (a pipe, a terminal)
 * says EAGAIN when it is full: then we wait, as a blocking one would.
 */
export function writeAll(fd: number, what: string | Uint8Array): void {
  const bytes = typeof what === 'string' ? Buffer.from(what, 'utf8') : what;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if (!isErrno(error, 'EAGAIN')) throw error;
      waitMs(RETRY_MS);
    }
  }
}
