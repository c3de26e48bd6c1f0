/** Hot. What is done with each type of event; nothing with most. Benchmark: state in bench/. */

import { EVENT_TYPES } from '../../events/event-table.ts';
import { asyncReducers } from './async.ts';
import { cloneReducers } from './clone.ts';
import { closeReducers } from './close.ts';
import { connectReducers } from './connect.ts';
import { cwdReducers } from './cwd.ts';
import { dupReducers } from './dup.ts';
import { enterReducers } from './enter.ts';
import { execReducers } from './exec.ts';
import { exitReducers } from './exit.ts';
import { idReducers } from './ids.ts';
import { limitReducers } from './limits.ts';
import { memoryReducers } from './memory.ts';
import { miscFdReducers } from './misc-fds.ts';
import { openReducers } from './open.ts';
import type { Reducer, ReducerRows } from './reducer.ts';
import { sendReceiveReducers } from './send-receive.ts';
import { socketReducers } from './socket.ts';

const families: readonly ReducerRows[] = [
  asyncReducers,
  cloneReducers,
  closeReducers,
  connectReducers,
  cwdReducers,
  dupReducers,
  enterReducers,
  execReducers,
  exitReducers,
  idReducers,
  limitReducers,
  memoryReducers,
  miscFdReducers,
  openReducers,
  sendReceiveReducers,
  socketReducers,
];

/** By event code. */
export const reducers: readonly (Reducer | undefined)[] = byEventType(families.flat());

function byEventType(rows: ReducerRows): (Reducer | undefined)[] {
  const table = Array.from({ length: EVENT_TYPES }, (): Reducer | undefined => undefined);
  for (const [eventType, reducer] of rows) table[eventType] = reducer;
  return table;
}
