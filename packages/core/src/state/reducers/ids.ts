/** Who a thread is and what it may do: user and group, session, capabilities, subreaper. */

import {
  PPM_CL_CLONE_NEWUSER,
  PPM_PR_GET_CHILD_SUBREAPER,
  PPM_PR_SET_CHILD_SUBREAPER,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import type { EventContext } from '../event-context.ts';
import type { Reducer, ReducerRows } from './reducer.ts';

/**
 * Every capability that the tables name: 41 bits. Who makes a user namespace has them all in it.
 */
const ALL_CAPABILITIES = 2 ** 41 - 1;

/** `param` holds the effective id. */
function setsUser(param: number): Reducer {
  return ({ event, thread, state }) => {
    if (thread === undefined || event.i64(0) !== 0 || event.paramLength(param) === 0) return;
    const uid = event.u32(param);
    if (uid === thread.uid) return;
    thread.uid = uid;
    state.threads.touch(thread);
  };
}

function setsGroup(param: number): Reducer {
  return ({ event, thread, state }) => {
    if (thread === undefined || event.i64(0) !== 0 || event.paramLength(param) === 0) return;
    const gid = event.u32(param);
    if (gid === thread.gid) return;
    thread.gid = gid;
    state.threads.touch(thread);
  };
}

function setsid({ event, thread, state }: EventContext): void {
  const sid = event.i64(0);
  if (thread === undefined || sid < 0) return;
  thread.sid = sid;
  state.threads.namesLeaders(thread);
  state.threads.touch(thread);
}

function capset({ event, thread, state }: EventContext): void {
  if (thread === undefined || event.i64(0) < 0) return;
  thread.capInheritable = event.unsigned64(1);
  thread.capPermitted = event.unsigned64(2);
  thread.capEffective = event.unsigned64(3);
  state.threads.touch(thread);
}

/** `flags`: the parameter with the kinds of namespaces that are entered or made. */
function entersNamespace(flags: number): Reducer {
  return ({ event, thread, state }) => {
    if (thread === undefined || event.i64(0) < 0) return;
    if ((event.u32(flags) & PPM_CL_CLONE_NEWUSER) === 0) return;
    thread.capInheritable = ALL_CAPABILITIES;
    thread.capPermitted = ALL_CAPABILITIES;
    thread.capEffective = ALL_CAPABILITIES;
    state.threads.touch(thread);
  };
}

/** The kernel names of threads (PR_SET_NAME) are left alone, as Falco does. */
function prctl({ event, thread }: EventContext): void {
  if (thread?.group === undefined || event.i64(0) < 0) return;
  const option = event.u32(1);
  const isSubreaper =
    option === PPM_PR_SET_CHILD_SUBREAPER || option === PPM_PR_GET_CHILD_SUBREAPER;
  if (isSubreaper) thread.group.isReaper = event.i64(3) !== 0;
}

export const idReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_SETUID_X, setsUser(1)],
  [PPME.PPME_SYSCALL_SETREUID_X, setsUser(2)],
  [PPME.PPME_SYSCALL_SETRESUID_X, setsUser(2)],
  [PPME.PPME_SYSCALL_SETGID_X, setsGroup(1)],
  [PPME.PPME_SYSCALL_SETREGID_X, setsGroup(2)],
  [PPME.PPME_SYSCALL_SETRESGID_X, setsGroup(2)],
  [PPME.PPME_SYSCALL_SETSID_X, setsid],
  [PPME.PPME_SYSCALL_CAPSET_X, capset],
  [PPME.PPME_SYSCALL_UNSHARE_X, entersNamespace(1)],
  [PPME.PPME_SYSCALL_SETNS_X, entersNamespace(2)],
  [PPME.PPME_SYSCALL_PRCTL_X, prctl],
];
