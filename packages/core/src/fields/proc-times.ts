/**
 * When a process and its parent were started, and how long ago. Unknown for those that ran before
 * the capture began.
 */

import { difference64, type Int64, unsigned64 } from '../base/int64.ts';
import type { EventView } from '../events/event-view.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { Field } from './field.ts';
import { parentThread } from './lineage.ts';
import { RELTIME } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('process');

function startKnown(thread: ThreadInfo): boolean {
  return thread.cloneTimeLow !== 0 || thread.cloneTimeHigh !== 0;
}

function start(thread: ThreadInfo): Int64 {
  return unsigned64(thread.cloneTimeLow, thread.cloneTimeHigh);
}

function age(thread: ThreadInfo | undefined, event: EventView): Int64 | undefined {
  if (thread === undefined || !startKnown(thread)) return undefined;
  return difference64(event.timeLow, event.timeHigh, thread.cloneTimeLow, thread.cloneTimeHigh);
}

/** In the order of the listing. */
export const procTimeFields: readonly Field[] = [
  field({
    name: 'proc.duration',
    ...RELTIME,
    description: 'Nanoseconds since the process was started.',
    scope: 'moment',
    extract: ({ thread, event }) => age(thread, event),
  }),
  field({
    name: 'proc.ppid.duration',
    ...RELTIME,
    description: 'Nanoseconds since the parent process was started.',
    scope: 'moment',
    extract: ({ thread, event, state }) =>
      thread === undefined ? undefined : age(state.threads.parentOf(thread), event),
  }),
  field({
    name: 'proc.pid.ts',
    ...RELTIME,
    description: 'Time at which the process was started, in nanoseconds since the epoch.',
    scope: 'thread',
    extract: ({ thread }) =>
      thread === undefined || !startKnown(thread) ? undefined : start(thread),
  }),
  field({
    name: 'proc.ppid.ts',
    ...RELTIME,
    description:
      'Time at which the parent was started, in nanoseconds since the epoch; 0 when it ran ' +
      'before the capture began.',
    scope: 'lineage',
    extract: ({ thread, state }) => {
      const parent = thread === undefined ? undefined : parentThread(state.threads, thread);
      return parent === undefined ? undefined : start(parent);
    },
  }),
];
