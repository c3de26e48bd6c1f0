/** Class evt: reads, writes and waits, and what was transferred. */

import { eventFlags, eventTable } from '../events/event-table.ts';
import { FdType } from '../events/fd-type.ts';
import { EC, EF, PF, PT } from '../events/param-types.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import type { FdInfo } from '../state/fd-info.ts';
import { resultOf } from './evt-result.ts';
import type { Field } from './field.ts';
import { BOOL, CHARBUF, COUNT } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

const field = fieldMaker('evt');

const categories: Uint16Array = Uint16Array.from(eventTable, (event) => event.category);

function hasFlag({ event }: EventContext, flag: number): boolean {
  return ((eventFlags[event.type] ?? 0) & flag) !== 0;
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

function isRegularFile(fd: FdInfo): boolean {
  return fd.type === FdType.FILE || fd.type === FdType.FILE_V2;
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
    extract(context) {
      const { event, fd } = context;
      if (fd === undefined || !isCategory(categories[event.type] ?? 0) || !isKind(fd)) return undefined;
      const result = resultOf(context);
      return result !== undefined && result >= 0 ? result : undefined;
    },
  });
}

export const evtBufferLength: Field = bufferLength(
  'evt.buflen',
  'bytes that a call on a descriptor transferred',
  isIo,
  isAny,
);

export const evtBufferLengthFields: readonly Field[] = [
  bufferLength('evt.buflen.in', 'evt.buflen, only on reads', isRead, isAny),
  bufferLength('evt.buflen.out', 'evt.buflen, only on writes', isWrite, isAny),
  bufferLength('evt.buflen.file', 'evt.buflen, only on files', isIo, isRegularFile),
  bufferLength('evt.buflen.file.in', 'evt.buflen, only on reads of files', isRead, isRegularFile),
  bufferLength('evt.buflen.file.out', 'evt.buflen, only on writes to files', isWrite, isRegularFile),
  bufferLength('evt.buflen.net', 'evt.buflen, only on ip sockets', isIo, isIpSocket),
  bufferLength('evt.buflen.net.in', 'evt.buflen, only on reads of ip sockets', isRead, isIpSocket),
  bufferLength('evt.buflen.net.out', 'evt.buflen, only on writes to ip sockets', isWrite, isIpSocket),
].map((listed) => ({ ...listed, hidden: true }));

export const evtIoFields: readonly Field[] = [
  field({
    name: 'evt.is_io',
    ...BOOL,
    description: '"true" for calls that read from or write to a descriptor, such as read, sendto, recvmsg',
    extract: (context) => hasFlag(context, EF.EF_READS_FROM_FD | EF.EF_WRITES_TO_FD),
  }),
  field({
    name: 'evt.is_io_read',
    ...BOOL,
    description: '"true" for calls that read from a descriptor',
    extract: (context) => hasFlag(context, EF.EF_READS_FROM_FD),
  }),
  field({
    name: 'evt.is_io_write',
    ...BOOL,
    description: '"true" for calls that write to a descriptor',
    extract: (context) => hasFlag(context, EF.EF_WRITES_TO_FD),
  }),
  field({
    name: 'evt.io_dir',
    ...CHARBUF,
    description: '"read" or "write" on calls that do so, absent on others',
    extract(context) {
      if (hasFlag(context, EF.EF_WRITES_TO_FD)) return 'write';
      return hasFlag(context, EF.EF_READS_FROM_FD) ? 'read' : undefined;
    },
  }),
  field({
    name: 'evt.is_wait',
    ...BOOL,
    description: '"true" for calls that wait for something, such as poll, select, nanosleep',
    extract: (context) => hasFlag(context, EF.EF_WAITS),
  }),
];

export const evtIsSyslog: Field = field({
  name: 'evt.is_syslog',
  ...BOOL,
  description: '"true" for writes to the socket of the system log',
  extract: (context) =>
    hasFlag(context, EF.EF_WRITES_TO_FD) && context.fd?.name.includes('/dev/log') === true,
});
