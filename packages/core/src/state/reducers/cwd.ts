/** chdir, fchdir, getcwd, chroot: where a process is in the file system. */

import type { ByteString } from '../../base/host.ts';
import { joinPath } from '../../base/paths.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { cwdOf } from '../directories.ts';
import type { EventContext } from '../event-context.ts';
import { stringParam } from '../params.ts';
import { asDirectory } from '../snapshot-thread.ts';
import type { ReducerRows } from './reducer.ts';

function chdir(context: EventContext): void {
  if (context.event.i64(0) >= 0) setCwd(context, stringParam(context.event, 1));
}

function fchdir(context: EventContext): void {
  const { event, fd } = context;
  if (event.i64(0) >= 0 && fd !== undefined) setCwd(context, fd.name);
}

/**
 * A relative path starts from what the thread itself has for a directory, which is nothing for
 * other than main threads.
 */
function setCwd({ thread, main, state }: EventContext, path: ByteString): void {
  if (thread === undefined || main === undefined) return;
  const cwd = asDirectory(joinPath(thread.cwd, path));
  if (cwd === main.cwd) return;
  main.cwd = cwd;
  state.threads.touch(main);
}

function chroot(context: EventContext): void {
  const { event, thread, state } = context;
  if (thread === undefined || event.i64(0) !== 0) return;
  const path = stringParam(event, 1);
  const isComplete = path === '' || path.startsWith('/') || path === '<NA>';
  thread.root = isComplete ? path : joinPath(cwdOf(context).string, path);
  state.threads.touch(thread);
}

export const cwdReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_CHDIR_X, chdir],
  [PPME.PPME_SYSCALL_FCHDIR_X, fchdir],
  [PPME.PPME_SYSCALL_GETCWD_X, chdir],
  [PPME.PPME_SYSCALL_CHROOT_X, chroot],
];
