/** The hidden class `util`. */

import { PF, PT } from '../events/param-types.gen.ts';
import type { Extractor, Field } from './field.ts';

/**
 * Counts the events on which it is asked, not how often: reading it twice on one event gives one
 * number.
 */
function counter(): Extractor {
  let count = 0;
  let eventNumber = -1;
  return ({ event }) => {
    if (event.num !== eventNumber) {
      eventNumber = event.num;
      count++;
    }
    return count;
  };
}

export const utilFields: readonly Field[] = [
  {
    class: 'util',
    name: 'util.cnt',
    type: PT.PT_UINT64,
    format: PF.PF_ID,
    description: 'Counts the events on which this use of the field was evaluated, from 1.',
    hidden: true,
    scope: 'moment',
    bind: counter,
  },
];
