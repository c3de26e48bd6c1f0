/** Names of errno values, signals, capabilities and system calls, looked up both ways. */

import {
  capabilityNames,
  errnoValues,
  signalValues,
  syscallNames as syscallRows,
} from './names.gen.ts';

const errnoByName: ReadonlyMap<string, number> = new Map(Object.entries(errnoValues));
const errnoByCode = inverse(errnoByName);
const signalByName: ReadonlyMap<string, number> = new Map(Object.entries(signalValues));
const signalByNumber = inverse(signalByName);
const capabilityByName = indexOfNames(capabilityNames);
const syscallByName = indexOfNames(syscallRows);

/** PPM_SC_MAX: codes of system calls are below it. */
export const SYSCALL_CODES: number = syscallRows.length;

/**
 * Name of a positive errno code: `errnoName(2)` is `ENOENT`. Undefined for codes that are not
 * printed by name.
 */
export function errnoName(code: number): string | undefined {
  return errnoByCode.get(code);
}

export function errnoCode(name: string): number | undefined {
  return errnoByName.get(name);
}

/**
 * `signalName(15)` is `SIGTERM`; undefined for 0 and for the real-time signals, which have no
 * names.
 */
export function signalName(number: number): string | undefined {
  return signalByNumber.get(number);
}

export function signalNumber(name: string): number | undefined {
  return signalByName.get(name);
}

/** `capabilityName(0)` is `CAP_CHOWN`. */
export function capabilityName(bit: number): string | undefined {
  return capabilityNames[bit];
}

export function capabilityBit(name: string): number | undefined {
  return capabilityByName.get(name);
}

/** Name of a PPM_SC code, e.g. `mprotect`; undefined for numbers that are no code. */
export function syscallName(code: number): string | undefined {
  return syscallRows[code] || undefined;
}

/** The PPM_SC code of a system call. */
export function syscallCode(name: string): number | undefined {
  return syscallByName.get(name);
}

function inverse(values: ReadonlyMap<string, number>): ReadonlyMap<number, string> {
  return new Map([...values].map(([name, value]) => [value, name]));
}

/** Gaps of the table are empty names. */
function indexOfNames(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    [...names.entries()].filter(([, name]) => name !== '').map(([i, name]) => [name, i]),
  );
}
