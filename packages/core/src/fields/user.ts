/** The class `user`: whom the event's thread acts for, and who logged in. */

import type { ByteString } from '../base/host.ts';
import type { UserEntry } from '../events/snapshot.ts';
import type { SystemState } from '../state/system-state.ts';
import { type ThreadInfo, UNSET_ID } from '../state/thread-info.ts';
import { eventContainer } from './container-lookup.ts';
import type { Field } from './field.ts';
import { CHARBUF, ID, ID32 } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('user');

/** A real value of these fields, not an absent one: what a user without an entry is called. */
const UNKNOWN = '<NA>';

/** Tables are per container: uid 1000 in a container is nobody that the host knows. */
function entry(state: SystemState, thread: ThreadInfo, uid: number): UserEntry | undefined {
  return state.users.user(thread.containerId, uid);
}

function nameOf(state: SystemState, thread: ThreadInfo, uid: number): ByteString {
  return entry(state, thread, uid)?.name ?? (uid === 0 ? 'root' : UNKNOWN);
}

export const userFields: readonly Field[] = [
  field({
    name: 'user.uid',
    ...ID32,
    description:
      'Number of the user that the thread acts for (effective uid); 4294967295 when unknown.',
    scope: 'thread',
    extract: ({ thread }) => thread?.uid,
  }),
  field({
    name: 'user.name',
    ...CHARBUF,
    description:
      'Name of the user that the thread acts for, from the user list of the host or the ' +
      'container; <NA> when it is not listed. On container events the user that the container ' +
      'is configured to run as.',
    scope: 'lineage',
    extract: (context) => {
      const { thread, state } = context;
      const configured = eventContainer(context)?.user ?? '';
      if (configured !== '') return configured;
      return thread === undefined ? undefined : nameOf(state, thread, thread.uid);
    },
  }),
  field({
    name: 'user.homedir',
    ...CHARBUF,
    description: 'Home directory of the user; <NA> when the user is not listed.',
    scope: 'lineage',
    extract: ({ thread, state }) => {
      if (thread === undefined) return undefined;
      return entry(state, thread, thread.uid)?.home ?? (thread.uid === 0 ? '/root' : UNKNOWN);
    },
  }),
  field({
    name: 'user.shell',
    ...CHARBUF,
    description: 'Login shell of the user; <NA> when the user is not listed.',
    scope: 'lineage',
    extract: ({ thread, state }) => {
      if (thread === undefined) return undefined;
      return entry(state, thread, thread.uid)?.shell ?? UNKNOWN;
    },
  }),
  field({
    name: 'user.loginuid',
    ...ID,
    description:
      'Number of the user who logged in (audit uid): it survives su and sudo. -1 for what no ' +
      'login started, such as daemons.',
    scope: 'thread',
    extract: ({ thread }) => {
      if (thread === undefined) return undefined;
      return thread.loginuid === UNSET_ID ? -1 : thread.loginuid;
    },
  }),
  field({
    name: 'user.loginname',
    ...CHARBUF,
    description: 'Name of the user who logged in; <NA> when nobody did or the user is not listed.',
    scope: 'lineage',
    extract: ({ thread, state }) =>
      thread === undefined ? undefined : nameOf(state, thread, thread.loginuid),
  }),
];
