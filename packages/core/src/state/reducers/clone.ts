/**
 * clone, clone3, fork, vfork: a thread or process begins. The kernel reports the call's return in
 * the caller, with the new thread's id, and in the new thread, with 0; which of the two comes first
 * is left to chance, and either may be missing.
 *
 * Where the caller's report can be trusted (it knows the id by which the host sees the child),
 * whichever comes first enters the child. In a pid namespace, after a vfork (the child may have
 * come and gone) and with CLONE_PARENT only the child's does.
 */

import { type Int64, normalise64 } from '../../base/int64.ts';
import {
  PPM_CL_CHILD_IN_PIDNS,
  PPM_CL_CLONE_FILES,
  PPM_CL_CLONE_INVERTED,
  PPM_CL_CLONE_NEWPID,
  PPM_CL_CLONE_PARENT,
  PPM_CL_CLONE_THREAD,
  PPM_CL_CLONE_VFORK,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import type { EventView } from '../../events/event-view.ts';
import type { EventContext } from '../event-context.ts';
import { internList, internParam, listParam } from '../params.ts';
import { inherit, readMemory } from '../thread-birth.ts';
import { ThreadInfo } from '../thread-info.ts';
import type { ReducerRows } from './reducer.ts';

/** Parameters, as all calls of the family have them. */
const EXE = 1;
const ARGS = 2;
const PID = 4;
const PTID = 5;
const FDLIMIT = 7;
const PAGE_FAULTS = 8;
const COMM = 13;
const CGROUPS = 14;
const FLAGS = 15;
const UID = 16;
const GID = 17;
const VTID = 18;
const VPID = 19;
const PIDNS_START = 20;

/** Only the child knows by which ids the host sees it, or whether it still is. */
const CHILD_REPORTS =
  PPM_CL_CHILD_IN_PIDNS | PPM_CL_CLONE_NEWPID | PPM_CL_CLONE_PARENT | PPM_CL_CLONE_VFORK;
/** An entry that is older is of another thread, whose exit was missed. */
const FRESH_NS = 2e9;
const WORD = 0x1_0000_0000;

function clone(context: EventContext): void {
  const child = context.event.i64(0);
  if (child === 0) enterAsChild(context);
  else if (child > 0) enterAsCaller(context, child);
}

function enterAsCaller(context: EventContext, tid: number): void {
  const { event, state } = context;
  const { threads } = state;
  const caller = threads.lookUp(event.tid);
  context.setThread(caller);
  if (caller === undefined) return;
  const isKnown = !caller.isInvalid;
  if (!isKnown) {
    setVirtualIds(caller, event);
    threads.identify(caller, event.i64(PID), event.i64(PTID));
    context.setThread(caller);
  }
  if (!mayEnterChild(context, caller, tid)) return;
  const child = newThread(context, tid);
  if (isChildThread(child)) {
    child.pid = caller.pid;
    child.ptid = caller.ptid;
    setExecTime(child, caller);
  } else {
    child.pid = tid;
    child.ptid = caller.tid;
    if (isKnown) inheritProcess(context, child, caller);
  }
  child.vtid = tid;
  child.vpid = child.pid;
  child.pidnsInitStart = state.bootTime;
  if (isKnown) inherit(child, caller);
  else describe(caller, child);
  threads.add(child);
  // The entry that the child replaced may have been the caller's own.
  context.setThread(threads.get(event.tid));
}

function mayEnterChild({ event, state }: EventContext, caller: ThreadInfo, tid: number): boolean {
  if ((event.u32(FLAGS) & CHILD_REPORTS) !== 0 || caller.tid !== caller.vtid) return false;
  if (event.type === PPME.PPME_SYSCALL_VFORK_20_X) return false;
  if (state.exited.has(tid, caller.tid, event.timeLow, event.timeHigh)) return false;
  const entry = state.threads.get(tid);
  if (entry === undefined) return true;
  if ((entry.flags & PPM_CL_CLONE_INVERTED) !== 0) return false;
  state.threads.remove(tid);
  return true;
}

function enterAsChild(context: EventContext): void {
  const { event, state, thread: entry } = context;
  const { threads } = state;
  if (entry !== undefined && (entry.cloneTimeLow !== 0 || entry.cloneTimeHigh !== 0)) {
    if (isFresh(event, entry)) return;
    threads.remove(event.tid);
  }
  const child = newThread(context, event.tid);
  child.pid = event.i64(PID);
  child.ptid = event.i64(PTID);
  setVirtualIds(child, event);
  child.flags |= PPM_CL_CLONE_INVERTED;
  const isThread = isChildThread(child);
  const source = threads.lookUp(isThread ? child.pid : child.ptid);
  if (source === undefined) {
    context.setThread(undefined);
    return;
  }
  if (!source.isInvalid) {
    inherit(child, source);
    if (isThread) setExecTime(child, source);
    else inheritProcess(context, child, source);
  } else if (isThread) {
    source.vpid = child.vpid;
    source.vtid = child.vpid;
    threads.identify(source, child.pid, child.ptid);
    describe(source, child);
  }
  setPidnsStart(child, event, state.bootTime);
  context.setThread(threads.add(child) ? child : undefined);
}

function isFresh(event: EventView, entry: ThreadInfo): boolean {
  const age = (event.timeHigh - entry.cloneTimeHigh) * WORD + (event.timeLow - entry.cloneTimeLow);
  return age >= 0 && age < FRESH_NS;
}

function isChildThread(child: ThreadInfo): boolean {
  return (child.flags & PPM_CL_CLONE_THREAD) !== 0;
}

function setVirtualIds(thread: ThreadInfo, event: EventView): void {
  const hasVirtual = event.paramLength(VPID) > 0;
  thread.vtid = hasVirtual ? event.i64(VTID) : thread.tid;
  thread.vpid = hasVirtual ? event.i64(VPID) : -1;
}

/** What the event itself says of the child. */
function newThread({ event, state }: EventContext, tid: number): ThreadInfo {
  const child = new ThreadInfo(tid);
  child.flags = event.u32(FLAGS);
  // All threads of a process use the main thread's descriptors, as a scan of /proc has them too.
  if (isChildThread(child)) child.flags |= PPM_CL_CLONE_FILES;
  const { texts } = state;
  child.exe = internParam(event, texts, EXE).string;
  child.args = listParam(event, ARGS);
  child.comm = event.paramLength(COMM) > 0 ? internParam(event, texts, COMM).string : child.exe;
  child.fdLimit = event.signed64(FDLIMIT);
  readMemory(child, event, PAGE_FAULTS);
  child.uid = event.u32(UID);
  child.gid = event.u32(GID);
  if (event.paramLength(CGROUPS) > 0) {
    state.readCgroups(child, internList(event, texts, CGROUPS).string);
  }
  child.cloneTimeLow = event.timeLow;
  child.cloneTimeHigh = event.timeHigh;
  return child;
}

/** A new process starts with what its parent has; threads share it. */
function inheritProcess({ state }: EventContext, child: ThreadInfo, parent: ThreadInfo): void {
  child.fds = state.threads.fdsOf(parent)?.fork();
  child.cwd = state.threads.mainOf(parent)?.cwd ?? './';
  child.env = parent.env;
}

/** A thread of which nothing was known is what its child was made from. */
function describe(source: ThreadInfo, child: ThreadInfo): void {
  source.exe = child.exe;
  source.comm = child.comm;
  source.args = child.args;
}

function setExecTime(child: ThreadInfo, source: ThreadInfo): void {
  child.execTimeLow = source.execTimeLow;
  child.execTimeHigh = source.execTimeHigh;
}

function setPidnsStart(child: ThreadInfo, event: EventView, bootTime: Int64): void {
  const isInside =
    (child.flags & (PPM_CL_CHILD_IN_PIDNS | PPM_CL_CLONE_NEWPID)) !== 0 || child.tid !== child.vtid;
  if (!isInside) child.pidnsInitStart = bootTime;
  else if (event.paramLength(PIDNS_START) > 0) {
    const sinceBoot = event.unsigned64(PIDNS_START);
    child.pidnsInitStart = normalise64(BigInt(sinceBoot) + BigInt(bootTime));
  }
}

export const cloneReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_CLONE_20_X, clone],
  [PPME.PPME_SYSCALL_CLONE3_X, clone],
  [PPME.PPME_SYSCALL_FORK_20_X, clone],
  [PPME.PPME_SYSCALL_VFORK_20_X, clone],
];
