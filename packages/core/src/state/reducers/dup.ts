/**
 * Hot. dup, dup2, dup3, and fcntl as far as it copies descriptors or marks them. Benchmark: state
 * in bench/.
 */

import {
  PPM_FCNTL_F_DUPFD,
  PPM_FCNTL_F_DUPFD_CLOEXEC,
  PPM_FCNTL_F_SETFD,
  PPM_O_CLOEXEC,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import type { EventContext } from '../event-context.ts';
import type { FdInfo } from '../fd-info.ts';
import type { ReducerRows } from './reducer.ts';

/** The argument of F_SETFD. */
const FD_CLOEXEC = 1;

function dup(context: EventContext): void {
  addCopy(context, false);
}

function dup3(context: EventContext): void {
  addCopy(context, (context.event.u32(3) & PPM_O_CLOEXEC) !== 0);
}

function fcntl(context: EventContext): void {
  const command = context.event.u8(2);
  if (command === PPM_FCNTL_F_SETFD) markCloseOnExec(context);
  else if (command === PPM_FCNTL_F_DUPFD) addCopy(context, false);
  else if (command === PPM_FCNTL_F_DUPFD_CLOEXEC) addCopy(context, true);
}

function markCloseOnExec(context: EventContext): void {
  const { event, fd } = context;
  if (fd === undefined || event.i64(0) < 0) return;
  const isMarked = (event.u32(3) & FD_CLOEXEC) !== 0;
  if (fd.closeOnExec === isMarked) return;
  const own = context.ownFd();
  if (own !== undefined) own.closeOnExec = isMarked;
}

/**
 * The event is about the copy from now on; its name is no news. As after a fork the same entry
 * stands for both, where nothing tells them apart: nearly all that asks for F_DUPFD_CLOEXEC has a
 * descriptor that is marked so already.
 */
function addCopy(context: EventContext, closeOnExec: boolean): void {
  const { event, fd } = context;
  const number = event.i64(0);
  if (fd === undefined || number < 0) return;
  context.addFd(number, fd.closeOnExec === closeOnExec ? fd.shared() : copyOf(fd, closeOnExec));
  context.fdNameChanged = false;
}

function copyOf(fd: FdInfo, closeOnExec: boolean): FdInfo {
  const copy = fd.copy();
  copy.closeOnExec = closeOnExec;
  return copy;
}

export const dupReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_DUP_1_X, dup],
  [PPME.PPME_SYSCALL_DUP2_X, dup],
  [PPME.PPME_SYSCALL_DUP3_X, dup3],
  [PPME.PPME_SYSCALL_FCNTL_X, fcntl],
];
