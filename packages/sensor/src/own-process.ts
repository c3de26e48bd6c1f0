/** prctl(2) and _exit(2), which Node does not offer. */

import koffi from 'koffi';

type Prctl = (...args: readonly number[]) => number;
let opened: Prctl | undefined;

/** False when the kernel refuses. Acts on the thread that calls. */
export function prctl(option: number, argument: number): boolean {
  opened ??= koffi
    .load('libc.so.6')
    .func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)') as Prctl;
  return opened(option, argument, 0, 0, 0) === 0;
}

/** Ends the process at once: threads that are stuck in a system call are not waited for. */
export function exitNow(code: number): void {
  const exit = koffi.load('libc.so.6').func('void _exit(int)') as (code: number) => void;
  exit(code);
}
