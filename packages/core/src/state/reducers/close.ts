/** Hot. close, close_range. Benchmark: state in bench/. */

import { PPM_CLOSE_RANGE_CLOEXEC } from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import type { EventContext } from '../event-context.ts';
import type { ReducerRows } from './reducer.ts';

/** The descriptor stays for this event's rules. */
function close(context: EventContext): void {
  const { event, fd, fds, state } = context;
  if (fd === undefined || fds === undefined || event.i64(0) < 0) return;
  state.removeFdLater(fds, context.fdNumber);
}

function closeRange({ event, fds }: EventContext): void {
  if (fds === undefined || event.i64(0) < 0) return;
  const first = event.u32(1);
  const last = event.u32(2);
  if ((event.u32(3) & PPM_CLOSE_RANGE_CLOEXEC) === 0) {
    fds.deleteWhere((_entry, fd) => fd >= first && fd <= last);
    return;
  }
  for (const [fd] of fds.entries()) {
    const entry = fd >= first && fd <= last ? fds.own(fd) : undefined;
    if (entry !== undefined) entry.closeOnExec = true;
  }
}

export const closeReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_CLOSE_X, close],
  [PPME.PPME_SYSCALL_CLOSE_RANGE_X, closeRange],
];
