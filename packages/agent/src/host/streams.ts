/** Where a command's text goes: the process's own streams, or strings in tests. */

import { isErrno, reasonOf } from './errno.ts';
import { writeAll } from './write-all.ts';

export interface Streams {
  /**
   * Writes text to the standard output. False when nobody reads it any more; StreamError when it
   * cannot be written for another reason, such as a full disk.
   */
  out(text: string): boolean;
  /** The same for the standard error; false whatever the reason: there is no place to tell it. */
  err(text: string): boolean;
}

/** The standard output cannot be written to. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
}

const STDOUT = 1;
const STDERR = 2;

/** `process.stdout` would cost 3 ms to set up, and writes asynchronously to pipes. */
export const processStreams: Streams = {
  out: writeOut,
  err: writeErr,
};

/** A reader that went away (`saker ... | head`) ends the output and is no error. */
function writeOut(text: string): boolean {
  try {
    writeAll(STDOUT, text);
    return true;
  } catch (cause) {
    if (isErrno(cause, 'EPIPE') || isErrno(cause, 'EBADF')) return false;
    throw new StreamError(`cannot write to the standard output: ${reasonOf(cause)}`, { cause });
  }
}

function writeErr(text: string): boolean {
  try {
    writeAll(STDERR, text);
    return true;
  } catch {
    return false;
  }
}
