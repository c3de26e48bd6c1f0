/**
 * What state may ask of the running system while events come from it. A replay has none: what it
 * does not hold is unknown.
 */

import type { ByteString } from '../base/host.ts';
import type { FdEntry, ThreadEntry } from '../events/snapshot.ts';

export interface LiveProbe {
  /**
   * The thread and, for a main thread, its descriptors; undefined when there is no such thread, or
   * time does not allow to look.
   */
  readThread(tid: number): { thread: ThreadEntry; fds: Iterable<FdEntry> } | undefined;
  /** A descriptor that a process was handed over a socket. */
  readFd(pid: number, fd: number): FdEntry | undefined;
  /**
   * Whether the thread still runs, and is not another one of the same id. `lastSeenHigh` is the
   * high word of the time of its last event; 0: it had none.
   */
  isAlive(pid: number, tid: number, comm: ByteString, lastSeenHigh: number): boolean;
}
