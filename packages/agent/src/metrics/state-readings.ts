/** What the state of a machine tells about itself. */

import { TEXT_SLOTS } from '@saker/core/base/text-table.ts';
import { CONTAINERS_MAX } from '@saker/core/state/container-table.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import { THREADS_MAX } from '@saker/core/state/thread-table.ts';
import { ACCOUNTS_MAX } from '@saker/core/state/user-table.ts';
import type { StateReadings } from './readings.ts';

type ReadState = Pick<
  SystemState,
  'threads' | 'fdBudget' | 'containers' | 'users' | 'texts' | 'fdLookups' | 'failedFdLookups'
>;

export interface StateReadingOptions {
  /** Events that rules were evaluated on: each looks its thread up. */
  readonly events: number;
  /** falco_libs.thread_table_size; 0: the usual. */
  readonly threadsMax: number;
}

export function readState(
  state: ReadState,
  { events, threadsMax }: StateReadingOptions,
): StateReadings {
  const { threads, fdBudget, containers, users, texts } = state;
  const { tableLookups, failedLookups } = threads;
  return {
    threads: threads.size,
    fds: fdBudget.used,
    addedThreads: threads.added,
    removedThreads: threads.added - threads.size,
    threadLookups: {
      // Not counted, since it is nearly every event: a lookup that needs no table is an event that
      // is of the same thread as the one before.
      cached: Math.max(0, events - tableLookups),
      noncached: tableLookups - failedLookups,
      failed: failedLookups,
    },
    addedFds: fdBudget.added,
    removedFds: fdBudget.added - fdBudget.used,
    // Descriptors lie in arrays: there is no cache before them.
    fdLookups: {
      cached: 0,
      noncached: state.fdLookups - state.failedFdLookups,
      failed: state.failedFdLookups,
    },
    dropsFullThreadTable: threads.dropsFull,
    tables: [
      {
        name: 'threads',
        entries: threads.size,
        entriesMax: threadsMax > 0 ? threadsMax : THREADS_MAX,
        lost: threads.dropsFull,
      },
      {
        name: 'fds',
        entries: fdBudget.used,
        entriesMax: fdBudget.max,
        lost: fdBudget.dropped,
      },
      {
        name: 'containers',
        entries: containers.size,
        entriesMax: CONTAINERS_MAX,
        lost: containers.evictions,
      },
      {
        name: 'accounts',
        entries: users.size,
        entriesMax: ACCOUNTS_MAX,
        lost: users.dropsFull,
      },
      { name: 'texts', entries: texts.size, entriesMax: TEXT_SLOTS, lost: texts.evictions },
    ],
  };
}
