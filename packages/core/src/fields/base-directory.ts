/** Which directory a relative path of an event starts from. Bases end in "/", see joinPath. */

import type { ByteString } from '../base/host.ts';
import { joinPath } from '../base/paths.ts';
import { PPM_AT_FDCWD } from '../events/constants.gen.ts';
import type { EventContext } from '../state/event-context.ts';

/** Stands for a directory that nothing is known of. No "/" follows it: `<UNKNOWN>name`. */
export const UNKNOWN_DIRECTORY = '<UNKNOWN>';

/**
 * The working directory of the event's process; "" when it was never learnt, "./" when the process
 * is unknown.
 */
export function workingDirectory({ main }: EventContext): ByteString {
  return main === undefined ? './' : main.cwd;
}

/** The directory that `dirfd` stands for in the event's process. */
export function directoryOfFd(context: EventContext, dirfd: number): ByteString {
  if (context.thread === undefined) return UNKNOWN_DIRECTORY;
  if (dirfd === PPM_AT_FDCWD) return workingDirectory(context);
  const fd = context.fds?.get(dirfd);
  return fd === undefined ? UNKNOWN_DIRECTORY : asBase(fd.name);
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
