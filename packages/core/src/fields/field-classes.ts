/** The classes of fields, in the order in which names are looked up and listed. */

import { containerFields } from './container.ts';
import { evtGenericFields } from './evt-generic.ts';
import { evtSyscallFields } from './evt-syscall.ts';
import { fdFields } from './fd.ts';
import { fdlistFields } from './fdlist.ts';
import type { Field } from './field.ts';
import { fsPathFields } from './fs-path.ts';
import { groupFields } from './group.ts';
import { k8sFields } from './k8s.ts';
import { oldFields } from './old-fields.ts';
import { processFields } from './process.ts';
import { userFields } from './user.ts';
import { utilFields } from './util.ts';

/** The event source of system calls. */
export const SYSCALL_SOURCE = 'syscall';

export interface FieldClass {
  /** As `--list` shows it. */
  readonly name: string;
  /** Tells classes of one name apart; "" for most. */
  readonly qualifier: string;
  readonly description: string;
  /** The event source that has the fields, or several; undefined: every source. */
  readonly source: string | readonly string[] | undefined;
  /** Usable but not listed. */
  readonly hidden?: boolean;
  /**
   * The listing says which kinds of arguments a field takes: only classes that Falco has as plugins
   * do.
   */
  readonly listsArgumentKinds?: boolean;
  readonly fields: readonly Field[];
}

export const fieldClasses: readonly FieldClass[] = [
  {
    name: 'evt',
    qualifier: 'All event types',
    description: 'What every event has, whatever its source.',
    source: undefined,
    fields: evtGenericFields,
  },
  {
    name: 'evt',
    qualifier: 'Syscall events only',
    description:
      'What events of system calls have. The parameters of a call are evt.arg.NAME, for example' +
      ' evt.arg.flags.',
    source: SYSCALL_SOURCE,
    fields: evtSyscallFields,
  },
  {
    name: 'process',
    qualifier: '',
    description: 'The process and thread that made the call, and its ancestors.',
    source: SYSCALL_SOURCE,
    fields: processFields,
  },
  {
    name: 'user',
    qualifier: '',
    description: 'The user that the process runs as, and the one that logged in.',
    source: SYSCALL_SOURCE,
    fields: userFields,
  },
  {
    name: 'group',
    qualifier: '',
    description: 'The group that the process runs as.',
    source: SYSCALL_SOURCE,
    fields: groupFields,
  },
  {
    name: 'fd',
    qualifier: '',
    description:
      'The file descriptor that the call makes, uses or closes: a file, a socket, a pipe and ' +
      'others.',
    source: SYSCALL_SOURCE,
    fields: fdFields,
  },
  {
    name: 'fs.path',
    qualifier: '',
    description:
      'The paths that a call acts on. Unlike fd.* these are also there for calls without a ' +
      'descriptor, such as unlink and rename.',
    source: SYSCALL_SOURCE,
    fields: fsPathFields,
  },
  {
    name: 'util',
    qualifier: '',
    description: '',
    source: SYSCALL_SOURCE,
    hidden: true,
    fields: utilFields,
  },
  {
    name: 'fdlist',
    qualifier: '',
    description: 'The descriptors that poll and ppoll wait for.',
    source: SYSCALL_SOURCE,
    fields: fdlistFields,
  },
  {
    name: 'container (plugin)',
    qualifier: '',
    description: '',
    source: SYSCALL_SOURCE,
    listsArgumentKinds: true,
    fields: [...containerFields, ...k8sFields],
  },
  {
    name: 'old',
    qualifier: '',
    description: '',
    source: SYSCALL_SOURCE,
    hidden: true,
    fields: oldFields,
  },
];

/** Whether events of the source have the fields of the class. */
export function servesSource({ source }: FieldClass, name: string): boolean {
  if (source === undefined) return true;
  return typeof source === 'string' ? source === name : source.includes(name);
}

/** Fields that the configuration defines; see static.ts. Listed last. */
export function staticClass(fields: readonly Field[]): FieldClass {
  return {
    name: 'static',
    qualifier: '',
    description: 'Texts that the configuration defines.',
    source: undefined,
    fields,
  };
}
