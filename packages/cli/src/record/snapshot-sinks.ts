/** What is told of a machine, to two listeners. */

import type { SnapshotSink } from '@saker/core/events/snapshot.ts';

export function bothSinks(first: SnapshotSink, second: SnapshotSink): SnapshotSink {
  return {
    machine(machine) {
      first.machine(machine);
      second.machine(machine);
    },
    networkInterface(entry) {
      first.networkInterface(entry);
      second.networkInterface(entry);
    },
    user(entry) {
      first.user(entry);
      second.user(entry);
    },
    group(entry) {
      first.group(entry);
      second.group(entry);
    },
    thread(entry) {
      first.thread(entry);
      second.thread(entry);
    },
    fd(tid, entry) {
      first.fd(tid, entry);
      second.fd(tid, entry);
    },
  };
}
