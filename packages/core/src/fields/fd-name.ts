/** Class fd: the descriptor's number, kind and name, and the parts of the name. */

import type { ByteString } from '../base/host.ts';
import { directoryPart, filePart } from '../base/paths.ts';
import type { Text } from '../base/text-table.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType, fdTypeChar, fdTypeName } from '../events/fd-type.ts';
import { PF, PT } from '../events/param-types.gen.ts';
import type { EventContext } from '../state/event-context.ts';
import type { FdInfo } from '../state/fd-info.ts';
import { attemptedName, attemptedPath, fdOf, hasFd, nameFromEvent } from './event-fd.ts';
import { isRegularFile } from './fd-kinds.ts';
import type { Extractor, Field, FieldArgument } from './field.ts';
import { CHARBUF, ID } from './shapes.ts';
import { argumentIndex, fieldMaker } from './simple-field.ts';

const field = fieldMaker('fd');

function fdName(context: EventContext): ByteString | undefined {
  if (!hasFd(context)) return undefined;
  return context.fd === undefined ? nameFromEvent(context, false) : context.fd.name;
}

function interned(context: EventContext): Text | undefined {
  if (!hasFd(context)) return undefined;
  return context.fd === undefined ? attemptedPath(context) : context.fd.path;
}

/** Of a regular file: its directory and its name follow from the path. */
function internedFile(context: EventContext): Text | undefined {
  const fd = fdOf(context);
  return fd !== undefined && isRegularFile(fd) ? fd.path : undefined;
}

function internedDirectory(context: EventContext): Text | undefined {
  if (!hasFd(context)) return undefined;
  return context.fd === undefined ? attemptedPath(context) : internedFile(context);
}

function internedRaw(context: EventContext): Text | undefined {
  if (!hasFd(context)) return undefined;
  return context.fd === undefined ? attemptedName(context) : context.fd.rawPath;
}

function rawName(context: EventContext): ByteString | undefined {
  if (!hasFd(context)) return undefined;
  if (context.fd !== undefined) return context.fd.rawPath.string;
  return nameFromEvent(context, true)?.replace(/\/{2,}/g, '/');
}

function directory(context: EventContext): ByteString | undefined {
  if (!hasFd(context)) return undefined;
  const { fd } = context;
  if (fd === undefined) {
    const name = nameFromEvent(context, false);
    return name === undefined ? undefined : directoryPart(name);
  }
  if (fd.type === FdType.DIRECTORY) return fd.name;
  return isRegularFile(fd) ? directoryPart(fd.name) : undefined;
}

function fileName(context: EventContext): ByteString | undefined {
  const fd = fdOf(context);
  return fd === undefined || !isRegularFile(fd) ? undefined : filePart(fd.name);
}

/** What a call would have made, where it failed or the descriptor is not known. */
const typeCharByCall: ReadonlyMap<number, string> = new Map<number, string>([
  [PPME.PPME_SYSCALL_OPENAT_2_X, 'f'],
  [PPME.PPME_SYSCALL_OPENAT2_X, 'f'],
  [PPME.PPME_SYSCALL_CREAT_X, 'f'],
  [PPME.PPME_SOCKET_SOCKET_X, '4'],
  [PPME.PPME_SOCKET_ACCEPT_5_X, '4'],
  [PPME.PPME_SOCKET_ACCEPT4_6_X, '4'],
  [PPME.PPME_SYSCALL_PIPE_X, 'p'],
  [PPME.PPME_SYSCALL_PIPE2_X, 'p'],
  [PPME.PPME_SYSCALL_EVENTFD_X, 'e'],
  [PPME.PPME_SYSCALL_EVENTFD2_X, 'e'],
  [PPME.PPME_SYSCALL_SIGNALFD_X, 's'],
  [PPME.PPME_SYSCALL_SIGNALFD4_X, 's'],
  [PPME.PPME_SYSCALL_TIMERFD_CREATE_X, 't'],
  [PPME.PPME_SYSCALL_INOTIFY_INIT_X, 'i'],
  [PPME.PPME_SYSCALL_INOTIFY_INIT1_X, 'i'],
]);

function typeChar(context: EventContext): string | undefined {
  if (!hasFd(context)) return undefined;
  if (context.fd !== undefined) return fdTypeChar(context.fd.type);
  return typeCharByCall.get(context.event.type | 1) ?? 'o';
}

function ofContainer(part: (context: EventContext) => ByteString | undefined): Extractor {
  return (context) => {
    const text = part(context);
    return text === undefined ? undefined : `${context.thread?.containerId ?? ''}:${text}`;
  };
}

/** In the order of the listing. */
export const fdNameFields: readonly Field[] = [
  field({
    name: 'fd.num',
    ...ID,
    description: 'Number of the descriptor; -1 when a call that should make one failed.',
    extract: (context) => (hasFd(context) ? context.fdNumber : undefined),
  }),
  field({
    name: 'fd.type',
    type: PT.PT_CHARBUF,
    format: PF.PF_DEC,
    description:
      'Kind of the descriptor: file, directory, ipv4, ipv6, unix, pipe, event, signalfd, ' +
      'eventpoll, inotify, timerfd and others.',
    extract(context) {
      const fd = fdOf(context);
      return fd === undefined ? undefined : fdTypeName(fd.type);
    },
  }),
  field({
    name: 'fd.typechar',
    type: PT.PT_CHARBUF,
    format: PF.PF_DEC,
    description:
      'Kind of the descriptor as one letter: f file, d directory, 4 or 6 ip socket, u unix ' +
      'socket, p pipe, e event, s signalfd, l eventpoll, i inotify, t timerfd, o other.',
    cheap: true,
    extract: typeChar,
  }),
  field({
    name: 'fd.name',
    ...CHARBUF,
    description:
      'Name of the descriptor: the absolute path of a file, the addresses of a connection. ' +
      'Where opening failed, the path that was asked for.',
    text: interned,
    extract: fdName,
  }),
  field({
    name: 'fd.directory',
    ...CHARBUF,
    description: 'Directory of the file, or the directory itself.',
    text: internedDirectory,
    ofText: directoryPart,
    partOfName: 'directory',
    extract: directory,
  }),
  field({
    name: 'fd.filename',
    ...CHARBUF,
    description: 'Name of the file without its directory.',
    text: internedFile,
    ofText: filePart,
    partOfName: 'filename',
    extract: fileName,
  }),
];

export const fdOwnerFields: readonly Field[] = [
  field({
    name: 'fd.uid',
    ...CHARBUF,
    description: 'Thread id and number of the descriptor in one: names it on the whole machine.',
    extract: (context) =>
      hasFd(context) ? `${context.thread?.tid}${context.fdNumber}` : undefined,
  }),
  field({
    name: 'fd.containername',
    ...CHARBUF,
    description: 'Container id, a colon and fd.name; the id is empty outside of containers.',
    extract: ofContainer(fdName),
  }),
  field({
    name: 'fd.containerdirectory',
    ...CHARBUF,
    description: 'Container id, a colon and fd.directory; the id is empty outside of containers.',
    extract: ofContainer(directory),
  }),
];

export const fdRawName: Field = field({
  name: 'fd.nameraw',
  ...CHARBUF,
  description:
    'Path of the file as the call gave it: not made absolute, only runs of "/" made one.',
  text: internedRaw,
  extract: rawName,
});

/** Every kind once, in the order of the descriptors. */
function typesInUse(context: EventContext): readonly ByteString[] | undefined {
  if (!hasFd(context)) return undefined;
  const types = new Set<string>();
  for (const [, fd] of context.fds?.entries() ?? []) types.add(fdTypeName(fd.type));
  return types.size === 0 ? undefined : [...types];
}

function bindTypes(argument: FieldArgument | undefined): Extractor | string {
  if (argument === undefined) return typesInUse;
  const number = argument.bracketed ? argumentIndex(argument.text) : undefined;
  if (number === undefined) return `fd.types[${argument.text}]: not the number of a descriptor`;
  return (context) => {
    const fd: FdInfo | undefined = hasFd(context) ? context.fds?.get(number) : undefined;
    return fd === undefined ? undefined : [fdTypeName(fd.type)];
  };
}

export const fdTypes: Field = {
  name: 'fd.types',
  class: 'fd',
  type: PT.PT_CHARBUF,
  format: PF.PF_DEC,
  description:
    'Kinds of all descriptors of the process, each once; fd.types[1] is the kind of one ' +
    'descriptor, here of standard output.',
  list: true,
  argument: { kind: ['index'], required: false },
  noRhs: true,
  bind: bindTypes,
};
