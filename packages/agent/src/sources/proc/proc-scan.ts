/**
 * The first look at the machine, before the first event: everything that /proc tells, into a
 * snapshot. Threads first, then descriptors. Processes come and go meanwhile: who is gone is left
 * out, and who came is told of by its events, which are recorded already.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import { PPM_CL_CLONE_FILES } from '@saker/core/events/constants.gen.ts';
import type { SnapshotSink, ThreadEntry } from '@saker/core/events/snapshot.ts';
import { shareDescriptors } from './descriptor-sharing.ts';
import { readInterfaces } from './machine.ts';
import type { ProcTree } from './proc-tree.ts';
import type { FoundThread, OpenProcess, SharedFacts } from './process-reader.ts';

/**
 * Descriptors of one process: the kernel's default for the most that anybody may open. Each costs
 * some 5 us of the start.
 */
export const FDS_PER_PROCESS_MAX: number = 1 << 16;

export interface ScanSummary {
  readonly threads: number;
  readonly descriptors: number;
  /** Processes and threads that ended while they were read. */
  readonly vanished: number;
  /** Descriptors beyond FDS_PER_PROCESS_MAX. */
  readonly fdsLeftOut: number;
  /** Sockets of families that /proc has no list of, or that were neither bound nor connected. */
  readonly socketsUnknown: number;
  /** Sockets beyond SOCKETS_MAX of a network namespace. */
  readonly socketsLeftOut: number;
  readonly durationMs: number;
}

export interface ScanOptions {
  readonly fdsPerProcessMax?: number;
  /** Called for each thread with its start, which tells it from others of the same id. */
  readonly onThread?: (tid: number, startTicks: number) => void;
}

/** Who has descriptors of its own: a process, or a thread that does not share them. */
interface FdOwner {
  readonly tid: number;
  /** Of its directory in /proc. */
  readonly name: string;
  readonly startTicks: number;
}

export function scanMachine(
  tree: ProcTree,
  sink: SnapshotSink,
  options: ScanOptions = {},
): ScanSummary {
  return new MachineScan(tree, sink, options).run();
}

class MachineScan {
  readonly #tree: ProcTree;
  readonly #sink: SnapshotSink;
  readonly #options: ScanOptions;
  readonly #fdOwners: FdOwner[] = [];
  /** Of pid namespaces whose first process was not read yet. */
  readonly #waiting: { readonly entry: ThreadEntry; readonly pidNamespace: ByteString }[] = [];
  #threads = 0;
  #descriptors = 0;
  #vanished = 0;
  #fdsLeftOut = 0;

  constructor(tree: ProcTree, sink: SnapshotSink, options: ScanOptions) {
    this.#tree = tree;
    this.#sink = sink;
    this.#options = options;
  }

  run(): ScanSummary {
    const start = performance.now();
    const { descriptors } = this.#tree;
    const { socketsUnknown, socketsLeftOut } = descriptors;
    this.#readMachine();
    for (const pid of this.#tree.files.numbers(this.#tree.proc, '.') ?? []) this.#readProcess(pid);
    for (const { entry, pidNamespace } of this.#waiting) {
      const pidnsInitStart = this.#tree.processes.pidnsStart(pidNamespace) ?? 0;
      this.#sink.thread({ ...entry, pidnsInitStart });
    }
    for (const owner of this.#fdOwners) this.#readDescriptors(owner);
    descriptors.forget();
    return {
      threads: this.#threads,
      descriptors: this.#descriptors,
      vanished: this.#vanished,
      fdsLeftOut: this.#fdsLeftOut,
      socketsUnknown: descriptors.socketsUnknown - socketsUnknown,
      socketsLeftOut: descriptors.socketsLeftOut - socketsLeftOut,
      durationMs: performance.now() - start,
    };
  }

  #readMachine(): void {
    this.#sink.machine(this.#tree.machine);
    for (const entry of readInterfaces()) this.#sink.networkInterface(entry);
    const { users, groups } = this.#tree.readHostAccounts();
    for (const user of users) this.#sink.user(user);
    for (const group of groups) this.#sink.group(group);
  }

  #readProcess(pid: number): void {
    const { processes, proc } = this.#tree;
    const process = processes.open(proc, String(pid));
    if (process === undefined) return;
    const shared = processes.shared(process);
    if (shared === undefined) {
      this.#vanished++;
    } else {
      const { startTicks } = process.stat;
      this.#add({ entry: processes.mainThread(process, shared), startTicks }, shared);
      this.#fdOwners.push({ tid: pid, name: String(pid), startTicks });
      for (const tid of processes.otherThreads(process)) this.#readThread(process, tid, shared);
    }
    processes.close(process);
  }

  #readThread(process: OpenProcess, tid: number, shared: SharedFacts): void {
    const found = this.#tree.processes.thread(process, tid, shared);
    if (found === undefined) {
      this.#vanished++;
    } else if (!this.#tree.isOwnPidNamespace || shareDescriptors(process.livingTid, tid)) {
      this.#add(found, shared);
    } else {
      const { entry, startTicks } = found;
      this.#add(
        { entry: { ...entry, flags: entry.flags & ~PPM_CL_CLONE_FILES }, startTicks },
        shared,
      );
      this.#fdOwners.push({ tid, name: `${process.stat.tid}/task/${tid}`, startTicks });
    }
  }

  #add({ entry, startTicks }: FoundThread, { pidNamespace }: SharedFacts): void {
    this.#threads++;
    this.#options.onThread?.(entry.tid, startTicks);
    if (this.#tree.processes.pidnsStart(pidNamespace) !== undefined) this.#sink.thread(entry);
    else this.#waiting.push({ entry, pidNamespace });
  }

  #readDescriptors({ tid, name, startTicks }: FdOwner): void {
    const { processes, descriptors, files, proc } = this.#tree;
    const process = processes.openAgain(proc, name, startTicks);
    if (process === undefined) {
      this.#vanished++;
      return;
    }
    const found = descriptors.readAll(process, {
      fdsMax: this.#options.fdsPerProcessMax ?? FDS_PER_PROCESS_MAX,
      onFd: (entry) => this.#sink.fd(tid, entry),
    });
    this.#descriptors += found.read;
    this.#fdsLeftOut += found.leftOut;
    files.close(process);
  }
}
