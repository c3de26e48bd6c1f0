/**
 * What happens on this machine, into a capture: first what is there, then every event. State is
 * kept as live detection keeps it, because a filter looks at it and containers are noticed by it.
 */

import { LiveContainers } from '@saker/agent/app/live/live-containers.ts';
import { loadConfig } from '@saker/agent/config/load-config.ts';
import type { LookupLog } from '@saker/agent/enrich/container-lookup.ts';
import { installNodeHost } from '@saker/agent/host/node-host.ts';
import { LiveEvents } from '@saker/agent/sources/live/live-events.ts';
import { ProcProbe } from '@saker/agent/sources/proc/proc-probe.ts';
import { scanMachine } from '@saker/agent/sources/proc/proc-scan.ts';
import { ProcTree } from '@saker/agent/sources/proc/proc-tree.ts';
import { ringBytes } from '@saker/agent/sources/ring-size.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { eventTable } from '@saker/core/events/event-table.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { EF } from '@saker/core/events/param-types.gen.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import type { ScapWriter } from '@saker/core/scap/scap-writer.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { sensorImage } from '@saker/sensor/image.ts';
import { Sensor } from '@saker/sensor/sensor.ts';
import type { SensorCounters } from '@saker/sensor/sensor-counters.ts';
import { EventFilter } from './event-filter.ts';
import { bothSinks } from './snapshot-sinks.ts';

export interface RecordingOptions {
  readonly syscalls: ReadonlySet<number>;
  /** Bytes that are kept of data; undefined: as live detection. */
  readonly snapBytes: number | undefined;
  /** Undefined: all events are written. */
  readonly filter: RuleSet | undefined;
  readonly hostname: string;
  /** HOST_ROOT: where the host's root is mounted; "" when it is ours. */
  readonly hostRoot: string;
  readonly log: LookupLog;
}

/** 16 MiB: a disk may take a moment. */
const RING_PRESET = 5;

/** Events without which a reader would take later ones for something else. */
const keepsState: Uint8Array = Uint8Array.from(eventTable, ({ id, flags }) =>
  (flags & EF.EF_MODIFIES_STATE) !== 0 || id === PPME.PPME_ASYNCEVENT_E ? 1 : 0,
);

export interface ReadConsumer {
  readonly onPause: () => boolean;
  readonly isExpectant: () => boolean;
}

export class Recording {
  /** Written, to be shown; with them those that only tell readers how things are. */
  events = 0;
  hidden = 0;
  readonly #sensor: Sensor;
  readonly #event: EventView = new EventView();
  readonly #events: LiveEvents;
  readonly #containers: LiveContainers;
  readonly #tree: ProcTree;
  readonly #probe: ProcProbe;
  readonly #state: SystemState;
  readonly #filter: EventFilter | undefined;
  #writer: ScapWriter | undefined = undefined;
  readonly #consumer = { onEvent: (): void => this.#onEvent() };

  /** From now on records wait in the ring. SensorError when the kernel does not let us. */
  constructor(options: RecordingOptions) {
    installNodeHost();
    const { syscalls, snapBytes, hostname, hostRoot } = options;
    const { config } = loadConfig({ file: undefined, options: [], environment: {} });
    this.#tree = new ProcTree({ hostRoot, hostname });
    this.#probe = new ProcProbe(this.#tree);
    this.#sensor = new Sensor({
      image: sensorImage(),
      syscalls,
      ringBytes: ringBytes(RING_PRESET),
      snapBytes: snapBytes ?? config.snapBytes,
    });
    this.#events = new LiveEvents(this.#sensor, this.#event);
    this.#containers = new LiveContainers({
      config: config.containers,
      hostRoot,
      log: options.log,
      onRecord: (record) => this.#events.insert(record, this.#consumer),
      onKnown: () => undefined,
    });
    this.#state = new SystemState(this.#event, {
      containers: {
        engines: config.containers.engines,
        onMatch: (match, cgroup) => this.#containers.onMatch(match, cgroup),
      },
      probe: this.#probe,
      bootTime: this.#tree.bootTime,
      ipv6ListenersLoseTuple: false,
    });
    const { filter } = options;
    this.#filter = filter === undefined ? undefined : new EventFilter(filter, this.#state);
  }

  get counters(): SensorCounters {
    return this.#sensor.counters();
  }

  /** Records that no form of the format can hold, or that were no events. */
  get leftOut(): number {
    return (this.#writer?.tooLong ?? 0) + this.#events.damaged;
  }

  /** What is there already goes to the writer; the first events may be those of containers. */
  async start(writer: ScapWriter): Promise<void> {
    this.#writer = writer;
    this.#containers.watch(this.#state, this.#tree);
    scanMachine(this.#tree, bothSinks(this.#state, writer), {
      onThread: (tid, startTicks) => this.#probe.noteStart(tid, startTicks),
    });
    await this.#containers.start();
  }

  /**
   * Until `onPause` says that it is enough; what waits in the ring then is still read.
   * `isExpectant`: it is to be called soon though nothing happens.
   */
  async read({ onPause, isExpectant }: ReadConsumer): Promise<void> {
    await this.#events.read({
      ...this.#consumer,
      onPause: () => {
        this.#containers.tick(performance.now());
        return onPause();
      },
      isExpectant: () => isExpectant() || this.#containers.isLooking(performance.now()),
    });
    this.stop();
    this.#events.readRest(this.#consumer);
  }

  /** Nothing that happens from now on is recorded. */
  stop(): void {
    this.#sensor.detach();
  }

  async close(): Promise<void> {
    await this.#containers.stop();
    this.#sensor.close();
    this.#tree.close();
  }

  #onEvent(): void {
    const event = this.#event;
    const isShown = this.#state.apply();
    const filter = this.#filter;
    if (filter === undefined || (isShown && filter.accepts(this.#state.context))) {
      if (this.#writer?.event(event) === true) this.events++;
    } else if (keepsState[event.type] === 1 && this.#writer?.hidden(event) === true) {
      this.hidden++;
    }
  }
}
