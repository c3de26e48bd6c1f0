/**
 * The current event together with what state knows about it: what every field extractor and every reducer is given. There
 * is one, reused for every event; nothing in it outlives the event.
 */

import type { EventView } from '../events/event-view.ts';
import type { FdInfo } from './fd-info.ts';
import type { SystemState } from './system-state.ts';
import type { ThreadInfo } from './thread-info.ts';

/** `fdNumber` of an event that has no descriptor. */
export const NO_FD = -1;

export class EventContext {
  readonly event: EventView;
  readonly state: SystemState;
  /** The event's thread: real or a placeholder; undefined for events that belong to no thread. */
  thread: ThreadInfo | undefined = undefined;
  /** Main thread of the group of `thread`; undefined when unknown. Its fds are the event's fds. */
  main: ThreadInfo | undefined = undefined;
  /** "The event's fd" of the field semantics, after the event was applied. */
  fdNumber: number = NO_FD;
  fd: FdInfo | undefined = undefined;
  /** Whether the event's descriptor's name differs from the one at its previous lookup: fd.name_changed. */
  fdNameChanged = false;
  /** Time of the first event that is not a meta event, as two words; both 0 before it: for evt.reltime. */
  firstTimeLow = 0;
  firstTimeHigh = 0;

  constructor(event: EventView, state: SystemState) {
    this.event = event;
    this.state = state;
  }
}
