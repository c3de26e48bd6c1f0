/**
 * Hot. Everything that is known about the machine: threads, descriptors, users, groups, containers,
 * interfaces. `apply` brings it up to date with one event and fills in the event's context;
 * removals that the event causes wait for the next one, so that fields still see what went away.
 * Semantics: docs/falco-differences.md lists where they differ from Falco's. Benchmark: state in
 * bench/.
 */

import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
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
import { CgroupReader, type ContainerOptions } from './cgroups.ts';
import { ContainerTable } from './container-table.ts';
import { EventContext, NO_FD } from './event-context.ts';
import { eventTraits, fdParam, Trait } from './event-traits.ts';
import { ExitedThreads } from './exited-threads.ts';
import { FdBudget, type FdTable } from './fd-table.ts';
import type { LiveProbe } from './live-probe.ts';
import { reducers } from './reducers/reducers.ts';
import { fdOfEntry, orientConnection } from './snapshot-fd.ts';
import { threadOfEntry } from './snapshot-thread.ts';
import type { ThreadInfo } from './thread-info.ts';
import { ThreadTable } from './thread-table.ts';
import { UserTable } from './user-table.ts';

export interface StateOptions {
  /** Most threads that are kept; default THREADS_MAX. */
  readonly threadsMax?: number;
  /** How containers are recognised. */
  readonly containers?: ContainerOptions;
  /** Asked about threads and descriptors that no event told of; default: nothing is asked. */
  readonly probe?: LiveProbe;
  /**
   * Nanoseconds since the epoch at which the machine started: the start of the first pid namespace.
   * Default 0, as in Falco's replays, which lose it; live, `machineInfo` has it.
   */
  readonly bootTime?: Int64;
  /**
   * How often idle threads are looked for, and how long a thread must be idle; default 300 s each.
   */
  readonly purgeIntervalS?: number;
  readonly threadTimeoutS?: number;
  /**
   * Falco's bound IPv6 UDP sockets lose their address when they receive (semantics section 5).
   * Default true, since answers show it; live sets false.
   */
  readonly ipv6ListenersLoseTuple?: boolean;
}

/** Container id of what runs in none. */
const HOST = '';
/** A unit of `EventView.timeHigh`. */
const TIME_HIGH_S = 4.294_967_296;
const IDLE_S = 300;

export class SystemState implements SnapshotSink {
  readonly texts: TextTable = new TextTable();
  readonly threads: ThreadTable;
  readonly exited: ExitedThreads = new ExitedThreads();
  readonly fdBudget: FdBudget = new FdBudget();
  readonly users: UserTable = new UserTable();
  readonly containers: ContainerTable = new ContainerTable();
  readonly interfaces: NetworkInterface[] = [];
  machineInfo: MachineInfo | undefined = undefined;
  readonly context: EventContext;
  readonly probe: LiveProbe | undefined;
  readonly bootTime: Int64;
  readonly ipv6ListenersLoseTuple: boolean;
  /** Threads that were removed because they were idle and gone. */
  purged = 0;
  /** Events that named a descriptor, and those of them whose descriptor nobody knew. */
  fdLookups = 0;
  failedFdLookups = 0;
  readonly #cgroups: CgroupReader;
  readonly #purgeUnits: number;
  readonly #timeoutUnits: number;
  #nextPurgeHigh = 0;
  #snapshotOpen = false;
  /** Something changed since the last event, but not by an event. */
  #changedAside = false;
  /** What the event before took away. */
  #removalPending = false;
  #exitedTid = -1;
  #closedIn: FdTable | undefined = undefined;
  #closedFd = NO_FD;

  constructor(event: EventView, options: StateOptions = {}) {
    this.probe = options.probe;
    this.bootTime = options.bootTime ?? 0;
    this.ipv6ListenersLoseTuple = options.ipv6ListenersLoseTuple ?? true;
    this.#purgeUnits = Math.ceil((options.purgeIntervalS ?? IDLE_S) / TIME_HIGH_S);
    this.#timeoutUnits = Math.ceil((options.threadTimeoutS ?? IDLE_S) / TIME_HIGH_S);
    this.#cgroups = new CgroupReader(options.containers);
    this.threads = new ThreadTable({
      ...(options.threadsMax === undefined ? {} : { limit: options.threadsMax }),
      ...(options.probe === undefined ? {} : { probe: (tid: number) => this.#readThread(tid) }),
      fdBudget: this.fdBudget,
    });
    this.context = new EventContext(event, this);
  }

  /** A further capture follows in the same stream: of its machine nothing is known yet. */
  section(): void {
    this.#changedAside = true;
    this.threads.clear();
    this.interfaces.length = 0;
    this.machineInfo = undefined;
    this.context.firstTimeLow = 0;
    this.context.firstTimeHigh = 0;
    this.#removalPending = false;
    this.#exitedTid = -1;
    this.#closedIn = undefined;
  }

  machine(machine: MachineInfo): void {
    this.#changedAside = true;
    this.machineInfo = machine;
  }

  networkInterface(entry: NetworkInterface): void {
    this.#changedAside = true;
    this.interfaces.push(entry);
  }

  user(entry: UserEntry): void {
    this.#changedAside = true;
    this.users.addUser(HOST, entry);
  }

  group(entry: GroupEntry): void {
    this.#changedAside = true;
    this.users.addGroup(HOST, entry);
  }

  thread(entry: ThreadEntry): void {
    this.#changedAside = true;
    this.#snapshotOpen = true;
    this.threads.addUnlinked(this.#threadOf(entry));
  }

  fd(tid: number, entry: FdEntry): void {
    this.#changedAside = true;
    const thread = this.threads.get(tid);
    if (thread === undefined) return;
    const fd = fdOfEntry(entry, this.texts, this.interfaces);
    if (fd !== undefined) this.threads.ownFds(thread).set(entry.fd, fd);
  }

  #threadOf(entry: ThreadEntry): ThreadInfo {
    const thread = threadOfEntry(entry);
    this.readCgroups(thread, entry.cgroups);
    return thread;
  }

  /**
   * After the snapshot's last entry, before the first event, which does it where nobody else did.
   */
  finishSnapshot(): void {
    this.#snapshotOpen = false;
    const listeningPorts = new Set<number>();
    for (const thread of this.threads.values()) {
      this.threads.link(thread);
      for (const [, fd] of thread.fds?.entries() ?? []) {
        if (fd.isListening) listeningPorts.add(fd.sourcePort);
      }
    }
    for (const thread of this.threads.values()) {
      for (const [, fd] of thread.fds?.entries() ?? []) {
        orientConnection(fd, listeningPorts, this.interfaces);
      }
    }
    this.threads.lineageVersion++;
  }

  /**
   * What /proc says of a thread that no event told of. Its parent may be unknown; its connections
   * keep no direction.
   */
  #readThread(tid: number): ThreadInfo | undefined {
    const found = this.probe?.readThread(tid);
    if (found === undefined) return undefined;
    const thread = this.#threadOf(found.thread);
    for (const entry of found.fds) {
      const fd = fdOfEntry(entry, this.texts, this.interfaces);
      if (fd !== undefined) this.threads.ownFds(thread).set(entry.fd, fd);
    }
    return thread;
  }

  /**
   * Applies the event that the view is placed over and fills in the context. True when rules and
   * outputs may see the event; false when it only updates state.
   */
  apply(): boolean {
    const { context } = this;
    const { event } = context;
    const { type } = event;
    const traits = eventTraits[type] ?? 0;
    this.#changedAside = false;
    if (this.#snapshotOpen) this.finishSnapshot();
    if (this.#removalPending) this.#remove(event);
    if (event.timeHigh >= this.#nextPurgeHigh) this.#purge(event.timeHigh);
    context.takeTime((traits & Trait.STARTS_CLOCK) !== 0);
    this.#place(event, type, traits);
    if (event.paramCount > 0 || (traits & Trait.EXIT) === 0) reducers[type]?.(context);
    return (traits & Trait.HIDDEN) === 0 && !event.stateOnly;
  }

  /**
   * For an event that says the same as the one that was applied last, at a later time. True: that
   * changes nothing but times, which are up to date, and the context is as the first one left it.
   * False: it has to be applied. Also where something changed beside events: a snapshot in
   * mid-stream, a purge between two of them.
   */
  applyAgain(): boolean {
    const { context } = this;
    const { event, thread, fd } = context;
    const isRepeatable = ((eventTraits[event.type] ?? 0) & Trait.REPEATABLE) !== 0;
    // What found no room is counted each time.
    if (!isRepeatable || thread === undefined || (fd === undefined && event.i64(0) >= 0)) {
      return false;
    }
    if (context.enter !== undefined || this.threads.get(event.tid) !== thread) return false;
    if (this.#removalPending || event.timeHigh >= this.#nextPurgeHigh) return false;
    if (this.#changedAside || event.stateOnly) return false;
    context.takeTime(true);
    thread.lastSeenHigh = event.timeHigh;
    return true;
  }

  #eventThread(tid: number, traits: number): ThreadInfo | undefined {
    if ((traits & Trait.LOOKS_UP) !== 0) return this.threads.lookUp(tid);
    return (traits & Trait.NO_THREAD) === 0 ? this.threads.get(tid) : undefined;
  }

  /** The thread and the descriptor that the event's header and parameters name. */
  #place(event: EventView, type: number, traits: number): void {
    const { context, threads } = this;
    const thread = this.#eventThread(event.tid, traits);
    context.thread = thread;
    context.main = undefined;
    context.fdNumber = NO_FD;
    context.fd = undefined;
    context.fdNameChanged = false;
    context.enter = undefined;
    if (thread === undefined) return;
    context.main = threads.mainOf(thread);
    thread.lastSeenHigh = event.timeHigh;
    if (thread.entered) {
      context.enter = thread.enter?.isOf(type) === true ? thread.enter : undefined;
      if ((traits & Trait.EXIT) !== 0) thread.entered = false;
    }
    const param = fdParam[type] ?? NO_FD;
    if (param < 0 || event.paramLength(param) === 0) return;
    const number = event.i64(param);
    context.fdNumber = number;
    context.fd = threads.fdsOf(thread)?.get(number);
    this.fdLookups++;
    if (context.fd === undefined) this.failedFdLookups++;
  }

  /** For reducers: the thread exits; it goes when the next event is applied. */
  removeThreadLater(tid: number): void {
    this.#exitedTid = tid;
    this.#removalPending = true;
  }

  /** For reducers: the descriptor is closed; it goes when the next event is applied. */
  removeFdLater(table: FdTable, fd: number): void {
    this.#closedIn = table;
    this.#closedFd = fd;
    this.#removalPending = true;
  }

  #remove(event: EventView): void {
    this.#removalPending = false;
    if (this.#exitedTid >= 0) {
      const ptid = this.threads.get(this.#exitedTid)?.ptid ?? -1;
      this.exited.add(this.#exitedTid, ptid, event.timeLow, event.timeHigh);
      this.threads.remove(this.#exitedTid);
      this.#exitedTid = -1;
    }
    this.#closedIn?.delete(this.#closedFd);
    this.#closedIn = undefined;
  }

  /**
   * For a timer, with the high word of the wall clock's time: purges if that is due. So it happens
   * while no events come, too, and after a clock was set back: events alone would be too early for
   * it for as long as that took.
   */
  purgeIfDue(timeHigh: number): void {
    const isClockBack = timeHigh < this.#nextPurgeHigh - 2 * this.#purgeUnits;
    if (timeHigh >= this.#nextPurgeHigh || isClockBack) this.#purge(timeHigh);
  }

  /**
   * Removes threads that are idle and gone. Live only: a replay cannot know who still runs, and its
   * table is bounded anyway.
   */
  #purge(timeHigh: number): void {
    const isFirst = this.#nextPurgeHigh === 0;
    this.#nextPurgeHigh = timeHigh + this.#purgeUnits;
    if (isFirst) return;
    this.threads.forgetOldLeaders();
    const { probe } = this;
    if (probe === undefined) return;
    const idleSince = timeHigh - this.#timeoutUnits;
    const gone: number[] = [];
    for (const { tid, pid, comm, isInvalid, lastSeenHigh } of this.threads.values()) {
      const isIdle = lastSeenHigh < idleSince;
      const isGone = isInvalid || (isIdle && !probe.isAlive(pid, tid, comm, lastSeenHigh));
      if (isGone) gone.push(tid);
    }
    for (const tid of gone) this.threads.remove(tid);
    this.purged += gone.length;
    this.#changedAside = true;
  }

  /**
   * For reducers: sets the control groups that a parameter or list holds, and with them the
   * container. A list that is no list changes nothing.
   */
  readCgroups(thread: ThreadInfo, list: ByteString): void {
    const cgroups = this.#cgroups.read(list);
    if (cgroups === undefined) return;
    thread.cgroups = cgroups.text;
    thread.containerId = cgroups.containerId;
    const { container } = cgroups;
    if (container !== undefined && this.containers.get(container.id) === undefined) {
      this.containers.add(container);
    }
  }
}
