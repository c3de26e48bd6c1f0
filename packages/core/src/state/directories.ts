/** Hot. Where relative paths of an event start. Benchmark: state in bench/. */

import type { Text } from '../base/text-table.ts';
import { PPM_AT_FDCWD } from '../events/constants.gen.ts';
import type { EventContext } from './event-context.ts';
import { UNKNOWN_CWD, UNKNOWN_DIRECTORY } from './paths.ts';

/** The working directory of the event's process. */
export function cwdOf({ main, state }: EventContext): Text {
  return main === undefined ? UNKNOWN_CWD : main.cwdText(state.texts);
}

/** The directory that `dirfd` stands for in the event's process. */
export function directoryOf(context: EventContext, dirfd: number): Text {
  if (dirfd === PPM_AT_FDCWD) return cwdOf(context);
  const fd = context.fds?.get(dirfd);
  if (fd === undefined) return UNKNOWN_DIRECTORY;
  return fd.path ?? context.state.texts.internString(fd.name);
}
