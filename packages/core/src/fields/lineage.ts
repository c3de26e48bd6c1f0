/**
 * Walks over ancestors and leaders, as the fields of the class `process` read them. Two notions of
 * ancestry exist, and rules see both: fields with a level (`proc.aname[2]`) go from process to
 * process, main thread to main thread; fields that stand for all ancestors (`proc.aname`) follow
 * `ptid` from thread to thread.
 */

import type { ThreadInfo } from '../state/thread-info.ts';
import type { ThreadTable } from '../state/thread-table.ts';

/**
 * Most ancestors that are looked at. Real chains have a few dozen; a forged capture can have one of
 * 260,000 threads, and every event would walk it.
 */
export const ANCESTORS_MAX = 4096;

/** The thread that `thread` calls its parent. */
export function parentThread(threads: ThreadTable, thread: ThreadInfo): ThreadInfo | undefined {
  return thread.ptid <= 0 ? undefined : threads.get(thread.ptid);
}

/**
 * The ancestors of `thread`, parent first. A loop in the table, or a further ancestor that is its
 * own parent, ends the list: the walk compares with a thread it left behind at distances 1, 2, 4,
 * 8, ... (Brent), so it needs no set.
 */
export function ancestorsOf(threads: ThreadTable, thread: ThreadInfo): ThreadInfo[] {
  const ancestors: ThreadInfo[] = [];
  let mark = thread;
  let nextMark = 1;
  let at = parentThread(threads, thread);
  while (at !== undefined && at !== thread && at !== mark && ancestors.length < ANCESTORS_MAX) {
    ancestors.push(at);
    if (ancestors.length === nextMark) {
      mark = at;
      nextMark *= 2;
    }
    at = parentThread(threads, at);
    if (at !== undefined && at.ptid === at.tid) break;
  }
  return ancestors;
}

/** The thread `level` steps up by `ptid`; 0 is the thread itself. */
export function ancestorThread(
  threads: ThreadTable,
  thread: ThreadInfo,
  level: number,
): ThreadInfo | undefined {
  if (level > ANCESTORS_MAX) return undefined;
  let ancestor: ThreadInfo | undefined = thread;
  for (let step = 0; step < level && ancestor !== undefined; step++) {
    ancestor = parentThread(threads, ancestor);
  }
  return ancestor;
}

/** The main thread of the process `level` steps up; 0 is the thread's own process. */
export function ancestorProcess(
  threads: ThreadTable,
  thread: ThreadInfo,
  level: number,
): ThreadInfo | undefined {
  if (level > ANCESTORS_MAX) return undefined;
  let main = threads.mainOf(thread);
  for (let step = 0; step < level && main !== undefined; step++) {
    const parent = parentThread(threads, main);
    main = parent === undefined ? undefined : threads.mainOf(parent);
  }
  return main;
}

/** An id that names a leader: of the session, or of the process group. */
export type LeaderId = (thread: ThreadInfo) => number;

/**
 * The leader that `id` names. Ids of a pid namespace are no keys of the thread table, and leaders
 * may be gone: then it is the oldest of the ancestors that, without a gap, have the same id.
 * Undefined when there is none or the id is not set.
 */
export function leaderOf(
  threads: ThreadTable,
  thread: ThreadInfo,
  id: LeaderId,
  isVirtual: boolean,
): ThreadInfo | undefined {
  const wanted = id(thread);
  if (wanted === -1) return undefined;
  if (!isVirtual || !thread.isInPidNamespace) {
    const leader = threads.get(wanted);
    if (leader !== undefined) return leader;
  }
  let leader: ThreadInfo | undefined;
  for (const ancestor of ancestorsOf(threads, thread)) {
    if (id(ancestor) !== wanted) break;
    leader = ancestor;
  }
  return leader;
}
