/** Whether two threads have the same descriptors: by kcmp(2), the only one who knows. */

import koffi from 'koffi';

/** Of include/uapi/linux/kcmp.h. */
const KCMP_FILES = 2;
const callNumbers: Readonly<Record<string, number>> = { x64: 312, arm64: 272 };

/** The number of the call, two threads, what to compare, and two more numbers for some of it. */
type Kcmp = (...args: readonly [number, number, number, number, number, number]) => number;
let syscall: Kcmp | undefined;

/**
 * Ids are those of this process's own pid namespace. True as well where the kernel does not say: a
 * thread that has descriptors of its own is rare.
 */
export function shareDescriptors(tid: number, otherTid: number): boolean {
  const call = callNumbers[process.arch];
  if (call === undefined) return true;
  syscall ??= koffi
    .load('libc.so.6')
    .func('syscall', 'long', ['long', 'int', 'int', 'int', 'long', 'long']);
  return syscall(call, tid, otherTid, KCMP_FILES, 0, 0) <= 0;
}
