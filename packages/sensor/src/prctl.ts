/** prctl(2), which Node does not offer. */

import koffi from 'koffi';

type Prctl = (option: number, a: number, b: number, c: number, d: number) => number;
let opened: Prctl | undefined;

/** False when the kernel refuses. Acts on the thread that calls. */
export function prctl(option: number, argument: number): boolean {
  opened ??= koffi
    .load('libc.so.6')
    .func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)') as Prctl;
  return opened(option, argument, 0, 0, 0) === 0;
}
