/** pipe2(2), which Node lacks: what it gives its children as standard input is a socket. */

import { getSystemErrorMessage } from 'node:util';
import koffi from 'koffi';

const O_CLOEXEC = 0o2_000_000;

export interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

type Pipe2 = (ends: Int32Array, flags: number) => number;
let opened: Pipe2 | undefined;

/** Neither end is inherited by programs that are started, unless they are given it. */
export function openPipe(): Pipe {
  opened ??= koffi.load('libc.so.6').func('int pipe2(void *, int)') as Pipe2;
  const ends = new Int32Array(2);
  if (opened(ends, O_CLOEXEC) !== 0) {
    throw new Error(`cannot make a pipe: ${getSystemErrorMessage(-koffi.errno())}`);
  }
  const [readEnd = -1, writeEnd = -1] = ends;
  return { readEnd, writeEnd };
}
