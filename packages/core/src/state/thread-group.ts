/** The threads of one process. */

import type { ThreadInfo } from './thread-info.ts';

export class ThreadGroup {
  /** Thread id of the main thread, which may be unknown. */
  readonly pid: number;
  /** Adopts orphans: init of a pid namespace, or PR_SET_CHILD_SUBREAPER. */
  isReaper: boolean;
  main: ThreadInfo | undefined = undefined;
  /** Threads that have not exited: `proc.nthreads`. */
  alive = 0;
  readonly threads: Set<ThreadInfo> = new Set();

  constructor(pid: number, isReaper: boolean) {
    this.pid = pid;
    this.isReaper = isReaper;
  }

  add(thread: ThreadInfo): void {
    this.threads.add(thread);
    if (!thread.dead) this.alive++;
    if (thread.isMain) this.main = thread;
    thread.group = this;
  }

  /** Forgets a thread that leaves the table, dead or not. */
  delete(thread: ThreadInfo): void {
    if (!this.threads.delete(thread)) return;
    if (!thread.dead) this.alive--;
    if (this.main === thread) this.main = undefined;
    thread.group = undefined;
  }

  /** A thread that lives, other than `except`; the main thread if it is one. */
  livingThread(except?: ThreadInfo): ThreadInfo | undefined {
    const main = this.main;
    if (main !== undefined && main !== except && !main.dead) return main;
    for (const thread of this.threads) {
      if (!thread.dead && thread !== except) return thread;
    }
    return undefined;
  }
}
