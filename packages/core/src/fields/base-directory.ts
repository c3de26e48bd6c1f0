/** Which directory a relative path of an event starts from. Bases end in "/", see joinPath. */

import type { ByteString } from '../base/host.ts';
import { joinPath } from '../base/paths.ts';
import { cwdOf, directoryOf } from '../state/directories.ts';
import type { EventContext } from '../state/event-context.ts';
import { UNKNOWN_DIRECTORY } from '../state/paths.ts';

/** Stands for a directory that nothing is known of. No "/" follows it: `<UNKNOWN>name`. */
export const UNKNOWN_BASE: ByteString = UNKNOWN_DIRECTORY.string;

/**
 * The working directory of the event's process; "" when it was never learnt, "./" when the process
 * is unknown.
 */
export function workingDirectory(context: EventContext): ByteString {
  return cwdOf(context).string;
}

/** The directory that `dirfd` stands for in the event's process. */
export function directoryOfFd(context: EventContext, dirfd: number): ByteString {
  const directory = directoryOf(context, dirfd);
  return directory === UNKNOWN_DIRECTORY ? UNKNOWN_BASE : asBase(directory.string);
}

/** A directory's name as a base; "" stays "". */
export function asBase(name: ByteString): ByteString {
  return name === '' || name.endsWith('/') ? name : `${name}/`;
}

/**
 * `path` as a call with that dirfd means it: absolute and normalised, as far as the directory is
 * known.
 */
export function pathAt(context: EventContext, dirfd: number, path: ByteString): ByteString {
  return joinPath(path.startsWith('/') ? '' : directoryOfFd(context, dirfd), path);
}
