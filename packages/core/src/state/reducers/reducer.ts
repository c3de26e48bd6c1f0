/** What applies one kind of event to state. */

import type { EventContext } from '../event-context.ts';

/**
 * Called when the context holds the event's thread and descriptor, as far as the event names them.
 * Changes state, and the context where the event is about another thread or a new descriptor.
 */
export type Reducer = (context: EventContext) => void;

/** The reducers of one family of events. */
export type ReducerRows = readonly (readonly [eventType: number, reducer: Reducer])[];
