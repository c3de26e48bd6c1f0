/**
 * When V8 optimises code. Loading rules runs much code a few times: optimised code for it comes too
 * late to pay, but compiling it costs, on other threads, a third of the start and 30 MB. So
 * bin/saker starts Node with thresholds that nothing reaches, and what runs once per event is
 * preceded by `startOptimising`.
 */

import { setFlagsFromString } from 'node:v8';

const THRESHOLD = /^--invocation-count-for-[a-z-]+=/;

/** V8's own. */
const STOCK_THRESHOLDS = [
  '--invocation-count-for-maglev=400',
  '--invocation-count-for-maglev-osr=100',
  '--invocation-count-for-turbofan=3000',
  '--invocation-count-for-osr=500',
] as const;

/** Does nothing where Node was started otherwise. Code that ran before keeps its thresholds for a while. */
export function startOptimising(): void {
  if (!process.execArgv.some((flag) => THRESHOLD.test(flag))) return;
  for (const flag of process.env['SAKER_X']?.split(' ') ?? STOCK_THRESHOLDS) setFlagsFromString(flag);
}

/**
 * Before the process ends: Node then keeps compiled code for the next start, under the flags of
 * that moment, and that start finds it only under the flags that it begins with.
 */
export function stopOptimising(): void {
  for (const flag of process.execArgv) if (THRESHOLD.test(flag)) setFlagsFromString(flag);
}
