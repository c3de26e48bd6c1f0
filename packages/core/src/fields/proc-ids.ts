/**
 * Ids of processes, their terminal, sessions and process groups, with the names of those that lead
 * them.
 */

import type { ByteString } from '../base/host.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import { ancestorField, atLevel } from './ancestor-field.ts';
import type { Field } from './field.ts';
import { ancestorsOf, type LeaderId, leaderOf, parentThread } from './lineage.ts';
import { CHARBUF, ID, ID32 } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('process');

const ID_MAX = 0xffff_ffff;

/**
 * Sources without host pids number their threads beyond 32 bits: such ids mean nothing to a reader
 * and are not shown.
 */
export function shownId(id: number): number | undefined {
  return id >= -1 && id <= ID_MAX ? id : undefined;
}

const pidOf = (thread: ThreadInfo): number | undefined => shownId(thread.pid);

/** The login shell is the topmost process whose name ends so. */
const SHELL_ENDING = 'sh';

const identity: readonly Field[] = [
  field({
    name: 'proc.loginshellid',
    ...ID,
    description:
      'Pid of the oldest shell among the process and its ancestors, a shell being what has a ' +
      'name that ends in "sh". The same for all that was started from one login.',
    scope: 'lineage',
    extract: ({ main, state }) => {
      if (main === undefined) return undefined;
      let pid = main.comm.endsWith(SHELL_ENDING) ? main.pid : undefined;
      for (const ancestor of ancestorsOf(state.threads, main)) {
        if (ancestor.comm.endsWith(SHELL_ENDING)) pid = ancestor.pid;
      }
      return pid;
    },
  }),
  field({
    name: 'proc.tty',
    ...ID32,
    description: 'Device number of the controlling terminal; 0 when the process has none.',
    scope: 'thread',
    extract: ({ thread }) => thread?.tty,
  }),
  field({
    name: 'proc.pid',
    ...ID,
    description: 'Process id, as the host sees it.',
    scope: 'thread',
    extract: ({ thread }) => (thread === undefined ? undefined : pidOf(thread)),
  }),
  field({
    name: 'proc.ppid',
    ...ID,
    description: 'Process id of the parent process.',
    scope: 'lineage',
    extract: atLevel(1, pidOf),
  }),
  ancestorField({
    name: 'proc.apid',
    ...ID,
    description:
      'Process id of an ancestor: [1] is the parent, [2] its parent. Without a level a ' +
      'condition looks at every ancestor, and an output shows the own process id.',
    property: pidOf,
    whole: atLevel(0, pidOf),
    onlyLeft: true,
  }),
  field({
    name: 'proc.vpid',
    ...ID,
    description:
      'Process id as the process itself sees it, in its own pid namespace: in a container ' +
      'another one than proc.pid.',
    scope: 'thread',
    extract: ({ thread }) => (thread === undefined || thread.vpid === -1 ? undefined : thread.vpid),
  }),
  field({
    name: 'proc.pvpid',
    ...ID,
    description: 'proc.vpid of the parent; -1 when it is not known there.',
    scope: 'lineage',
    extract: ({ thread, state }) =>
      thread === undefined ? undefined : parentThread(state.threads, thread)?.vpid,
  }),
];

interface Leadership {
  /** Name of the id's own field; those of its leader are named after it. */
  readonly name: string;
  /** `proc.sname` is older than the scheme of the other names. */
  readonly nameField: string;
  readonly id: LeaderId;
  /** Whether the id is that of the process's own pid namespace. */
  readonly isVirtual: boolean;
  readonly idDescription: string;
  /** What is led: session, or process group. */
  readonly group: string;
}

/** An id and the name, argv[0] and path of the process that leads what it names. */
function leadershipFields(spec: Leadership): readonly Field[] {
  const { name, id, isVirtual, group } = spec;
  const ofLeader = (
    fieldName: string,
    property: (thread: ThreadInfo) => ByteString,
    description: string,
  ): Field =>
    field({
      name: fieldName,
      ...CHARBUF,
      description:
        `${description} of the ${group} leader: the process with that id or, when it is gone, ` +
        `the oldest ancestor in the same ${group}. Empty when there is none.`,
      scope: 'lineage',
      extract: ({ thread, state }) => {
        if (thread === undefined) return undefined;
        const process = leaderOf(state.threads, thread, id, isVirtual);
        return process === undefined ? '' : property(process);
      },
    });
  return [
    field({
      name,
      ...ID,
      description: spec.idDescription,
      scope: 'thread',
      extract: ({ thread }) => (thread === undefined ? undefined : id(thread)),
    }),
    ofLeader(spec.nameField, (thread) => thread.comm, 'Name (comm)'),
    ofLeader(`${name}.exe`, (thread) => thread.exe, 'First word of the command line (argv[0])'),
    ofLeader(`${name}.exepath`, (thread) => thread.exepath, 'Full path of the program'),
  ];
}

/** In the order of the listing. */
export const procIdFields: readonly Field[] = [
  ...identity,
  ...leadershipFields({
    name: 'proc.sid',
    nameField: 'proc.sname',
    id: (thread) => thread.sid,
    isVirtual: true,
    idDescription: 'Session id, as seen in the pid namespace of the process.',
    group: 'session',
  }),
  ...leadershipFields({
    name: 'proc.vpgid',
    nameField: 'proc.vpgid.name',
    id: (thread) => thread.vpgid,
    isVirtual: true,
    idDescription: 'Process group id, as seen in the pid namespace of the process.',
    group: 'process group',
  }),
  ...leadershipFields({
    name: 'proc.pgid',
    nameField: 'proc.pgid.name',
    id: (thread) => thread.pgid,
    isVirtual: false,
    idDescription: 'Process group id, as the host sees it.',
    group: 'process group',
  }),
];
