/** execve, execveat: a process becomes another program. */

import { normalise64, unsigned64 } from '../../base/int64.ts';
import { joinPath } from '../../base/paths.ts';
import {
  PPM_CL_ACTIVE,
  PPM_CL_CHILD_IN_PIDNS,
  PPM_CL_CLONE_INVERTED,
  PPM_CL_IS_MAIN_THREAD,
  PPM_CL_NAME_CHANGED,
  PPM_EXE_FROM_MEMFD,
  PPM_EXE_LOWER_LAYER,
  PPM_EXE_UPPER_LAYER,
  PPM_EXE_WRITABLE,
  PPM_EXVAT_AT_EMPTY_PATH,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import type { EventView } from '../../events/event-view.ts';
import { cwdOf, directoryOf } from '../directories.ts';
import type { EnterEvent } from '../enter-event.ts';
import type { EventContext } from '../event-context.ts';
import { internList, internParam, listParam } from '../params.ts';
import { UNKNOWN_DIRECTORY } from '../paths.ts';
import { withoutDeletedMark } from '../snapshot-thread.ts';
import { readMemory } from '../thread-birth.ts';
import type { ThreadInfo } from '../thread-info.ts';
import type { ReducerRows } from './reducer.ts';

const EXE = 1;
const ARGS = 2;
const PID = 4;
const PTID = 5;
const FDLIMIT = 7;
const PAGE_FAULTS = 8;
const COMM = 13;
const CGROUPS = 14;
const ENV = 15;
const TTY = 16;
const VPGID = 17;
const LOGINUID = 18;
const EXE_FLAGS = 19;
const CAP_INHERITABLE = 20;
const CAP_PERMITTED = 21;
const CAP_EFFECTIVE = 22;
const EXE_INO = 23;
const EXE_INO_CTIME = 24;
const EXE_INO_MTIME = 25;
const UID = 26;
const TRUSTED_EXEPATH = 27;
const PGID = 28;
const GID = 29;

/** Marks that an exec leaves as they are. */
const KEPT_FLAGS = PPM_CL_IS_MAIN_THREAD | PPM_CL_CLONE_INVERTED;
const NOT_READ = '<NA>';

function exec(context: EventContext): void {
  const { event, thread, state } = context;
  if (thread === undefined || event.i64(0) < 0) return;
  state.threads.revive(thread);
  readProgram(context, thread);
  readIds(context, thread);
  thread.fdLimit = event.signed64(FDLIMIT);
  readMemory(thread, event, PAGE_FAULTS);
  if (event.paramLength(ENV) > 0) thread.env = listParam(event, ENV);
  if (event.paramLength(CGROUPS) > 0) {
    state.readCgroups(thread, internList(event, state.texts, CGROUPS).string);
  }
  readExepath(context, thread);
  readRights(thread, event);
  readInode(thread, event);
  context.fds?.deleteWhere((entry) => entry.closeOnExec);
  thread.flags = (thread.flags & KEPT_FLAGS) | PPM_CL_ACTIVE | PPM_CL_NAME_CHANGED;
  removeSiblings(context, thread);
  state.threads.namesLeaders(thread);
  state.threads.touch(thread);
  context.setThread(thread);
}

/** Names are interned: a few programs run again and again. */
function readProgram({ event, state }: EventContext, thread: ThreadInfo): void {
  const { texts } = state;
  const exe = internParam(event, texts, EXE);
  thread.exe = exe.string;
  thread.comm = (event.paramLength(COMM) > 0 ? internParam(event, texts, COMM) : exe).string;
  thread.args = listParam(event, ARGS);
  thread.execTimeLow = event.timeLow;
  thread.execTimeHigh = event.timeHigh;
}

function readIds({ event, state }: EventContext, thread: ThreadInfo): void {
  const pid = event.i64(PID);
  if (thread.isInvalid || pid < 0) {
    if ((thread.flags & PPM_CL_CHILD_IN_PIDNS) === 0) {
      thread.vtid = thread.tid;
      thread.vpid = pid;
    }
    state.threads.identify(thread, pid, event.i64(PTID));
  } else {
    state.threads.setPid(thread, pid);
  }
  if (event.paramLength(VPGID) > 0) thread.vpgid = event.i64(VPGID);
  thread.pgid = event.paramLength(PGID) > 0 ? event.i64(PGID) : -1;
}

function readRights(thread: ThreadInfo, event: EventView): void {
  if (event.paramLength(TTY) > 0) thread.tty = event.u32(TTY);
  if (event.paramLength(LOGINUID) > 0) thread.loginuid = event.u32(LOGINUID);
  if (event.paramLength(UID) > 0) thread.uid = event.u32(UID);
  if (event.paramLength(GID) > 0) thread.gid = event.u32(GID);
  if (event.paramLength(EXE_FLAGS) > 0) {
    const flags = event.u32(EXE_FLAGS);
    thread.exeWritable = (flags & PPM_EXE_WRITABLE) !== 0;
    thread.exeUpperLayer = (flags & PPM_EXE_UPPER_LAYER) !== 0;
    thread.exeLowerLayer = (flags & PPM_EXE_LOWER_LAYER) !== 0;
    thread.exeFromMemfd = (flags & PPM_EXE_FROM_MEMFD) !== 0;
  }
  if (event.paramLength(CAP_EFFECTIVE) === 0) return;
  thread.capInheritable = event.unsigned64(CAP_INHERITABLE);
  thread.capPermitted = event.unsigned64(CAP_PERMITTED);
  thread.capEffective = event.unsigned64(CAP_EFFECTIVE);
}

function readInode(thread: ThreadInfo, event: EventView): void {
  if (event.paramLength(EXE_INO_MTIME) === 0) return;
  const ctime = event.unsigned64(EXE_INO_CTIME);
  thread.exeIno = event.unsigned64(EXE_INO);
  thread.exeInoCtime = ctime;
  thread.exeInoMtime = event.unsigned64(EXE_INO_MTIME);
  const { cloneTimeLow, cloneTimeHigh, pidnsInitStart } = thread;
  if (cloneTimeLow !== 0 || cloneTimeHigh !== 0) {
    // A program that is younger than its process wraps, in Falco as here.
    const age = BigInt(unsigned64(cloneTimeLow, cloneTimeHigh)) - BigInt(ctime);
    thread.exeInoCtimeDurationProcStart = normalise64(BigInt.asUintN(64, age));
  }
  if (pidnsInitStart !== 0 && ctime > pidnsInitStart) {
    const duration = normalise64(BigInt(ctime) - BigInt(pidnsInitStart));
    thread.exeInoCtimeDurationPidnsStart = duration;
  }
}

function readExepath(context: EventContext, thread: ThreadInfo): void {
  const { event, enter } = context;
  if (event.paramLength(TRUSTED_EXEPATH) > 0) {
    thread.exepath = withoutDeletedMark(
      internParam(event, context.state.texts, TRUSTED_EXEPATH).string,
    );
  } else if (enter !== undefined) {
    thread.exepath = withoutDeletedMark(askedPath(context, enter));
  }
}

/** In captures from before the kernel told the path: the one that the call asked for. */
function askedPath(context: EventContext, enter: EnterEvent): string {
  const name = enter.name.string;
  if (!enter.isExecveat) {
    return enter.hasName ? joinPath(cwdOf(context).string, name) : NOT_READ;
  }
  const isEmpty = (enter.flags & PPM_EXVAT_AT_EMPTY_PATH) !== 0;
  const isAbsolute = name.startsWith('/');
  const directory = isAbsolute ? undefined : directoryOf(context, enter.dirfd);
  if ((!isEmpty && !enter.hasName) || directory === UNKNOWN_DIRECTORY) return NOT_READ;
  const base = directory?.string ?? '';
  if (isEmpty) return joinPath('', base);
  return joinPath(base === '' || base.endsWith('/') ? base : `${base}/`, name);
}

/** An exec ends all other threads of the process. */
function removeSiblings({ state }: EventContext, thread: ThreadInfo): void {
  const { group } = thread;
  if (group === undefined || group.alive <= 1) return;
  for (const sibling of group.threads) {
    if (!sibling.isMain && sibling !== thread) state.threads.remove(sibling.tid);
  }
}

export const execReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_EXECVE_19_X, exec],
  [PPME.PPME_SYSCALL_EXECVEAT_X, exec],
];
