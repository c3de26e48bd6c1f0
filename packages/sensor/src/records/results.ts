/**
 * What cases make sure of before they say what the record must hold: that the call did what they
 * are about.
 */

import { constants } from 'node:os';

/** The result, of a call that must succeed. */
export function done(result: number): number {
  if (result < 0) throw new Error(`the call failed with errno ${-result}`);
  return result;
}

/** With those that Node leaves out. */
const errors = { ...constants.errno, ENOTBLK: 15 };

/** The result, of a call that must fail like this. */
export function failed(error: keyof typeof errors, result: number): number {
  if (result !== -errors[error]) throw new Error(`the call gave ${result}, not -${error}`);
  return result;
}
