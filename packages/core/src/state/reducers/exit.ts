/** procexit: a thread ends. It counts as gone at once, its entry goes with the next event. */

import { PPME } from '../../events/event-codes.gen.ts';
import type { EventContext } from '../event-context.ts';
import type { ReducerRows } from './reducer.ts';

const REAPER_TID = 4;

function exit({ event, thread, state }: EventContext): void {
  if (thread === undefined) return;
  state.threads.kill(thread);
  state.removeThreadLater(thread.tid);
  const isTold = event.paramLength(REAPER_TID) > 0;
  thread.reaperTid = isTold ? event.i64(REAPER_TID) : -1;
}

export const exitReducers: ReducerRows = [[PPME.PPME_PROCEXIT_1_E, exit]];
