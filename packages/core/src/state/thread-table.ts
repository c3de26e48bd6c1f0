/**
 * Hot: one lookup per event. All threads by tid, their groups and their ancestry. Bounded; what
 * does not fit is counted. Benchmark: state in bench/.
 *
 * What always holds of threads that were linked: a thread with ptid > 0 is among the `children` of
 * the entry of that tid, and a thread is in the `threads` of its group. Everything that has a
 * parent or a group therefore changes through this class.
 */

import { PPM_CL_CLONE_FILES } from '../events/constants.gen.ts';
import { type FdBudget, FdTable } from './fd-table.ts';
import { findReaper } from './reaper.ts';
import { ThreadGroup } from './thread-group.ts';
import { ThreadInfo } from './thread-info.ts';

/** falco_libs.thread_table_size. */
export const THREADS_MAX = 262_144;

/**
 * Marks for `#leaders`, by the low bits of an id: two ids on one mark cost a needless change of
 * version, nothing else.
 */
const LEADER_MARKS: number = 1 << 16;

export interface ThreadTableOptions {
  /** Default THREADS_MAX. */
  readonly limit?: number;
  /** Bounds the descriptors of all threads together. */
  readonly fdBudget?: FdBudget;
  /** What the running system says of a thread that nobody knows yet; never asked in a replay. */
  readonly probe?: (tid: number) => ThreadInfo | undefined;
}

export class ThreadTable {
  readonly #threads = new Map<number, ThreadInfo>();
  readonly #groups = new Map<number, ThreadGroup>();
  readonly #limit: number;
  readonly #fdBudget: FdBudget | undefined;
  readonly #probe: ((tid: number) => ThreadInfo | undefined) | undefined;
  /** The last thread that was looked up: events come in runs of one thread. */
  #last: ThreadInfo | undefined = undefined;
  /** Ids that threads name as their session or process group, other than their own: see `touch`. */
  readonly #leaders = new Uint8Array(LEADER_MARKS);
  /** Threads that were not added because the table was full. */
  dropsFull = 0;
  /** Threads that were added, or took the place of one of the same tid. */
  added = 0;
  /** Of `lookUp`: those that asked the table, since it was not the thread of the event before. */
  tableLookups = 0;
  /** Of `lookUp`: those that nothing was known of. */
  failedLookups = 0;
  /**
   * Changes whenever something that another thread's ancestry, leaders or group can see changes: an
   * exec, exit, id change or reparenting of a thread that has children, leads others or has
   * siblings in its group, metadata of a container, a user's name. Caches of anything that was
   * computed from more than one thread compare it. Counters (threads of a group, descriptors,
   * memory, page faults) change without notice.
   */
  lineageVersion = 0;

  constructor(options: ThreadTableOptions = {}) {
    this.#limit = options.limit ?? THREADS_MAX;
    this.#fdBudget = options.fdBudget;
    this.#probe = options.probe;
  }

  get size(): number {
    return this.#threads.size;
  }

  clear(): void {
    for (const thread of this.#threads.values()) thread.fds?.clear();
    this.#threads.clear();
    this.#groups.clear();
    this.#leaders.fill(0);
    this.#last = undefined;
    this.lineageVersion++;
  }

  get(tid: number): ThreadInfo | undefined {
    const last = this.#last;
    if (last !== undefined && last.tid === tid) return last;
    return this.#threads.get(tid);
  }

  /**
   * The thread; when nothing is known of it, a placeholder that stands for it from now on.
   * Undefined when the table is full.
   */
  lookUp(tid: number): ThreadInfo | undefined {
    const last = this.#last;
    if (last !== undefined && last.tid === tid) return last;
    this.tableLookups++;
    const thread = this.#threads.get(tid) ?? this.#addUnknown(tid);
    this.#last = thread;
    return thread;
  }

  #addUnknown(tid: number): ThreadInfo | undefined {
    this.failedLookups++;
    if (this.#threads.size >= this.#limit) {
      this.dropsFull++;
      return undefined;
    }
    const thread = this.#probe?.(tid) ?? new ThreadInfo(tid);
    return this.add(thread) ? thread : undefined;
  }

  /**
   * Adds and links. False, and counted, when the table is full. Replaces an entry of the same tid.
   */
  add(thread: ThreadInfo): boolean {
    if (!this.addUnlinked(thread)) return false;
    this.link(thread);
    return true;
  }

  /**
   * For lists whose threads may come before their parents; to be followed by `link` for each of
   * them.
   */
  addUnlinked(thread: ThreadInfo): boolean {
    const replaced = this.#threads.get(thread.tid);
    if (replaced !== undefined) {
      this.#replace(replaced, thread);
    } else if (this.#threads.size >= this.#limit) {
      this.dropsFull++;
      // What it was to start with counts against the budget of all descriptors.
      thread.fds?.clear();
      return false;
    }
    this.#last = undefined;
    this.added++;
    this.#threads.set(thread.tid, thread);
    if (this.#isLeader(thread)) this.lineageVersion++;
    return true;
  }

  /**
   * Enters a thread into its group and under its parent, which become known with its pid and ptid.
   * Nothing happens while they are not known. A parent that is not in the table, or unknown itself,
   * counts as none: ptid 0.
   */
  link(thread: ThreadInfo): void {
    if (thread.isInvalid) {
      if (thread.ptid > 0) thread.ptid = -1;
      return;
    }
    if (thread.group !== undefined) return;
    this.#enterGroup(thread);
    this.namesLeaders(thread);
    const hasParent = thread.ptid > 0 && thread.ptid !== thread.tid;
    const parent = hasParent ? this.#threads.get(thread.ptid) : undefined;
    if (parent === undefined || parent.isInvalid) thread.ptid = 0;
    else adopt(parent, thread);
  }

  #enterGroup(thread: ThreadInfo): void {
    let group = this.#groups.get(thread.pid);
    if (group === undefined) {
      group = new ThreadGroup(thread.pid, thread.pid === 1 || thread.vpid === 1);
      this.#groups.set(thread.pid, group);
    }
    group.add(thread);
    if (thread.isMain && group.threads.size > 1) this.lineageVersion++;
  }

  /** Gives a thread of which nothing was known its process and parent. */
  identify(thread: ThreadInfo, pid: number, ptid: number): void {
    this.#leaveParent(thread);
    this.#leaveGroup(thread);
    thread.pid = pid;
    thread.ptid = ptid;
    this.link(thread);
    this.touch(thread);
  }

  /** For an exec, which tells the pid again: nearly always the one that is known. */
  setPid(thread: ThreadInfo, pid: number): void {
    if (thread.pid === pid) return;
    this.#leaveGroup(thread);
    thread.pid = pid;
    this.#enterGroup(thread);
  }

  /**
   * The entry of a thread whose exit was missed makes room for a new thread of the same tid, which
   * keeps its children.
   */
  #replace(old: ThreadInfo, thread: ThreadInfo): void {
    this.#leaveParent(old);
    this.#leaveGroup(old);
    old.fds?.clear();
    thread.children = old.children;
    old.children = undefined;
    this.lineageVersion++;
  }

  /**
   * Marks as exited, at once: the thread no longer counts in its group. The entry goes with
   * `remove`.
   */
  kill(thread: ThreadInfo): void {
    if (thread.dead) return;
    thread.dead = true;
    if (thread.group !== undefined) thread.group.alive--;
  }

  /** A dead main thread whose place another thread of the group took by an exec. */
  revive(thread: ThreadInfo): void {
    if (!thread.dead) return;
    thread.dead = false;
    if (thread.group !== undefined) thread.group.alive++;
  }

  /**
   * Takes an exited thread out; its children get a new parent. A main thread stays, dead, while
   * others of its group live, since it holds what they share.
   */
  remove(tid: number): void {
    const thread = this.#threads.get(tid);
    if (thread === undefined) return;
    this.kill(thread);
    this.#giveAwayChildren(thread);
    const group = thread.group;
    if (group === undefined) {
      this.#erase(thread);
      return;
    }
    if (group.alive === 0 && group.main !== undefined) this.#erase(group.main);
    if (!thread.isMain) this.#erase(thread);
  }

  #erase(thread: ThreadInfo): void {
    // A main thread that outlived its own exit may have been given children since.
    this.#giveAwayChildren(thread);
    this.#leaveParent(thread);
    this.#leaveGroup(thread);
    thread.fds?.clear();
    this.#threads.delete(thread.tid);
    this.#last = undefined;
    if (this.#isLeader(thread)) this.lineageVersion++;
  }

  #leaveParent(thread: ThreadInfo): void {
    if (thread.ptid > 0) this.#threads.get(thread.ptid)?.children?.delete(thread);
  }

  #leaveGroup(thread: ThreadInfo): void {
    const group = thread.group;
    if (group === undefined) return;
    group.delete(thread);
    if (group.threads.size === 0) this.#groups.delete(group.pid);
    else if (thread.isMain) this.lineageVersion++;
  }

  #giveAwayChildren(thread: ThreadInfo): void {
    const { children } = thread;
    if (children === undefined || children.size === 0) return;
    const reaper = this.#reaperOf(thread);
    if (reaper !== undefined) {
      thread.reaperTid = reaper.tid;
      // Whoever is given children of another process is one that adopts.
      if (reaper.group !== undefined && reaper.pid !== thread.pid) reaper.group.isReaper = true;
    }
    thread.children = undefined;
    for (const child of children) {
      if (reaper === undefined || reaper === child) child.ptid = 0;
      else adopt(reaper, child);
      this.touch(child);
    }
  }

  /**
   * Who the kernel named, if that is a thread; else who it would name as far as the table knows.
   */
  #reaperOf(thread: ThreadInfo): ThreadInfo | undefined {
    const named = thread.reaperTid > 0 ? this.lookUp(thread.reaperTid) : undefined;
    const isUsable = named !== undefined && !named.isInvalid && named !== thread;
    return isUsable ? named : findReaper(this, thread);
  }

  /**
   * The main thread of the group, if known; a placeholder has none. Here and below both answers are
   * read and then one is taken: code that is compiled before the first process with threads is seen
   * would have to be compiled again, which is most of what an event runs.
   */
  mainOf(thread: ThreadInfo): ThreadInfo | undefined {
    const { group } = thread;
    const main = group === undefined ? undefined : group.main;
    return thread.isMain ? thread : main;
  }

  /** Main thread of the parent of the main thread: what proc.p* fields read. */
  parentOf(thread: ThreadInfo): ThreadInfo | undefined {
    const main = this.mainOf(thread);
    const parent = main === undefined || main.ptid <= 0 ? undefined : this.get(main.ptid);
    return parent === undefined ? undefined : this.mainOf(parent);
  }

  /**
   * The descriptors that the thread uses: its own, or those of its main thread. Undefined when it
   * has none.
   */
  fdsOf(thread: ThreadInfo): FdTable | undefined {
    const holder = this.#fdHolder(thread);
    return holder === undefined ? undefined : holder.fds;
  }

  #fdHolder(thread: ThreadInfo): ThreadInfo | undefined {
    const main = this.mainOf(thread);
    return (thread.flags & PPM_CL_CLONE_FILES) === 0 ? thread : main;
  }

  /**
   * As `fdsOf`, to add to. Undefined when the table would be that of a main thread which is not
   * known.
   */
  fdsForAdding(thread: ThreadInfo): FdTable | undefined {
    const holder = this.#fdHolder(thread);
    return holder === undefined ? undefined : this.ownFds(holder);
  }

  /** The table that the thread keeps itself. */
  ownFds(thread: ThreadInfo): FdTable {
    thread.fds ??= new FdTable(this.#fdBudget);
    return thread.fds;
  }

  /** Notes whom the thread names as leaders; to be called after a change of sid, pgid or vpgid. */
  namesLeaders(thread: ThreadInfo): void {
    const { tid, pid, ptid, sid, pgid, vpgid } = thread;
    // Init keeps the parent that it names (`link`), which may be no thread yet.
    if (pid === 1) this.#markLeader(ptid);
    if (sid !== tid) this.#markLeader(sid);
    if (pgid !== tid) this.#markLeader(pgid);
    if (vpgid !== tid) this.#markLeader(vpgid);
  }

  #markLeader(id: number): void {
    if (id > 0) this.#leaders[id & (LEADER_MARKS - 1)] = 1;
  }

  #isLeader(thread: ThreadInfo): boolean {
    return this.#leaders[thread.tid & (LEADER_MARKS - 1)] === 1;
  }

  /**
   * Starts the marks of leaders anew: those of sessions long gone make `touch` announce more than
   * it must.
   */
  forgetOldLeaders(): void {
    this.#leaders.fill(0);
    for (const thread of this.#threads.values()) this.namesLeaders(thread);
  }

  /**
   * Drops what was cached from the thread's attributes: to be called after every change of one (see
   * ThreadInfo.verdicts). When another thread may have looked at this one, as an ancestor, as its
   * main thread or as a leader, all of them are told.
   */
  touch(thread: ThreadInfo): void {
    thread.verdicts = undefined;
    if (
      thread.childCount > 0 ||
      (thread.isMain && thread.group !== undefined && thread.group.threads.size > 1) ||
      this.#isLeader(thread)
    ) {
      this.lineageVersion++;
    }
  }

  values(): IterableIterator<ThreadInfo> {
    return this.#threads.values();
  }
}

function adopt(parent: ThreadInfo, child: ThreadInfo): void {
  parent.children ??= new Set();
  parent.children.add(child);
  child.ptid = parent.tid;
}
