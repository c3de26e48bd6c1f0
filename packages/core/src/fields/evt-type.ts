/** Class evt: what kind of event it is: direction, type, category, cpu. */

import { PPME } from '../events/event-codes.gen.ts';
import { eventTable } from '../events/event-table.ts';
import { FdType } from '../events/fd-type.ts';
import { syscallName } from '../events/names.ts';
import { EC, PF, PT } from '../events/param-types.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import type { Extractor, Field, FieldArgument, Known } from './field.ts';
import { stringParam } from './param-names.ts';
import { CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('evt');

const typeNames: readonly string[] = eventTable.map((event) => event.name);
const isSyscall: Uint8Array = Uint8Array.from(eventTable, (event) =>
  (event.source & EC.EC_SYSCALL) !== 0 ? 1 : 0,
);

/** Events come in pairs, the entering one first. */
function direction(type: number): string {
  return type % 2 === 0 ? '>' : '<';
}

/** The system call that a generic event stands for. */
function genericName({ event }: EventContext): string | undefined {
  return syscallName(event.u16(0));
}

function typeName(context: EventContext): string | undefined {
  const { event } = context;
  if (event.type === PPME.PPME_GENERIC_X) return genericName(context);
  if (event.type === PPME.PPME_ASYNCEVENT_E) return stringParam(event, 1);
  return typeNames[event.type];
}

/** Generic and async events say their name themselves. */
function knownTypeName(type: number): Known | undefined {
  if (type === PPME.PPME_GENERIC_X || type === PPME.PPME_ASYNCEVENT_E) return undefined;
  const value = typeNames[type];
  return value === undefined ? 'absent' : { value };
}

function syscallTypeName(context: EventContext): string | undefined {
  const { type } = context.event;
  if (isSyscall[type] === 0) return undefined;
  return type === PPME.PPME_GENERIC_X ? genericName(context) : typeNames[type];
}

/**
 * 1 for the event codes that `evt.type.is.NAME` or `evt.type.is.CODE` means; undefined when there
 * is none.
 */
function codesOf(text: string): Uint8Array | undefined {
  const codes = Uint8Array.from(eventTable, ({ id, name }) =>
    name === text || String(id) === text ? 1 : 0,
  );
  return codes.includes(1) ? codes : undefined;
}

function bindTypeIs(argument: FieldArgument | undefined): Extractor | string {
  if (argument === undefined || argument.bracketed) {
    return 'evt.type.is needs an event type after a dot, e.g. evt.type.is.openat';
  }
  const codes = codesOf(argument.text);
  if (codes === undefined) return `evt.type.is: "${argument.text}" is no event type`;
  return ({ event }) => codes[event.type] ?? 0;
}

/** Categories that say it all; the rest, reads and writes, depend on the descriptor. */
const categoryNames: Readonly<Record<number, string>> = {
  [EC.EC_OTHER]: 'other',
  [EC.EC_FILE]: 'file',
  [EC.EC_NET]: 'net',
  [EC.EC_IPC]: 'IPC',
  [EC.EC_MEMORY]: 'memory',
  [EC.EC_PROCESS]: 'process',
  [EC.EC_SLEEP]: 'sleep',
  [EC.EC_SYSTEM]: 'system',
  [EC.EC_SIGNAL]: 'signal',
  [EC.EC_USER]: 'user',
  [EC.EC_TIME]: 'time',
  [EC.EC_PROCESSING]: 'processing',
  [EC.EC_WAIT]: 'wait',
  [EC.EC_SCHEDULER]: 'scheduler',
  [EC.EC_INTERNAL]: 'internal',
};

const categoryByType: readonly (string | undefined)[] = eventTable.map(({ category }) =>
  (category & EC.EC_IO_BASE) !== 0 ? undefined : (categoryNames[category] ?? 'unknown'),
);

const ioCategoryByFdType: ReadonlyMap<number, string> = new Map<number, string>([
  [FdType.FILE, 'file'],
  [FdType.FILE_V2, 'file'],
  [FdType.DIRECTORY, 'file'],
  [FdType.IPV4_SOCK, 'net'],
  [FdType.IPV6_SOCK, 'net'],
  [FdType.IPV4_SERVSOCK, 'net'],
  [FdType.IPV6_SERVSOCK, 'net'],
  [FdType.FIFO, 'ipc'],
  [FdType.UNIX_SOCK, 'ipc'],
  [FdType.EVENT, 'ipc'],
  [FdType.SIGNALFD, 'ipc'],
  [FdType.INOTIFY, 'ipc'],
  [FdType.USERFAULTFD, 'ipc'],
]);

function categoryName({ event, fd }: EventContext): string {
  const fixed = categoryByType[event.type];
  if (fixed !== undefined) return fixed;
  return (fd === undefined ? undefined : ioCategoryByFdType.get(fd.type)) ?? 'unknown';
}

export const evtTypeFields: readonly Field[] = [
  field({
    name: 'evt.dir',
    type: PT.PT_CHARBUF,
    format: PF.PF_DIR,
    description: '">" where a call is entered, "<" where it returned; rules see returns only.',
    deprecated: true,
    known: (type) => ({ value: direction(type) }),
    extract: ({ event }) => direction(event.type),
  }),
  field({
    name: 'evt.type',
    ...CHARBUF,
    description:
      'Name of the event: of the system call, such as "openat", or of another event, such as ' +
      '"switch".',
    known: knownTypeName,
    extract: typeName,
  }),
  {
    name: 'evt.type.is',
    class: 'evt',
    type: PT.PT_UINT32,
    format: PF.PF_NA,
    description:
      '1 for events of one type, else 0: evt.type.is.openat, or the code of the type in place ' +
      'of its name.',
    argument: { kind: ['name'], required: true },
    bind: bindTypeIs,
    known: (type, argument) => ({ value: codesOf(argument?.text ?? '')?.[type] ?? 0 }),
  },
  field({
    name: 'syscall.type',
    ...CHARBUF,
    description: 'Name of the system call; absent on events that are none, such as "switch".',
    known: (type) => (isSyscall[type] === 0 ? 'absent' : knownTypeName(type)),
    extract: syscallTypeName,
  }),
  field({
    name: 'evt.category',
    ...CHARBUF,
    description:
      'What the event is about: file, net, IPC, memory, process, user, time and others; reads ' +
      'and writes go by what they read and write.',
    known(type) {
      const value = categoryByType[type];
      return value === undefined ? undefined : { value };
    },
    extract: categoryName,
  }),
  field({
    name: 'evt.cpu',
    type: PT.PT_INT16,
    format: PF.PF_ID,
    description: 'Number of the processor on which the event happened.',
    scope: 'moment',
    extract: ({ event }) => event.cpu,
  }),
];
