/** Class evt: how a call ended: its result, and counts that are 1 or 0. */

import { PPME } from '../events/event-codes.gen.ts';
import { eventTable } from '../events/event-table.ts';
import { FdType } from '../events/fd-type.ts';
import { EC, PF, PT } from '../events/param-types.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import { paramText } from './evt-args.ts';
import type { Field, Known } from './field.ts';
import { BOOL, SIGNED } from './shapes.ts';
import { fieldMaker, type SimpleField } from './simple-field.ts';

const field = fieldMaker('evt');

/**
 * 1 for the events whose first parameter is a result: returns of system calls that have an event of
 * their own.
 */
const mayHaveResult: Uint8Array = Uint8Array.from(eventTable, ({ id, isEnter, source }) =>
  !isEnter && (source & EC.EC_SYSCALL) !== 0 && id !== PPME.PPME_GENERIC_X ? 1 : 0,
);

/**
 * What the call returned; undefined for events that have no result. Old captures hold events
 * without parameters.
 */
export function resultOf({ event }: EventContext): number | undefined {
  return mayHaveResult[event.type] === 1 && event.paramCount > 0 ? event.i64(0) : undefined;
}

export function knownResult(type: number): Known | undefined {
  return mayHaveResult[type] === 1 ? undefined : 'absent';
}

function resultText(context: EventContext): string | undefined {
  const result = resultOf(context);
  if (result === undefined) return undefined;
  return result >= 0 ? 'SUCCESS' : paramText(context, 0);
}

function failed(context: EventContext): boolean | undefined {
  const result = resultOf(context);
  return result === undefined ? undefined : result < 0;
}

function errorCount(context: EventContext): number | undefined {
  const result = resultOf(context);
  if (result === undefined) return undefined;
  return result < 0 ? 1 : 0;
}

/** What an error is about: the kind of the event's descriptor, or without one the call. */
type ErrorKind = 'file' | 'net' | 'memory' | 'other';

const kindWithoutFd: ReadonlyMap<number, ErrorKind> = new Map<number, ErrorKind>([
  [PPME.PPME_SYSCALL_OPEN_X, 'file'],
  [PPME.PPME_SYSCALL_CREAT_X, 'file'],
  [PPME.PPME_SYSCALL_OPENAT_2_X, 'file'],
  [PPME.PPME_SYSCALL_OPENAT2_X, 'file'],
  [PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, 'file'],
  [PPME.PPME_SOCKET_ACCEPT_5_X, 'net'],
  [PPME.PPME_SOCKET_ACCEPT4_6_X, 'net'],
  [PPME.PPME_SOCKET_CONNECT_X, 'net'],
]);

function isMemory(type: number): boolean {
  return eventTable[type]?.category === EC.EC_MEMORY;
}

function errorKind(context: EventContext): ErrorKind {
  const { fd, event } = context;
  if (fd === undefined) {
    return kindWithoutFd.get(event.type) ?? (isMemory(event.type) ? 'memory' : 'other');
  }
  switch (fd.type) {
    case FdType.FILE:
    case FdType.FILE_V2:
    case FdType.DIRECTORY:
      return 'file';
    case FdType.UNIX_SOCK:
      return 'net';
    default:
      return fd.isIpSocket ? 'net' : 'other';
  }
}

const COUNT32 = { type: PT.PT_UINT32, format: PF.PF_DEC };

type Counts = Pick<SimpleField, 'extract' | 'known'>;

function count(name: string, description: string, counts: Counts): Field {
  return field({ name, ...COUNT32, description, ...counts });
}

function errorCountOf(kind: ErrorKind, description: string): Field {
  return count(`evt.count.error.${kind}`, description, {
    known: knownResult,
    extract: (context) => (errorKind(context) === kind ? errorCount(context) : undefined),
  });
}

export const evtResultFields: readonly Field[] = [
  field({
    name: 'evt.res',
    type: PT.PT_CHARBUF,
    format: PF.PF_DEC,
    description: 'Result of the call: "SUCCESS", or the name of the error such as "ENOENT".',
    known: knownResult,
    extract: resultText,
  }),
  field({
    name: 'evt.rawres',
    ...SIGNED,
    description: 'Result of the call as a number; negative for an error.',
    known: knownResult,
    extract: resultOf,
  }),
  field({
    name: 'evt.failed',
    ...BOOL,
    description: '"true" if the call returned an error.',
    known: knownResult,
    extract: failed,
  }),
];

export const evtCountFields: readonly Field[] = [
  count('evt.count', 'Always 1: for counting events.', {
    known: () => ({ value: 1 }),
    extract: () => 1,
  }),
  count('evt.count.error', '1 if the call returned an error, else 0.', {
    known: knownResult,
    extract: errorCount,
  }),
  errorCountOf('file', 'Like evt.count.error, only on calls about files.'),
  errorCountOf('net', 'Like evt.count.error, only on calls about sockets.'),
  // Whatever the call's descriptor is, unlike the others.
  count('evt.count.error.memory', 'Like evt.count.error, only on calls that manage memory.', {
    known: (type) => (isMemory(type) ? knownResult(type) : 'absent'),
    extract: (context) => (isMemory(context.event.type) ? errorCount(context) : undefined),
  }),
  errorCountOf('other', 'Like evt.count.error, only on calls about none of file, net and memory.'),
  count('evt.count.exit', '1 where a call returned.', {
    known: (type) => (type % 2 === 1 ? { value: 1 } : 'absent'),
    extract: ({ event }) => (event.type % 2 === 1 ? 1 : undefined),
  }),
  {
    ...count('evt.count.procinfo', '1 on the regular report about a process.', {
      known: knownReport,
      extract: ({ event, thread }) => (isReport(event.type) && thread?.isMain === true ? 1 : 0),
    }),
    hidden: true,
  },
  {
    ...count('evt.count.threadinfo', '1 on the regular report about a thread.', {
      known: knownReport,
      extract: ({ event }) => (isReport(event.type) ? 1 : 0),
    }),
    hidden: true,
  },
];

function isReport(type: number): boolean {
  return type === PPME.PPME_PROCINFO_E;
}

function knownReport(type: number): Known | undefined {
  return isReport(type) ? undefined : { value: 0 };
}
