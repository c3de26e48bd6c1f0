/** Calls that make descriptors which are neither files nor sockets. */

import {
  PPM_BPF_BTF_GET_FD_BY_ID,
  PPM_BPF_BTF_LOAD,
  PPM_BPF_ITER_CREATE,
  PPM_BPF_LINK_CREATE,
  PPM_BPF_LINK_GET_FD_BY_ID,
  PPM_BPF_MAP_CREATE,
  PPM_BPF_MAP_GET_FD_BY_ID,
  PPM_BPF_OBJ_GET,
  PPM_BPF_PROG_GET_FD_BY_ID,
  PPM_BPF_PROG_LOAD,
  PPM_BPF_RAW_TRACEPOINT_OPEN,
  PPM_EPOLL_CLOEXEC,
  PPM_MFD_CLOEXEC,
  PPM_O_CLOEXEC,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FdType } from '../../events/fd-type.ts';
import type { EventContext } from '../event-context.ts';
import { FdInfo } from '../fd-info.ts';
import { internParam } from '../params.ts';
import type { Reducer, ReducerRows } from './reducer.ts';

/**
 * A call that returns a descriptor of this type. `flags`: the parameter with PPM_O_* flags, if
 * there is one.
 */
function creates(type: FdType, flags = -1): Reducer {
  return (context) => {
    const number = context.event.i64(0);
    if (number < 0) return;
    const fd = new FdInfo(type);
    if (flags >= 0) {
      fd.openFlags = wordParam(context, flags);
      fd.closeOnExec = (fd.openFlags & PPM_O_CLOEXEC) !== 0;
    }
    context.addFd(number, fd);
  };
}

/** Flags are 8, 16 or 32 bits wide. */
function wordParam({ event }: EventContext, index: number): number {
  const length = event.paramLength(index);
  if (length >= 4) return event.u32(index);
  return length >= 2 ? event.u16(index) : event.u8(index);
}

function epollCreate1(context: EventContext): void {
  const number = context.event.i64(0);
  if (number < 0) return;
  const fd = new FdInfo(FdType.EVENTPOLL);
  fd.closeOnExec = (context.event.u32(1) & PPM_EPOLL_CLOEXEC) !== 0;
  context.addFd(number, fd);
}

/** The other commands return something else; 0 for success is no descriptor. */
const bpfCommandsWithFd: ReadonlySet<number> = new Set([
  PPM_BPF_MAP_CREATE,
  PPM_BPF_PROG_LOAD,
  PPM_BPF_OBJ_GET,
  PPM_BPF_PROG_GET_FD_BY_ID,
  PPM_BPF_MAP_GET_FD_BY_ID,
  PPM_BPF_RAW_TRACEPOINT_OPEN,
  PPM_BPF_BTF_LOAD,
  PPM_BPF_BTF_GET_FD_BY_ID,
  PPM_BPF_LINK_CREATE,
  PPM_BPF_LINK_GET_FD_BY_ID,
  PPM_BPF_ITER_CREATE,
]);

function bpf(context: EventContext): void {
  const number = context.event.i64(0);
  if (number < 0 || !bpfCommandsWithFd.has(context.event.u32(1))) return;
  context.addFd(number, new FdInfo(FdType.BPF));
}

function pipe(context: EventContext): void {
  addPipe(context, 0);
}

function pipe2(context: EventContext): void {
  addPipe(context, context.event.u32(4));
}

/** The event is about the second one, the end to write to. */
function addPipe(context: EventContext, flags: number): void {
  const { event } = context;
  if (event.i64(0) < 0) return;
  for (const index of [1, 2]) {
    const fd = new FdInfo(FdType.FIFO);
    fd.ino = event.unsigned64(3);
    fd.openFlags = flags;
    fd.closeOnExec = (flags & PPM_O_CLOEXEC) !== 0;
    context.addFd(event.i64(index), fd);
  }
}

function memfdCreate(context: EventContext): void {
  const { event, state } = context;
  const number = event.i64(0);
  if (number < 0) return;
  const fd = new FdInfo(FdType.MEMFD, internParam(event, state.texts, 1));
  fd.openFlags = event.u32(2);
  fd.closeOnExec = (fd.openFlags & PPM_MFD_CLOEXEC) !== 0;
  context.addFd(number, fd);
}

const PROC = '/proc/';

function pidfdOpen(context: EventContext): void {
  const { event, state } = context;
  const number = event.i64(0);
  if (number < 0) return;
  const fd = new FdInfo(FdType.PIDFD, state.texts.internString(`${PROC}${event.i64(1)}`));
  fd.openFlags = event.u32(2);
  fd.closeOnExec = (fd.openFlags & PPM_O_CLOEXEC) !== 0;
  context.addFd(number, fd);
}

/** A copy of a descriptor of the process that a pidfd stands for. */
function pidfdGetfd(context: EventContext): void {
  const { event, fds, state } = context;
  const number = event.i64(0);
  const pidfd = fds?.get(event.i64(1));
  if (number < 0 || pidfd?.type !== FdType.PIDFD) return;
  const owner = state.threads.get(Number(pidfd.name.slice(PROC.length)));
  const target = owner === undefined ? undefined : state.threads.fdsOf(owner)?.get(event.i64(2));
  if (target === undefined) return;
  const copy = target.copy();
  copy.closeOnExec = true;
  context.addFd(number, copy);
  context.fdNameChanged = false;
}

export const miscFdReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_EVENTFD_X, creates(FdType.EVENT)],
  [PPME.PPME_SYSCALL_EVENTFD2_X, creates(FdType.EVENT, 1)],
  [PPME.PPME_SYSCALL_SIGNALFD_X, creates(FdType.SIGNALFD)],
  [PPME.PPME_SYSCALL_SIGNALFD4_X, creates(FdType.SIGNALFD, 1)],
  [PPME.PPME_SYSCALL_TIMERFD_CREATE_X, creates(FdType.TIMERFD, 2)],
  [PPME.PPME_SYSCALL_INOTIFY_INIT_X, creates(FdType.INOTIFY)],
  [PPME.PPME_SYSCALL_INOTIFY_INIT1_X, creates(FdType.INOTIFY, 1)],
  [PPME.PPME_SYSCALL_EPOLL_CREATE_X, creates(FdType.EVENTPOLL)],
  [PPME.PPME_SYSCALL_EPOLL_CREATE1_X, epollCreate1],
  [PPME.PPME_SYSCALL_USERFAULTFD_X, creates(FdType.USERFAULTFD)],
  [PPME.PPME_SYSCALL_IO_URING_SETUP_X, creates(FdType.IOURING)],
  [PPME.PPME_SYSCALL_BPF_2_X, bpf],
  [PPME.PPME_SYSCALL_PIPE_X, pipe],
  [PPME.PPME_SYSCALL_PIPE2_X, pipe2],
  [PPME.PPME_SYSCALL_MEMFD_CREATE_X, memfdCreate],
  [PPME.PPME_SYSCALL_PIDFD_OPEN_X, pidfdOpen],
  [PPME.PPME_SYSCALL_PIDFD_GETFD_X, pidfdGetfd],
];
