/**
 * The descriptor that an event is about, as the fields of class fd see it. Rules on opens ask for
 * it on every one.
 */

import type { ByteString } from '../base/host.ts';
import type { Text } from '../base/text-table.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { eventFlags } from '../events/event-table.ts';
import { EF } from '../events/param-types.gen.ts';
import { directoryOf } from '../state/directories.ts';
import type { EventContext } from '../state/event-context.ts';
import type { FdInfo } from '../state/fd-info.ts';
import { hasText, internParam } from '../state/params.ts';
import { joinedText, singleSlashedText } from '../state/paths.ts';
import { pathAt } from './base-directory.ts';
import { paramText } from './evt-args.ts';
import { stringParam } from './param-names.ts';

const FD_FLAGS = EF.EF_CREATES_FD | EF.EF_USES_FD | EF.EF_DESTROYS_FD;
const fdEvents: Uint8Array = Uint8Array.from(eventFlags, (flags) =>
  (flags & FD_FLAGS) !== 0 ? 1 : 0,
);

/** Whether events of that type are about a descriptor: make, use or close one. */
export function isFdEvent(type: number): boolean {
  return fdEvents[type] === 1;
}

/**
 * Whether fields of class fd can have a value at all: the event is about a descriptor of a thread.
 */
export function hasFd({ event, thread }: EventContext): boolean {
  return isFdEvent(event.type) && thread !== undefined;
}

/** The descriptor's entry; undefined also when the descriptor is not known. */
export function fdOf(context: EventContext): FdInfo | undefined {
  return hasFd(context) ? context.fd : undefined;
}

/**
 * Only for events about a descriptor without an entry: the name as the call gave it. `raw`: not
 * joined to a directory.
 */
export function nameFromEvent(context: EventContext, raw: boolean): ByteString | undefined {
  const { event } = context;
  if (event.type % 2 === 0) return undefined;
  switch (event.type) {
    case PPME.PPME_SYSCALL_OPEN_X:
    case PPME.PPME_SYSCALL_CREAT_X:
    case PPME.PPME_SOCKET_ACCEPT_5_X:
    case PPME.PPME_SOCKET_ACCEPT4_6_X:
    case PPME.PPME_SOCKET_CONNECT_X:
      return paramText(context, 1);
    case PPME.PPME_SYSCALL_OPENAT_2_X:
    case PPME.PPME_SYSCALL_OPENAT2_X: {
      if (event.paramLength(2) === 0) return undefined;
      if (raw) return stringParam(event, 2);
      return event.paramLength(1) === 0
        ? undefined
        : pathAt(context, event.i64(1), stringParam(event, 2));
    }
    case PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X:
      return stringParam(event, 3);
    default:
      return '';
  }
}

/** Calls that name a file below a directory: parameter 1 is the directory, 2 the name. */
function namesFileAt(context: EventContext): boolean {
  const { event } = context;
  if (event.type !== PPME.PPME_SYSCALL_OPENAT_2_X && event.type !== PPME.PPME_SYSCALL_OPENAT2_X) {
    return false;
  }
  return hasText(event, 2);
}

/** `nameFromEvent`, interned, for the failed opens that programs make in masses. */
export function attemptedPath(context: EventContext): Text | undefined {
  const { event, state } = context;
  if (!namesFileAt(context) || event.paramLength(1) === 0) return undefined;
  const name = internParam(event, state.texts, 2);
  return joinedText(state.texts, directoryOf(context, event.i64(1)), name);
}

/** The same as the call gave it, with runs of "/" made one. */
export function attemptedName(context: EventContext): Text | undefined {
  if (!namesFileAt(context)) return undefined;
  const { texts } = context.state;
  return singleSlashedText(texts, internParam(context.event, texts, 2));
}
