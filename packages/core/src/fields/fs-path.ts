/**
 * Class fs.path: paths that calls act on without a descriptor: unlink, rename, mount ... and opens.
 * Which parameter is which path is a table. Where a relative path starts is, for some calls,
 * Falco's idea of it: a directory that was opened without O_DIRECTORY, and AT_FDCWD, count as
 * unknown. Rules and their exceptions name the results, so they are kept.
 */

import type { ByteString } from '../base/host.ts';
import { joinPath } from '../base/paths.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { eventTable } from '../events/event-table.ts';
import { FdType } from '../events/fd-type.ts';
import { decodeParam } from '../events/param-value.ts';
import type { EventContext } from '../state/event-context.ts';
import { asBase, directoryOfFd, UNKNOWN_BASE, workingDirectory } from './base-directory.ts';
import { fdOf, nameFromEvent } from './event-fd.ts';
import type { Extractor, Field } from './field.ts';
import { CHARBUF } from './shapes.ts';
import { fieldMaker } from './simple-field.ts';

/** Makes a relative path absolute, as far as its directory is known. */
type Resolve = (context: EventContext, path: ByteString) => ByteString;

interface PathPart {
  readonly raw: (context: EventContext) => ByteString | undefined;
  readonly resolve: Resolve;
}

interface PathEvent {
  /** The call did what the path says. */
  readonly succeeded: (context: EventContext) => boolean;
  readonly name?: PathPart;
  readonly source?: PathPart;
  readonly target?: PathPart;
}

const fromCwd: Resolve = (context, path) => joinPath(workingDirectory(context), path);

/** Opens: what the descriptor is called, whatever the parameter says. */
const fromOpened: Resolve = (context) => joinPath('', fdOf(context)?.name ?? UNKNOWN_BASE);

/** The event's descriptor is the directory. */
const fromEventFd: Resolve = (context, path) => {
  const fd = fdOf(context);
  const isDirectory = fd?.type === FdType.DIRECTORY;
  return joinPath(isDirectory ? asBase(fd.name) : UNKNOWN_BASE, path);
};

const fromUnknown: Resolve = (_context, path) => joinPath(UNKNOWN_BASE, path);

function fromDirfd(param: number): Resolve {
  return (context, path) => joinPath(directoryOfFd(context, context.event.i64(param)), path);
}

function paramIndex(type: number, name: string): number {
  return (eventTable[type]?.params ?? []).findIndex((param) => param.name === name);
}

function pathParam(type: number, name: string, resolve: Resolve): PathPart {
  const index = paramIndex(type, name);
  return {
    raw({ event }) {
      const value = decodeParam(event, index);
      return typeof value === 'string' ? value : undefined;
    },
    resolve,
  };
}

/** Calls on an open file are about the file that the descriptor names. */
const eventFdName: PathPart = {
  raw: (context) => fdOf(context)?.name ?? nameFromEvent(context, false),
  resolve: fromCwd,
};

/** Result 0. */
function returnsZero(type: number): (context: EventContext) => boolean {
  const index = paramIndex(type, 'res');
  return ({ event }) => event.paramLength(index) > 0 && event.i64(index) === 0;
}

/** Any descriptor but -1, so that of all errors only EPERM counts as failure: Falco's test. */
function isNotMinusOne(type: number): (context: EventContext) => boolean {
  const index = paramIndex(type, 'fd');
  return ({ event }) => event.paramLength(index) > 0 && event.i64(index) !== -1;
}

/** A call with one path. */
function named(type: number, param: string, resolve: Resolve = fromCwd): [number, PathEvent] {
  return [type, { succeeded: returnsZero(type), name: pathParam(type, param, resolve) }];
}

function opening(type: number, resolve: Resolve): [number, PathEvent] {
  return [type, { succeeded: isNotMinusOne(type), name: pathParam(type, 'name', resolve) }];
}

/** A call with two paths, `[parameter, where it starts]` each. */
function paired(
  type: number,
  source: readonly [string, Resolve],
  target: readonly [string, Resolve],
): [number, PathEvent] {
  return [
    type,
    {
      succeeded: returnsZero(type),
      source: pathParam(type, ...source),
      target: pathParam(type, ...target),
    },
  ];
}

function onDescriptor(type: number): [number, PathEvent] {
  return [type, { succeeded: returnsZero(type), name: eventFdName }];
}

const pathEvents: ReadonlyMap<number, PathEvent> = new Map([
  named(PPME.PPME_SYSCALL_MKDIR_2_X, 'path'),
  named(PPME.PPME_SYSCALL_MKDIRAT_X, 'path', fromEventFd),
  named(PPME.PPME_SYSCALL_RMDIR_2_X, 'path'),
  named(PPME.PPME_SYSCALL_UNLINK_2_X, 'path'),
  named(PPME.PPME_SYSCALL_UNLINKAT_2_X, 'name', fromEventFd),
  opening(PPME.PPME_SYSCALL_OPEN_X, fromCwd),
  opening(PPME.PPME_SYSCALL_OPENAT_2_X, fromOpened),
  opening(PPME.PPME_SYSCALL_OPENAT2_X, fromOpened),
  named(PPME.PPME_SYSCALL_FCHMODAT_X, 'filename', fromEventFd),
  named(PPME.PPME_SYSCALL_CHMOD_X, 'filename'),
  onDescriptor(PPME.PPME_SYSCALL_FCHMOD_X),
  named(PPME.PPME_SYSCALL_CHOWN_X, 'path'),
  named(PPME.PPME_SYSCALL_LCHOWN_X, 'path'),
  onDescriptor(PPME.PPME_SYSCALL_FCHOWN_X),
  named(PPME.PPME_SYSCALL_FCHOWNAT_X, 'pathname', fromEventFd),
  named(PPME.PPME_SYSCALL_QUOTACTL_X, 'special'),
  paired(PPME.PPME_SYSCALL_RENAME_X, ['oldpath', fromCwd], ['newpath', fromCwd]),
  paired(PPME.PPME_SYSCALL_RENAMEAT_X, ['oldpath', fromCwd], ['newpath', fromCwd]),
  paired(PPME.PPME_SYSCALL_RENAMEAT2_X, ['oldpath', fromDirfd(1)], ['newpath', fromDirfd(3)]),
  paired(PPME.PPME_SYSCALL_LINK_2_X, ['newpath', fromCwd], ['oldpath', fromCwd]),
  paired(PPME.PPME_SYSCALL_LINKAT_2_X, ['newpath', fromCwd], ['oldpath', fromCwd]),
  paired(PPME.PPME_SYSCALL_SYMLINK_X, ['linkpath', fromCwd], ['target', fromCwd]),
  paired(PPME.PPME_SYSCALL_SYMLINKAT_X, ['linkpath', fromEventFd], ['target', fromUnknown]),
  paired(PPME.PPME_SYSCALL_MOUNT_X, ['dev', fromCwd], ['dir', fromCwd]),
  named(PPME.PPME_SYSCALL_UMOUNT_1_X, 'name'),
  named(PPME.PPME_SYSCALL_UMOUNT2_X, 'name'),
]);

/** An array, because every event asks. */
const pathEventByType: readonly (PathEvent | undefined)[] = eventTable.map(({ id }) =>
  pathEvents.get(id),
);

const partNames = ['name', 'source', 'target'] as const;
type PartName = (typeof partNames)[number];

function rawPath(part: PartName): Extractor {
  return (context) => {
    const event = pathEventByType[context.event.type];
    const path = event?.[part];
    if (event === undefined || path === undefined || !event.succeeded(context)) return undefined;
    return path.raw(context);
  };
}

function resolvedPath(part: PartName): Extractor {
  const raw = rawPath(part);
  return (context) => {
    if (context.thread === undefined) return undefined;
    const path = raw(context);
    if (typeof path !== 'string') return undefined;
    if (path.startsWith('/')) return joinPath('', path);
    return pathEventByType[context.event.type]?.[part]?.resolve(context, path);
  };
}

const field = fieldMaker('fs.path');

const listed: readonly Field[] = [
  field({
    name: 'fs.path.name',
    ...CHARBUF,
    description:
      'Path that the call acts on, absolute: on open, unlink, mkdir, chmod, chown, umount and ' +
      'others that have one path.',
    extract: resolvedPath('name'),
  }),
  field({
    name: 'fs.path.nameraw',
    ...CHARBUF,
    description: 'Path that the call acts on, as the call gave it.',
    extract: rawPath('name'),
  }),
  field({
    name: 'fs.path.source',
    ...CHARBUF,
    description:
      'First path of a call that has two, absolute: the old name for rename, the device for ' +
      'mount, the new entry for link and symlink.',
    extract: resolvedPath('source'),
  }),
  field({
    name: 'fs.path.sourceraw',
    ...CHARBUF,
    description: 'First path of a call that has two, as the call gave it.',
    extract: rawPath('source'),
  }),
  field({
    name: 'fs.path.target',
    ...CHARBUF,
    description:
      'Second path of a call that has two, absolute: the new name for rename, the directory for' +
      ' mount, what link and symlink point to.',
    extract: resolvedPath('target'),
  }),
  field({
    name: 'fs.path.targetraw',
    ...CHARBUF,
    description: 'Second path of a call that has two, as the call gave it.',
    extract: rawPath('target'),
  }),
];

/** Absent on events of a type that has no such path. */
function withKnown(each: Field): Field {
  const part = partNames.find((name) => each.name.startsWith(`fs.path.${name}`)) ?? 'name';
  return {
    ...each,
    known: (type) => (pathEventByType[type]?.[part] === undefined ? 'absent' : undefined),
  };
}

/** In the order of the listing. */
export const fsPathFields: readonly Field[] = listed.map(withKnown);
