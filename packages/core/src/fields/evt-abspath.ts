/**
 * Class evt: evt.abspath, the absolute path of calls that take a directory's descriptor and a path.
 */

import type { ByteString } from '../base/host.ts';
import { joinPath } from '../base/paths.ts';
import { PPM_AT_FDCWD } from '../events/constants.gen.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { eventTable } from '../events/event-table.ts';
import type { EventContext } from '../state/event-context.ts';
import { UNKNOWN_BASE, workingDirectory } from './base-directory.ts';
import { resultOf } from './evt-result.ts';
import type { Extractor, Field, FieldArgument } from './field.ts';
import { stringParam } from './param-names.ts';
import { CHARBUF } from './shapes.ts';

/** Indexes of the parameters that hold a directory and a path below it. */
interface PathParams {
  readonly dirfd: number;
  readonly path: number;
}

/** Calls with two paths have a source and a destination, others the same path for both. */
interface AbsolutePaths {
  readonly source: PathParams;
  readonly destination: PathParams;
}

function params(type: number, dirfd: string, path: string): PathParams {
  const names = (eventTable[type]?.params ?? []).map((param) => param.name);
  return { dirfd: names.indexOf(dirfd), path: names.indexOf(path) };
}

function single(type: number, dirfd: string, path: string): [number, AbsolutePaths] {
  const both = params(type, dirfd, path);
  return [type, { source: both, destination: both }];
}

type ParamNames = readonly [dirfd: string, path: string];

function double(type: number, from: ParamNames, to: ParamNames): [number, AbsolutePaths] {
  return [type, { source: params(type, ...from), destination: params(type, ...to) }];
}

const RENAME_FROM: ParamNames = ['olddirfd', 'oldpath'];
const RENAME_TO: ParamNames = ['newdirfd', 'newpath'];

const pathsByType: ReadonlyMap<number, AbsolutePaths> = new Map([
  single(PPME.PPME_SYSCALL_OPENAT_2_X, 'dirfd', 'name'),
  single(PPME.PPME_SYSCALL_OPENAT2_X, 'dirfd', 'name'),
  single(PPME.PPME_SYSCALL_UNLINKAT_2_X, 'dirfd', 'name'),
  single(PPME.PPME_SYSCALL_MKDIRAT_X, 'dirfd', 'path'),
  single(PPME.PPME_SYSCALL_FCHMODAT_X, 'dirfd', 'filename'),
  single(PPME.PPME_SYSCALL_FCHOWNAT_X, 'dirfd', 'pathname'),
  single(PPME.PPME_SYSCALL_SYMLINKAT_X, 'linkdirfd', 'linkpath'),
  double(PPME.PPME_SYSCALL_RENAMEAT_X, RENAME_FROM, RENAME_TO),
  double(PPME.PPME_SYSCALL_RENAMEAT2_X, RENAME_FROM, RENAME_TO),
  double(PPME.PPME_SYSCALL_LINKAT_2_X, ['olddir', 'oldpath'], ['newdir', 'newpath']),
]);

function absolutePath(context: EventContext, { dirfd, path }: PathParams): ByteString | undefined {
  const { event } = context;
  if (event.paramLength(dirfd) === 0 || event.paramLength(path) === 0) return undefined;
  const given = stringParam(event, path);
  return given.startsWith('/')
    ? joinPath('', given)
    : joinPath(directory(context, event.i64(dirfd)), given);
}

/**
 * A "/" follows the descriptor's name even where there is one: a path below the root begins with
 * two.
 */
function directory(context: EventContext, dirfd: number): ByteString {
  if (dirfd === PPM_AT_FDCWD) return workingDirectory(context);
  return `${context.fds?.get(dirfd)?.name ?? UNKNOWN_BASE}/`;
}

/** Opening by handle names no directory; the kernel gives the whole path. */
function openedByHandle(context: EventContext): ByteString | undefined {
  const result = resultOf(context) ?? 0;
  return result > 0 ? joinPath('', stringParam(context.event, 3)) : undefined;
}

function absolutePathOf(part: keyof AbsolutePaths): Extractor {
  return (context) => {
    if (context.thread === undefined) return undefined;
    if (context.event.type === PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X)
      return openedByHandle(context);
    const paths = pathsByType.get(context.event.type);
    return paths === undefined ? undefined : absolutePath(context, paths[part]);
  };
}

function bindAbsolutePath(argument: FieldArgument | undefined): Extractor | string {
  if (argument === undefined) return absolutePathOf('source');
  if (argument.bracketed || !['src', 'dst'].includes(argument.text)) {
    return 'evt.abspath may be followed by .src or .dst';
  }
  return absolutePathOf(argument.text === 'src' ? 'source' : 'destination');
}

function hasAbsolutePath(type: number): boolean {
  return pathsByType.has(type) || type === PPME.PPME_SYSCALL_OPEN_BY_HANDLE_AT_X;
}

export const evtAbsolutePath: Field = {
  name: 'evt.abspath',
  class: 'evt',
  ...CHARBUF,
  description:
    'Absolute path of a call that takes a directory and a path below it, such as openat; ' +
    'evt.abspath.src and evt.abspath.dst for calls that take two, such as renameat.',
  // The listing says that an argument is required, as Falco's does; bind knows better.
  argument: { kind: ['name'], required: true },
  bind: bindAbsolutePath,
  known: (type) => (hasAbsolutePath(type) ? undefined : 'absent'),
};
