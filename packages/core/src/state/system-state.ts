/**
 * Everything that is known about the machine: threads, descriptors, users, groups, containers, interfaces. `apply` brings it
 * up to date with one event and fills in the event's context; removals that the event causes wait for the next one, so that
 * fields still see what went away. Semantics: docs/falco-differences.md lists where they differ from Falco's.
 */

import { TextTable } from '../base/text-table.ts';
import type { EventView } from '../events/event-view.ts';
import type {
  FdEntry,
  GroupEntry,
  MachineInfo,
  NetworkInterface,
  SnapshotSink,
  ThreadEntry,
  UserEntry,
} from '../events/snapshot.ts';
import { ContainerTable } from './container-table.ts';
import { EventContext } from './event-context.ts';
import { ThreadTable } from './thread-table.ts';
import { UserTable } from './user-table.ts';

export interface StateOptions {
  /** Most threads that are kept; default THREADS_MAX. */
  readonly threadsMax?: number;
}

export class SystemState implements SnapshotSink {
  readonly texts: TextTable = new TextTable();
  readonly threads: ThreadTable;
  readonly users: UserTable = new UserTable();
  readonly containers: ContainerTable = new ContainerTable();
  readonly interfaces: NetworkInterface[] = [];
  machineInfo: MachineInfo | undefined = undefined;
  readonly context: EventContext;

  constructor(event: EventView, options: StateOptions = {}) {
    this.threads = new ThreadTable(options.threadsMax);
    this.context = new EventContext(event, this);
  }

  machine(machine: MachineInfo): void {
    this.machineInfo = machine;
  }

  networkInterface(entry: NetworkInterface): void {
    this.interfaces.push(entry);
  }

  user(_entry: UserEntry): void {}

  group(_entry: GroupEntry): void {}

  thread(_entry: ThreadEntry): void {}

  fd(_tid: number, _entry: FdEntry): void {}

  /** After the snapshot's last entry, before the first event. */
  finishSnapshot(): void {}

  /**
   * Applies the event that the view is placed over and fills in the context. True when rules and outputs may see the event;
   * false when it only updates state.
   */
  apply(): boolean {
    return true;
  }
}
