/**
 * When V8 optimises code. Loading rules runs much code a few times; optimised code for it comes too
 * late to pay, and compiling it, on other threads, costs a third of the start and 30 MB. So
 * bin/saker starts Node with thresholds that next to nothing reaches, and work that is done once
 * per event is put between `startOptimising` and `stopOptimising`.
 */

import { setFlagsFromString } from 'node:v8';

const THRESHOLD = /^--invocation-count-for-[a-z-]+=/;

/**
 * Calls after which code is compiled. Those on the way of every event run a hundred thousand times
 * within the first second; V8's own thresholds (400 and 3000) spend another 15 % of a short replay
 * on code that is rarer, or is compiled again when more is known of it.
 */
const EVENT_THRESHOLDS = [
  '--invocation-count-for-maglev=800',
  '--invocation-count-for-turbofan=50000',
  '--invocation-count-for-maglev-osr=100',
  '--invocation-count-for-osr=500',
] as const;

let isOptimising = false;

function thresholdsOfStart(): string[] {
  return process.execArgv.filter((flag) => THRESHOLD.test(flag));
}

/** Does nothing where Node was started without thresholds, as tests and other tools do. */
export function startOptimising(): void {
  if (thresholdsOfStart().length === 0) return;
  isOptimising = true;
  for (const flag of EVENT_THRESHOLDS) setFlagsFromString(flag);
}

/**
 * Needed before the process ends: Node then keeps what is compiled for the next start, marked with
 * the flags of that moment, and finds it there only if they are those that it starts with.
 */
export function stopOptimising(): void {
  isOptimising = false;
  for (const flag of thresholdsOfStart()) setFlagsFromString(flag);
}

/** For work between events that is as rare as loading. */
export function withoutOptimising<Result>(work: () => Result): Result {
  if (!isOptimising) return work();
  stopOptimising();
  try {
    return work();
  } finally {
    startOptimising();
  }
}
