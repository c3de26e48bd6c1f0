/**
 * The source of system calls: the sensor, the state of the machine that its records are applied to,
 * and the containers that the state sees.
 */

import { EventView } from '@saker/core/events/event-view.ts';
import type { MachineInfo } from '@saker/core/events/snapshot.ts';
import type { ContainerOptions } from '@saker/core/state/cgroups.ts';
import { unknownContainer } from '@saker/core/state/container-info.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { sensorImage } from '@saker/sensor/image.ts';
import { Sensor } from '@saker/sensor/sensor.ts';
import type { ContainersConfig } from '../../config/config.ts';
import { type AsyncEvent, EventQueue, lostOf } from '../../plugins/event-queue.ts';
import { LiveEvents } from '../../sources/live/live-events.ts';
import { ProcProbe } from '../../sources/proc/proc-probe.ts';
import { scanMachine } from '../../sources/proc/proc-scan.ts';
import { ProcTree } from '../../sources/proc/proc-tree.ts';
import { ringBytes, ringText } from '../../sources/ring-size.ts';
import type { RunnableRules } from '../actions/load-rules.ts';
import { hostnameOf, type Session } from '../session.ts';
import { LiveContainers } from './live-containers.ts';
import { selectSyscalls, tellUnrecorded } from './select-syscalls.ts';

export interface SyscallSourceParts {
  readonly session: Session;
  readonly rules: RunnableRules;
  /** The event is the one that the state's view is over; state has not applied it yet. */
  readonly onEvent: () => void;
  /** What there is to know of the container is known now. */
  readonly onContainer: (id: string) => void;
}

export interface RunConsumer {
  readonly onPause: (count: number) => boolean;
  readonly isExpectant: () => boolean;
}

/** The wall clock is looked at so often: records take their time from it. */
const CLOCK_EVERY_MS = 10_000;
const NS_PER_MS = 1_000_000n;
/** In async events of system calls in place of the id of a source's plugin. */
const NO_PLUGIN = 0;

export class SyscallSource {
  readonly sensor: Sensor;
  readonly state: SystemState;
  readonly event: EventView = new EventView();
  readonly events: LiveEvents;
  readonly containers: LiveContainers;
  readonly #parts: SyscallSourceParts;
  readonly #tree: ProcTree;
  readonly #probe: ProcProbe;
  /** Events that plugins send beside the stream, maybe in the middle of one of it. */
  readonly #asyncEvents = new EventQueue(NO_PLUGIN, () => this.#takeAsyncSoon());
  #asyncTurn: NodeJS.Immediate | undefined = undefined;
  #clockAtMs = 0;

  /** SensorError when the kernel does not let us. */
  constructor(parts: SyscallSourceParts) {
    this.#parts = parts;
    const { session, rules } = parts;
    const { environment, log } = session;
    const hostRoot = environment['HOST_ROOT'] ?? '';
    // From here on records wait in the ring while everything else gets ready.
    this.sensor = openSensor(session, rules);
    tellUnrecorded(rules.ruleSet, this.sensor.programNames, log);
    this.events = new LiveEvents(this.sensor, this.event);
    this.containers = this.#openContainers(hostRoot);
    this.#tree = new ProcTree({ hostRoot, hostname: hostnameOf(session) });
    this.#probe = new ProcProbe(this.#tree);
    this.state = this.#openState();
  }

  #openContainers(hostRoot: string): LiveContainers {
    const { session, onContainer, onEvent } = this.#parts;
    return new LiveContainers({
      config: session.config.containers,
      hostRoot,
      log: session.libsLog,
      onRecord: (record) => this.events.insert(record, { onEvent }),
      onKnown: onContainer,
    });
  }

  #openState(): SystemState {
    const { config } = this.#parts.session;
    return new SystemState(this.event, {
      ...(config.threadTableSize > 0 && { threadsMax: config.threadTableSize }),
      containers: {
        engines: config.containers.engines,
        ...staticContainer(config.containers),
        onMatch: (match, cgroup) => this.containers.onMatch(match, cgroup),
      },
      probe: this.#probe,
      bootTime: this.#tree.bootTime,
      ipv6ListenersLoseTuple: false,
      purgeIntervalS: config.threadPurge.intervalS,
      threadTimeoutS: config.threadPurge.timeoutS,
    });
  }

  /** What is known of the machine itself. */
  get machine(): MachineInfo {
    return this.#tree.machine;
  }

  /** What was there before the first record. Records that come meanwhile are applied after it. */
  scan(): void {
    const { log } = this.#parts.session;
    log.info("Opening 'syscall' source with modern BPF probe.");
    this.containers.watch(this.state, this.#tree);
    const { threads, descriptors, durationMs } = scanMachine(this.#tree, this.state, {
      onThread: (tid, startTicks) => this.#probe.noteStart(tid, startTicks),
    });
    const took = `${durationMs.toFixed(0)} ms`;
    log.debug(`Found ${threads} threads with ${descriptors} descriptors in ${took}`);
  }

  /** An event that a plugin sends beside the stream. False when too many wait already. */
  insertAsync({ name, data, timeNs }: AsyncEvent): boolean {
    return this.#asyncEvents.addAsync(name, data, timeNs);
  }

  /** In a turn of its own, which is between batches: the one view may be over an event now. */
  #takeAsyncSoon(): void {
    this.#asyncTurn ??= setImmediate(() => this.#takeAsync());
  }

  #takeAsync(): void {
    this.#asyncTurn = undefined;
    const { onEvent } = this.#parts;
    // Those that come meanwhile have the next turn: a plugin may answer each with another one.
    for (let left = this.#asyncEvents.length; left > 0; left--) {
      const record = this.#asyncEvents.next();
      if (record !== undefined) this.events.insert(record, { onEvent });
    }
    if (this.#asyncEvents.length > 0) this.#takeAsyncSoon();
  }

  /**
   * Until `onPause`, which is called between batches, says that it is enough. `isExpectant`: it is
   * to be called soon though nothing happens.
   */
  async run({ onPause, isExpectant }: RunConsumer): Promise<void> {
    const { onEvent } = this.#parts;
    await this.containers.start();
    await this.events.read({
      onEvent,
      onPause,
      isExpectant: () => isExpectant() || this.containers.isLooking(performance.now()),
    });
    this.sensor.detach();
    this.events.readRest({ onEvent });
    clearImmediate(this.#asyncTurn);
    this.#takeAsync();
  }

  /** From now on what these rules and this configuration ask for is recorded. */
  select(session: Session, rules: RunnableRules): void {
    this.sensor.select(syscallsOf(session, rules));
    tellUnrecorded(rules.ruleSet, this.sensor.programNames, session.log);
  }

  /** To be called now and then, between batches. */
  tick(nowMs: number): void {
    this.containers.tick(nowMs);
    if (nowMs - this.#clockAtMs <= CLOCK_EVERY_MS) return;
    this.#clockAtMs = nowMs;
    this.sensor.followClock();
    // No events, no time: then the wall clock tells the state what is old.
    this.state.purgeIfDue(Number(wallTimeNs() >> 32n));
  }

  /** Nothing of ours records any more, and no runtime is asked. */
  async stop(): Promise<void> {
    this.sensor.detach();
    await this.containers.stop();
  }

  close(): void {
    this.sensor.close();
    this.#tree.close();
  }

  /** What does not concern everybody, but whoever looks for what is missing in an alert. */
  logCounts(): void {
    const asyncLost = lostOf(this.#asyncEvents.counters);
    if (asyncLost > 0) {
      this.#parts.session.log.warning(
        `${asyncLost} events of plugins beside system calls are lost`,
      );
    }
    const { threads, fds, gone, refused, fdsLeftOut } = this.#probe.counters;
    const { log } = this.#parts.session;
    const { stats, accountsDropped } = this.containers;
    if (stats !== undefined) {
      const { delivered, notFound, errors, dropped, omitted } = stats;
      log.debug(
        `Containers: ${delivered} times metadata, ${notFound} unknown to all runtimes, ` +
          `${errors} errors; left out: ${dropped} lookups, ${omitted} values, the users of ` +
          `${accountsDropped}`,
      );
    }
    log.debug(
      `Looked up in /proc: ${threads} threads and ${fds} descriptors; ${gone} were gone, for ` +
        `${refused} there was no time, ${fdsLeftOut} descriptors were left out`,
    );
  }
}

function syscallsOf(
  { config, log }: Session,
  { ruleSet, loaded }: RunnableRules,
): ReadonlySet<number> {
  const wishes = {
    base: config.baseSyscalls,
    keepsClose: config.capture.enabled,
    parsedEvents: loaded.plugins.parsedCodes,
  };
  return selectSyscalls(ruleSet, wishes, log);
}

function openSensor(session: Session, rules: RunnableRules): Sensor {
  const { config, log } = session;
  const syscalls = syscallsOf(session, rules);
  const bytes = ringBytes(config.engine.ringPreset);
  log.info(ringText(bytes));
  return new Sensor({
    image: sensorImage(),
    syscalls,
    ringBytes: bytes,
    dropFailed: config.engine.dropsFailedCalls,
    snapBytes: config.snapBytes,
  });
}

function staticContainer({ staticContainer: fixed }: ContainersConfig): ContainerOptions {
  if (fixed === undefined) return {};
  const { id, name, image } = fixed;
  return { staticContainer: { ...unknownContainer, id, name, image, type: 'static' } };
}

function wallTimeNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}
