/** What cases make sure of before they say what the record must hold: that the call did what they are about. */

import { constants } from 'node:os';

/** The result, of a call that must succeed. */
export function done(result: number): number {
  if (result < 0) throw new Error(`the call failed with errno ${-result}`);
  return result;
}

/** The result, of a call that must fail like this. */
export function failed(error: keyof typeof constants.errno, result: number): number {
  if (result !== -constants.errno[error]) throw new Error(`the call gave ${result}, not -${error}`);
  return result;
}
