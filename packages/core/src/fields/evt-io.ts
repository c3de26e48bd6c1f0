/** Class evt: reads, writes and waits, and what was transferred. */

import { eventFlags, eventTable } from '../events/event-table.ts';
import { EC, EF } from '../events/param-types.gen.ts';
import type { FdInfo } from '../state/fd-info.ts';
import { knownResult, resultOf } from './evt-result.ts';
import { isRegularFile } from './fd-kinds.ts';
import type { Field } from './field.ts';
import { BOOL, CHARBUF, COUNT } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('evt');

const categories: Uint16Array = Uint16Array.from(eventTable, (event) => event.category);

function hasFlag(type: number, flag: number): boolean {
  return ((eventFlags[type] ?? 0) & flag) !== 0;
}

function isIo(category: number): boolean {
  return (category & EC.EC_IO_BASE) !== 0;
}

function isRead(category: number): boolean {
  return category === EC.EC_IO_READ;
}

function isWrite(category: number): boolean {
  return category === EC.EC_IO_WRITE;
}

function isAny(_fd: FdInfo): boolean {
  return true;
}

function isIpSocket(fd: FdInfo): boolean {
  return fd.isIpSocket;
}

/** Bytes transferred, on successful calls of some categories on some descriptors. */
function bufferLength(
  name: string,
  description: string,
  isCategory: (category: number) => boolean,
  isKind: (fd: FdInfo) => boolean,
): Field {
  return field({
    name,
    ...COUNT,
    description,
    known: (type) => (isCategory(categories[type] ?? 0) ? knownResult(type) : 'absent'),
    extract(context) {
      const { event, fd } = context;
      if (fd === undefined || !isCategory(categories[event.type] ?? 0) || !isKind(fd))
        return undefined;
      const result = resultOf(context);
      return result !== undefined && result >= 0 ? result : undefined;
    },
  });
}

export const evtBufferLength: Field = bufferLength(
  'evt.buflen',
  'Bytes that a call on a descriptor transferred.',
  isIo,
  isAny,
);

export const evtBufferLengthFields: readonly Field[] = [
  bufferLength('evt.buflen.in', 'Like evt.buflen, only on reads.', isRead, isAny),
  bufferLength('evt.buflen.out', 'Like evt.buflen, only on writes.', isWrite, isAny),
  bufferLength('evt.buflen.file', 'Like evt.buflen, only on files.', isIo, isRegularFile),
  bufferLength(
    'evt.buflen.file.in',
    'Like evt.buflen, only on reads of files.',
    isRead,
    isRegularFile,
  ),
  bufferLength(
    'evt.buflen.file.out',
    'Like evt.buflen, only on writes to files.',
    isWrite,
    isRegularFile,
  ),
  bufferLength('evt.buflen.net', 'Like evt.buflen, only on ip sockets.', isIo, isIpSocket),
  bufferLength(
    'evt.buflen.net.in',
    'Like evt.buflen, only on reads of ip sockets.',
    isRead,
    isIpSocket,
  ),
  bufferLength(
    'evt.buflen.net.out',
    'Like evt.buflen, only on writes to ip sockets.',
    isWrite,
    isIpSocket,
  ),
].map(hide);

function hide(field: Field): Field {
  return { ...field, hidden: true };
}

/** A truth that the event's type decides alone. */
function typeFlag(name: string, description: string, flag: number): Field {
  return field({
    name,
    ...BOOL,
    description,
    known: (type) => ({ value: hasFlag(type, flag) }),
    extract: ({ event }) => hasFlag(event.type, flag),
  });
}

function ioDirection(type: number): string | undefined {
  if (hasFlag(type, EF.EF_WRITES_TO_FD)) return 'write';
  return hasFlag(type, EF.EF_READS_FROM_FD) ? 'read' : undefined;
}

export const evtIoFields: readonly Field[] = [
  typeFlag(
    'evt.is_io',
    '"true" for calls that read from or write to a descriptor, such as read, sendto, recvmsg.',
    EF.EF_READS_FROM_FD | EF.EF_WRITES_TO_FD,
  ),
  typeFlag('evt.is_io_read', '"true" for calls that read from a descriptor.', EF.EF_READS_FROM_FD),
  typeFlag('evt.is_io_write', '"true" for calls that write to a descriptor.', EF.EF_WRITES_TO_FD),
  field({
    name: 'evt.io_dir',
    ...CHARBUF,
    description: '"read" or "write" on calls that do so, absent on others.',
    known(type) {
      const value = ioDirection(type);
      return value === undefined ? 'absent' : { value };
    },
    extract: ({ event }) => ioDirection(event.type),
  }),
  typeFlag(
    'evt.is_wait',
    '"true" for calls that wait for something, such as poll, select, nanosleep.',
    EF.EF_WAITS,
  ),
];

export const evtIsSyslog: Field = field({
  name: 'evt.is_syslog',
  ...BOOL,
  description: '"true" for writes to the socket of the system log.',
  known: (type) => (hasFlag(type, EF.EF_WRITES_TO_FD) ? undefined : { value: false }),
  extract: ({ event, fd }) =>
    hasFlag(event.type, EF.EF_WRITES_TO_FD) && fd?.name.includes('/dev/log') === true,
});
