/** Work in steps: done at once, or with room for something else between two of them. */

import { setImmediate as nextTurn } from 'node:timers/promises';

export function finishNow<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Whatever waits for its turn, such as events, has it between two steps. */
export async function finishInTurns<Result>(steps: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    // oxlint-disable-next-line no-await-in-loop -- that others get their turn is the point
    await nextTurn();
  }
}
