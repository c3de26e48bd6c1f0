/** Names of errno values, signals and system calls, by their numbers. */

import { errnoValues, signalValues, syscallNames as syscallRows } from './names.gen.ts';

const errnoByCode = inverse(errnoValues);
const signalByNumber = inverse(signalValues);

/** PPM_SC_MAX: codes of system calls are below it. */
export const SYSCALL_CODES: number = syscallRows.length;

/**
 * Name of a positive errno code: `errnoName(2)` is `ENOENT`. Undefined for codes that are not
 * printed by name.
 */
export function errnoName(code: number): string | undefined {
  return errnoByCode.get(code);
}

/**
 * `signalName(15)` is `SIGTERM`; undefined for 0 and for the real-time signals, which have no
 * names.
 */
export function signalName(number: number): string | undefined {
  return signalByNumber.get(number);
}

/** Name of a PPM_SC code, e.g. `mprotect`; undefined for numbers that are no code. */
export function syscallName(code: number): string | undefined {
  return syscallRows[code] || undefined;
}

function inverse(values: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(values).map(([name, value]) => [value, name]));
}
