/** Class fdlist: the descriptors that poll and ppoll wait for, as lists with commas. */

import type { ByteString } from '../base/host.ts';
import { formatAddress } from '../events/address.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { PF, PT } from '../events/param-types.gen.ts';
import { decodeFdList } from '../events/param-value.ts';
import type { FdInfo } from '../state/fd-info.ts';
import { addressOf, isIpConnection } from './fd-kinds.ts';
import type { Extractor, Field } from './field.ts';
import { fieldMaker, type SimpleField } from './simple-field.ts';

const FD_LIST_PARAM = 1;

/** The text of one descriptor; undefined leaves it out. */
type ItemText = (number: number, fd: FdInfo | undefined) => ByteString | undefined;

function isPoll(type: number): boolean {
  return type === PPME.PPME_SYSCALL_POLL_X || type === PPME.PPME_SYSCALL_PPOLL_X;
}

function listOf(text: ItemText): Extractor {
  return (context) => {
    if (!isPoll(context.event.type) || context.thread === undefined) return undefined;
    const texts: ByteString[] = [];
    for (const { fd } of decodeFdList(context.event, FD_LIST_PARAM)) {
      const item = text(fd, context.fds?.get(fd));
      if (item !== undefined) texts.push(item);
    }
    return texts.length === 0 ? undefined : texts.join(',');
  };
}

function clientAddress(fd: FdInfo): ByteString {
  return formatAddress(addressOf(fd, 'source'));
}

function serverAddress(fd: FdInfo): ByteString {
  return formatAddress(addressOf(fd, isIpConnection(fd) ? 'destination' : 'source'));
}

const makeField = fieldMaker('fdlist');

function field(spec: SimpleField): Field {
  return makeField({ ...spec, known: (type) => (isPoll(type) ? undefined : 'absent') });
}

const NAMES = { type: PT.PT_CHARBUF, format: PF.PF_NA };
const NUMBERS = { type: PT.PT_CHARBUF, format: PF.PF_DEC };

/** In the order of the listing. */
export const fdlistFields: readonly Field[] = [
  field({
    name: 'fdlist.nums',
    type: PT.PT_CHARBUF,
    format: PF.PF_ID,
    description: 'Numbers of the descriptors that a poll waits for, separated by commas.',
    extract: listOf((number) => String(number)),
  }),
  field({
    name: 'fdlist.names',
    ...NAMES,
    description:
      'Names of the descriptors that a poll waits for, separated by commas; "<NA>" for those ' +
      'without a name.',
    extract: listOf((_number, fd) => fd?.name || '<NA>'),
  }),
  field({
    name: 'fdlist.cips',
    ...NAMES,
    description: 'Client addresses of the connections that a poll waits for, separated by commas.',
    extract: listOf((_number, fd) =>
      fd !== undefined && isIpConnection(fd) ? clientAddress(fd) : undefined,
    ),
  }),
  field({
    name: 'fdlist.sips',
    ...NAMES,
    description: 'Server addresses of the sockets that a poll waits for, separated by commas.',
    extract: listOf((_number, fd) => (fd?.isIpSocket === true ? serverAddress(fd) : undefined)),
  }),
  field({
    name: 'fdlist.cports',
    ...NUMBERS,
    description: 'Client ports of the connections that a poll waits for, separated by commas.',
    extract: listOf((_number, fd) =>
      fd !== undefined && isIpConnection(fd) ? String(fd.sourcePort) : undefined,
    ),
  }),
  field({
    name: 'fdlist.sports',
    ...NUMBERS,
    description: 'Server ports of the connections that a poll waits for, separated by commas.',
    extract: listOf((_number, fd) =>
      fd !== undefined && isIpConnection(fd) ? String(fd.destinationPort) : undefined,
    ),
  }),
];
