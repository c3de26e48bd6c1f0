/** Where a command's text goes: the process's own streams, or strings in tests. */

import { isErrno } from './errno.ts';
import { writeAll } from './write-all.ts';

export interface Streams {
  /** Writes text to the standard output. False when nobody reads it any more. */
  out(text: string): boolean;
  err(text: string): boolean;
}

const STDOUT = 1;
const STDERR = 2;

/** `process.stdout` would cost 3 ms to set up, and writes asynchronously to pipes. */
export const processStreams: Streams = {
  out: (text) => writeUnlessClosed(STDOUT, text),
  err: (text) => writeUnlessClosed(STDERR, text),
};

/** A reader that went away (`saker ... | head`) ends the output and is no error. */
function writeUnlessClosed(fd: number, text: string): boolean {
  try {
    writeAll(fd, text);
    return true;
  } catch (error) {
    if (isErrno(error, 'EPIPE') || isErrno(error, 'EBADF')) return false;
    throw error;
  }
}
