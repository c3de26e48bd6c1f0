/** For tests: keeps what a scan tells. */

import type {
  FdEntry,
  GroupEntry,
  MachineInfo,
  NetworkInterface,
  SnapshotSink,
  ThreadEntry,
  UserEntry,
} from '@saker/core/events/snapshot.ts';

export class RecordingSink implements SnapshotSink {
  machineInfo: MachineInfo | undefined;
  readonly interfaces: NetworkInterface[] = [];
  readonly users: UserEntry[] = [];
  readonly groups: GroupEntry[] = [];
  readonly threads = new Map<number, ThreadEntry>();
  readonly fds = new Map<number, Map<number, FdEntry>>();
  /** Threads that came after descriptors: there must be none. */
  lateThreads = 0;

  machine(machine: MachineInfo): void {
    this.machineInfo = machine;
  }

  networkInterface(entry: NetworkInterface): void {
    this.interfaces.push(entry);
  }

  user(entry: UserEntry): void {
    this.users.push(entry);
  }

  group(entry: GroupEntry): void {
    this.groups.push(entry);
  }

  thread(entry: ThreadEntry): void {
    if (this.fds.size > 0) this.lateThreads++;
    this.threads.set(entry.tid, entry);
  }

  fd(tid: number, entry: FdEntry): void {
    let fds = this.fds.get(tid);
    if (fds === undefined) {
      fds = new Map();
      this.fds.set(tid, fds);
    }
    fds.set(entry.fd, entry);
  }

  fdOf(tid: number, fd: number): FdEntry | undefined {
    return this.fds.get(tid)?.get(fd);
  }
}
