/** One source of a plugin while it is open: its queue, the state that its events are applied to. */

import type { EventView } from '@saker/core/events/event-view.ts';
import type { MachineInfo } from '@saker/core/events/snapshot.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { EventQueue, type QueueCounters } from './event-queue.ts';
import type { EventParsing, EventSink, EventSourcing, OpenedSource } from './plugin.ts';
import { PluginError, thrownText } from './plugin-error.ts';
import { type PluginEventConsumer, PluginEvents } from './plugin-events.ts';

export interface PluginSourceOptions {
  /** As the configuration calls the plugin. */
  readonly plugin: string;
  readonly sourcing: EventSourcing;
  /** open_params. */
  readonly params: string;
  /** What evt.hostname tells; undefined with plugins_hostinfo off. */
  readonly machine?: MachineInfo | undefined;
  /** Sees every event before rules do: what plugins with the capability parse. */
  readonly parse?: ((context: EventContext) => void) | undefined;
  /** Whose doing `parse` is. */
  readonly parsedBy?: readonly EventParsing[] | undefined;
  /** No more events will come. With an error: it should not have ended. At most once. */
  readonly onEnd: (error: PluginError | undefined) => void;
}

/** What a source that is closed has for it: longer, and it is left behind. */
const CLOSE_MS = 5000;

export class PluginSource {
  /** What rules call it. */
  readonly name: string;
  readonly plugin: string;
  readonly params: string;
  /** Rules are evaluated on its context. Its events belong to no thread. */
  readonly state: SystemState;
  readonly #options: PluginSourceOptions;
  readonly #queue: EventQueue;
  readonly #events: PluginEvents;
  #opened: OpenedSource | undefined = undefined;
  #hasEnded = false;
  #isClosed = false;

  constructor(options: PluginSourceOptions) {
    const { sourcing, plugin, params, machine } = options;
    this.name = sourcing.source;
    this.plugin = plugin;
    this.params = params;
    this.#options = options;
    this.#queue = new EventQueue(sourcing.id, () => this.#events.wake());
    this.#events = new PluginEvents(this.#queue);
    this.state = new SystemState(this.#events.event);
    if (machine !== undefined) this.state.machine(machine);
  }

  get event(): EventView {
    return this.#events.event;
  }

  get counters(): QueueCounters {
    return this.#queue.counters;
  }

  /** Events that wait for rules. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Whether it is this one, with the same parameters, seen by the same plugins before rules. */
  isOf(sourcing: EventSourcing, params: string, parsedBy: readonly EventParsing[]): boolean {
    const parsers = this.#options.parsedBy ?? [];
    const isSameSource = this.#options.sourcing === sourcing && this.params === params;
    if (!isSameSource || parsers.length !== parsedBy.length) return false;
    return parsers.every((parser, at) => parser === parsedBy[at]);
  }

  /** No more events come from the plugin, and rules have seen all that came. */
  get isOver(): boolean {
    return this.#hasEnded && this.#queue.length === 0;
  }

  /**
   * Opens it. Events wait until `start`, so that nothing is lost meanwhile. PluginError when it
   * cannot be opened.
   */
  async open(): Promise<void> {
    const { sourcing, params, plugin } = this.#options;
    let opened: OpenedSource;
    try {
      opened = await sourcing.open(params, this.#sink());
    } catch (cause) {
      this.#queue.close();
      this.#isClosed = true;
      const what = params === '' ? '' : ` with open_params "${params}"`;
      const reason = `source ${this.name} cannot be opened${what}: ${thrownText(cause)}`;
      throw new PluginError('source', plugin, reason, { cause });
    }
    // Closed while it was being opened.
    if (this.#isClosed) await opened.close();
    else this.#opened = opened;
  }

  /** Its events are handed over from now on, in turns on this thread. */
  start(consumer: PluginEventConsumer): void {
    const { parse } = this.#options;
    if (parse === undefined) {
      this.#events.start(consumer);
      return;
    }
    this.#events.start({
      onEvent: () => {
        parse(this.state.context);
        consumer.onEvent();
      },
      onPause: (count) => consumer.onPause(count),
    });
  }

  /** Beside its stream: what another plugin tells. False when there is no room. */
  addAsync(name: string, data: Uint8Array, timeNs?: bigint): boolean {
    return this.#queue.addAsync(name, data, timeNs);
  }

  /**
   * Closes it: rules see what waits, for as long as `restMs`. Gives the number of events that they
   * did not see. PluginError when the plugin does not close.
   */
  async close(restMs: number): Promise<number> {
    if (this.#isClosed) return 0;
    this.#isClosed = true;
    this.#queue.close();
    const left = this.#events.stop(restMs);
    await this.#closeOpened();
    return left;
  }

  async #closeOpened(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    const { plugin } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const reason = `source ${this.name} is left open: it did not close within ${CLOSE_MS} ms`;
      timer = setTimeout(() => reject(new PluginError('source', plugin, reason)), CLOSE_MS);
    });
    try {
      await Promise.race([opened.close(), late]);
    } catch (cause) {
      if (cause instanceof PluginError) throw cause;
      const reason = `source ${this.name} did not close: ${thrownText(cause)}`;
      throw new PluginError('source', plugin, reason, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  #sink(): EventSink {
    const queue = this.#queue;
    return {
      event: (data, timeNs) => !this.#hasEnded && queue.add(data, timeNs),
      room: () => queue.room(),
      handled: () => queue.handled(),
      end: (error) => this.#end(error),
    };
  }

  async #endOnceHandled(): Promise<void> {
    await this.#queue.handled();
    this.#options.onEnd(undefined);
  }

  #end(error: Error | undefined): void {
    if (this.#hasEnded || this.#isClosed) return;
    this.#hasEnded = true;
    const { plugin, onEnd } = this.#options;
    if (error === undefined) {
      void this.#endOnceHandled();
      return;
    }
    const reason = `source ${this.name} failed: ${thrownText(error)}`;
    onEnd(new PluginError('source', plugin, reason, { cause: error }));
  }
}
