/**
 * `base_syscalls.repair`: the fewest calls with which state stays sound for the calls that are
 * watched anyway. Falco's `sinsp_repair_state_sc_set`.
 */

import {
  fileSyscalls,
  ioOtherSyscalls,
  ioSyscalls,
  netSyscalls,
} from '../../events/syscall-sets.ts';
import { syscallsNamed } from './syscall-index.ts';

/** What a process is: always. `setuid` and its like stand for their 32-bit forms, too. */
const processCalls: readonly string[] = [
  'clone',
  'clone3',
  'fork',
  'vfork',
  'execve',
  'execveat',
  'procexit',
  'chdir',
  'fchdir',
  'chroot',
  'capset',
  'prctl',
  'setgid',
  'setpgid',
  'setresgid',
  'setresuid',
  'setsid',
  'setuid',
];
/** Where a socket comes from; getsockopt tells whether a connection came about later. */
const socketCalls: readonly string[] = ['socket', 'getsockopt'];
/** Which address it listens on. */
const bindCalls: readonly string[] = ['bind'];
const listeningCalls: readonly string[] = ['accept', 'accept4', 'listen'];
/** Descriptors must go, or their numbers mean the wrong thing when they are used again. */
const closeCalls: readonly string[] = ['close'];

export function repairedSyscalls(watched: ReadonlySet<number>): ReadonlySet<number> {
  const usesNetwork = overlaps(watched, netSyscalls);
  const usesDescriptors =
    usesNetwork ||
    [fileSyscalls, ioSyscalls, ioOtherSyscalls].some((set) => overlaps(watched, set));
  const listens = overlaps(watched, codesNamed(listeningCalls));
  return new Set([
    ...watched,
    ...codesNamed(processCalls),
    ...(usesNetwork ? codesNamed(socketCalls) : []),
    ...(listens ? codesNamed(bindCalls) : []),
    ...(usesDescriptors ? codesNamed(closeCalls) : []),
  ]);
}

function codesNamed(names: readonly string[]): ReadonlySet<number> {
  return new Set(names.flatMap(syscallsNamed));
}

function overlaps(left: ReadonlySet<number>, right: ReadonlySet<number>): boolean {
  return [...right].some((code) => left.has(code));
}
