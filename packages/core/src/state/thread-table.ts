/** All threads by tid, their groups and their ancestry. Bounded; what does not fit is counted. */

import type { ThreadInfo } from './thread-info.ts';

/** falco_libs.thread_table_size. */
export const THREADS_MAX = 262_144;

export class ThreadTable {
  readonly #threads = new Map<number, ThreadInfo>();
  readonly #limit: number;
  /** Threads that were not added because the table was full. */
  dropsFull = 0;
  /**
   * Changes whenever something that another thread's ancestry or group can see changes: an exec, exit, id change or
   * reparenting of a thread that has children or siblings in its group, metadata of a container, a user's name. Caches of
   * anything that was computed from more than one thread compare it.
   */
  lineageVersion = 0;

  constructor(limit: number = THREADS_MAX) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#threads.size;
  }

  get(tid: number): ThreadInfo | undefined {
    return this.#threads.get(tid);
  }

  /** False, and counted, when the table is full. Replaces an entry of the same tid. */
  add(thread: ThreadInfo): boolean {
    if (this.#threads.size >= this.#limit && !this.#threads.has(thread.tid)) {
      this.dropsFull++;
      return false;
    }
    this.#threads.set(thread.tid, thread);
    return true;
  }

  remove(tid: number): void {
    this.#threads.delete(tid);
  }

  /** The main thread of the group, if known; a placeholder has none. */
  mainOf(thread: ThreadInfo): ThreadInfo | undefined {
    if (thread.tid === thread.pid) return thread;
    return thread.isInvalid ? undefined : this.get(thread.pid);
  }

  /** Main thread of the parent of the main thread: what proc.p* fields read. */
  parentOf(thread: ThreadInfo): ThreadInfo | undefined {
    const main = this.mainOf(thread);
    const parent = main === undefined || main.ptid <= 0 ? undefined : this.get(main.ptid);
    return parent === undefined ? undefined : this.mainOf(parent);
  }

  /** Drops what was cached from the thread's attributes: to be called after every change of one (see ThreadInfo.verdicts). */
  touch(thread: ThreadInfo): void {
    thread.verdicts = undefined;
    if (thread.childCount > 0 || !thread.isMain) this.lineageVersion++;
  }

  values(): IterableIterator<ThreadInfo> {
    return this.#threads.values();
  }
}
