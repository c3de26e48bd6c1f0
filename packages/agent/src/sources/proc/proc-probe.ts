/**
 * What state may ask about threads that no event told of. Answers come at once, from /proc, while
 * events wait: so there is a budget of time, beyond which the answer is "unknown", and counted.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import type { FdEntry, ThreadEntry } from '@saker/core/events/snapshot.ts';
import type { LiveProbe } from '@saker/core/state/live-probe.ts';
import { type PidStat, startNs } from './pid-stat.ts';
import type { ProcTree } from './proc-tree.ts';
import type { OpenProcess } from './process-reader.ts';
import { StartNotes } from './start-notes.ts';
import { TimeBudget } from './time-budget.ts';

export interface ProbeLimits {
  /** Time that all answers together may take. */
  readonly msPerSecond: number;
  /** In a row, after a pause. */
  readonly burstMs: number;
  /** The descriptors of one process. */
  readonly fdsMax: number;
  readonly fdsMs: number;
}

/**
 * A twentieth of a core, where an answer takes a tenth of a millisecond. A burst is short beside
 * what the ring holds of events.
 */
export const PROBE_LIMITS: ProbeLimits = {
  msPerSecond: 50,
  burstMs: 200,
  fdsMax: 4096,
  fdsMs: 20,
};

/** Lists of sockets are milliseconds of work, and wrong soon. */
const SOCKETS_FRESH_MS = 500;
/** Ids of mounts may be given anew. */
const MOUNTS_FRESH_MS = 10_000;
/** Parents that are looked at to find the first process of a pid namespace. */
const ANCESTORS_MAX = 32;
/** The high word of a time in nanoseconds. */
const HIGH_WORD_NS = 2 ** 32;
/** /proc has the start of the machine in whole seconds, and the wall clock is kept right. */
const CLOCK_SLACK_NS = 2e9;

export class ProbeCounters {
  /** Threads and descriptors that were found. */
  threads = 0;
  fds = 0;
  /** Asked about, and not there any more. */
  gone = 0;
  /** Not looked for, since the time was used up. */
  refused = 0;
  /** Descriptors of processes that have too many. */
  fdsLeftOut = 0;
}

export class ProcProbe implements LiveProbe {
  readonly counters: ProbeCounters = new ProbeCounters();
  readonly #tree: ProcTree;
  readonly #limits: ProbeLimits;
  readonly #now: () => number;
  readonly #budget: TimeBudget;
  readonly #starts = new StartNotes();
  #socketsReadMs = 0;
  #mountsReadMs = 0;

  constructor(
    tree: ProcTree,
    limits: ProbeLimits = PROBE_LIMITS,
    now: () => number = () => performance.now(),
  ) {
    this.#tree = tree;
    this.#limits = limits;
    this.#now = now;
    this.#budget = new TimeBudget(limits.msPerSecond, limits.burstMs, now());
  }

  /** For the scan: what it read is known by its start from then on. */
  noteStart(tid: number, startTicks: number): void {
    this.#starts.note(tid, startTicks);
  }

  readThread(tid: number): { thread: ThreadEntry; fds: readonly FdEntry[] } | undefined {
    return this.#within((startMs) => {
      const { processes, proc } = this.#tree;
      const process = tid > 0 ? processes.open(proc, String(tid)) : undefined;
      if (process === undefined) return undefined;
      const found = this.#read(process, startMs);
      processes.close(process);
      return found;
    });
  }

  #read(
    process: OpenProcess,
    startMs: number,
  ): { thread: ThreadEntry; fds: readonly FdEntry[] } | undefined {
    const { processes } = this.#tree;
    const shared = processes.shared(process);
    if (shared === undefined) return undefined;
    const { stat, status } = process;
    if (processes.pidnsStart(shared.pidNamespace) === undefined) this.#findInit(process);
    this.#starts.note(stat.tid, stat.startTicks);
    this.counters.threads++;
    if (stat.tid !== status.pid) {
      return { thread: processes.openedThread(process, shared), fds: [] };
    }
    const fds = this.#descriptors(process.living, startMs);
    return { thread: processes.mainThread(process, shared), fds };
  }

  #descriptors(process: number, startMs: number): FdEntry[] {
    const fds: FdEntry[] = [];
    const { leftOut } = this.#tree.descriptors.readAll(process, {
      fdsMax: this.#limits.fdsMax,
      isOver: () => this.#now() - startMs > this.#limits.fdsMs,
      onFd: (entry) => fds.push(entry),
    });
    this.counters.fds += fds.length;
    this.counters.fdsLeftOut += leftOut;
    return fds;
  }

  /** The first process of a pid namespace is an ancestor of all but those that were put in. */
  #findInit({ stat }: OpenProcess): void {
    const { processes, proc } = this.#tree;
    let { ppid } = stat;
    for (let height = 0; height < ANCESTORS_MAX && ppid > 0; height++) {
      const ancestor = processes.open(proc, String(ppid));
      if (ancestor === undefined) return;
      const namespace = processes.pidNamespace(ancestor);
      processes.close(ancestor);
      if (processes.pidnsStart(namespace) !== undefined) return;
      ({ ppid } = ancestor.stat);
    }
  }

  readFd(pid: number, fd: number): FdEntry | undefined {
    return this.#within(() => {
      const { files, descriptors, proc } = this.#tree;
      const process = files.openDirectory(proc, String(pid));
      if (process < 0) return undefined;
      const open = descriptors.open(process);
      const entry = open && descriptors.read(open, fd);
      if (open !== undefined) descriptors.close(open);
      files.close(process);
      if (entry !== undefined) this.counters.fds++;
      return entry;
    });
  }

  /** Asked of idle threads now and then, without a budget: each answer saves an entry. */
  isAlive(pid: number, tid: number, comm: ByteString, lastSeenHigh: number): boolean {
    const { processes, proc } = this.#tree;
    const stat = processes.stat(proc, `${pid}/task/${tid}/`);
    if (stat !== undefined && this.#isSame(stat, comm, lastSeenHigh)) return true;
    this.#starts.forget(tid);
    return false;
  }

  /**
   * Whether the thread of the id is the one that was meant. Best by its start, where that was read;
   * else one that was started after the last event of the other is another. The name decides only
   * in between: threads change theirs, and no event says so.
   */
  #isSame(stat: PidStat, comm: ByteString, lastSeenHigh: number): boolean {
    const noted = this.#starts.startTicks(stat.tid);
    if (noted !== undefined) return noted === stat.startTicks;
    const start = Number(this.#tree.bootTime) + startNs(stat);
    if (start < lastSeenHigh * HIGH_WORD_NS - CLOCK_SLACK_NS) return true;
    if (start > (lastSeenHigh + 1) * HIGH_WORD_NS + CLOCK_SLACK_NS) return false;
    return stat.comm === comm;
  }

  /** Does `read` if there is time for it; what takes long is paid for by those after it. */
  #within<Found>(read: (startMs: number) => Found | undefined): Found | undefined {
    const startMs = this.#now();
    if (!this.#budget.isLeft(startMs)) {
      this.counters.refused++;
      return undefined;
    }
    this.#forgetOld(startMs);
    const found = read(startMs);
    if (found === undefined) this.counters.gone++;
    this.#budget.spend(this.#now() - startMs);
    return found;
  }

  #forgetOld(nowMs: number): void {
    if (nowMs - this.#socketsReadMs > SOCKETS_FRESH_MS) {
      this.#tree.descriptors.forget();
      this.#socketsReadMs = nowMs;
    }
    if (nowMs - this.#mountsReadMs > MOUNTS_FRESH_MS) {
      this.#tree.mounts.forget();
      this.#mountsReadMs = nowMs;
    }
  }
}
