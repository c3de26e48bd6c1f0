/** setrlimit, getrlimit, prlimit: how many descriptors a process may have. */

import { PPM_RLIMIT_NOFILE } from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import type { EventContext } from '../event-context.ts';
import type { ReducerRows } from './reducer.ts';

/** A limit that the event does not tell. */
const UNKNOWN_LIMIT = -1;

function rlimit({ event, main }: EventContext): void {
  if (main === undefined || event.i64(0) < 0 || event.u8(3) !== PPM_RLIMIT_NOFILE) return;
  const limit = event.signed64(1);
  if (limit !== UNKNOWN_LIMIT) main.fdLimit = limit;
}

/** For any process; 0 means the caller. */
function prlimit({ event, state }: EventContext): void {
  if (event.i64(0) !== 0 || event.u8(6) !== PPM_RLIMIT_NOFILE) return;
  const limit = event.signed64(1);
  if (limit === UNKNOWN_LIMIT || event.paramLength(5) === 0) return;
  const target = event.i64(5);
  const thread = state.threads.lookUp(target === 0 ? event.tid : target);
  const main = thread === undefined ? undefined : state.threads.mainOf(thread);
  if (main !== undefined && thread?.isInvalid === false) main.fdLimit = limit;
}

export const limitReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_SETRLIMIT_X, rlimit],
  [PPME.PPME_SYSCALL_GETRLIMIT_X, rlimit],
  [PPME.PPME_SYSCALL_PRLIMIT_X, prlimit],
];
