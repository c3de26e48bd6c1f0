/**
 * Enter events of calls whose path or address another thread could change before the kernel reads
 * it: see EnterEvent.
 */

import { PPME } from '../../events/event-codes.gen.ts';
import { EnterEvent } from '../enter-event.ts';
import type { EventContext } from '../event-context.ts';
import type { ReducerRows } from './reducer.ts';

const NO_FLAGS = -1;

/**
 * The object that the event is kept in. Undefined when the event holds nothing: its parameter
 * `index` is empty.
 */
function kept({ event, thread }: EventContext, index: number): EnterEvent | undefined {
  if (thread === undefined) return undefined;
  thread.entered = event.paramLength(index) > 0;
  if (!thread.entered) return undefined;
  thread.enter ??= new EnterEvent();
  return thread.enter;
}

function keepOpen(context: EventContext): void {
  kept(context, 0)?.keepPath(context.event, context.state.texts, 0, 1);
}

function keepCreat(context: EventContext): void {
  kept(context, 0)?.keepPath(context.event, context.state.texts, 0, NO_FLAGS);
}

function keepOpenat(context: EventContext): void {
  kept(context, 0)?.keepPathAt(context.event, context.state.texts);
}

function keepExecve(context: EventContext): void {
  kept(context, 0)?.keepPath(context.event, context.state.texts, 0, NO_FLAGS);
}

/** The directory may be missing: an absolute path needs none. */
function keepExecveat(context: EventContext): void {
  kept(context, 1)?.keepPathAt(context.event, context.state.texts);
}

function keepConnect(context: EventContext): void {
  kept(context, 1)?.keepAddress(context.event, 1);
}

export const enterReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_OPEN_E, keepOpen],
  [PPME.PPME_SYSCALL_CREAT_E, keepCreat],
  [PPME.PPME_SYSCALL_OPENAT_2_E, keepOpenat],
  [PPME.PPME_SYSCALL_OPENAT2_E, keepOpenat],
  [PPME.PPME_SYSCALL_EXECVE_19_E, keepExecve],
  [PPME.PPME_SYSCALL_EXECVEAT_E, keepExecveat],
  [PPME.PPME_SOCKET_CONNECT_E, keepConnect],
];
