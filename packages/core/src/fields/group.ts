/** The class `group`: the group that the event's thread acts for. */

import type { Field } from './field.ts';
import { CHARBUF, ID32 } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('group');

export const groupFields: readonly Field[] = [
  field({
    name: 'group.gid',
    ...ID32,
    description: 'Number of the group that the thread acts for; 4294967295 when unknown.',
    scope: 'thread',
    extract: ({ thread }) => thread?.gid,
  }),
  field({
    name: 'group.name',
    ...CHARBUF,
    description:
      'Name of the group that the thread acts for, from the group list of the host or the ' +
      'container; <NA> when it is not listed.',
    scope: 'lineage',
    extract: ({ thread, state }) => {
      if (thread === undefined) return undefined;
      const entry = state.users.group(thread.containerId, thread.gid);
      return entry?.name ?? (thread.gid === 0 ? 'root' : '<NA>');
    },
  }),
];
