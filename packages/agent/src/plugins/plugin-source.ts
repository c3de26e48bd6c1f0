/** One source of a plugin while it is open: its queue, the state that its events are applied to. */

import type { EventView } from '@saker/core/events/event-view.ts';
import type { MachineInfo } from '@saker/core/events/snapshot.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { beforeDeadline, CLOSE_MS, isLate, OPEN_MS } from './deadline.ts';
import { EventQueue, eventProblem, type QueueCounters } from './event-queue.ts';
import type { EventParsing, EventSink, EventSourcing, OpenedSource } from './plugin.ts';
import { isConfigError, PluginError, thrownText } from './plugin-error.ts';
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
  /** A mistake of the plugin's that costs an event. */
  readonly onProblem: (problem: string) => void;
}

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
  #hasFailed = false;
  #isClosed = false;
  /** Events that were taken, and were still waiting when it was closed. */
  #unseen = 0;

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
    const counters = this.#queue.counters;
    return { ...counters, lost: counters.lost + this.#unseen };
  }

  /** Events that wait for rules. */
  get queued(): number {
    return this.#queue.length;
  }

  /**
   * Whether it is this one, as it was opened, with the same parameters, seen by the same plugins
   * before rules. PluginError `config` when it is not, and could not be opened anew.
   */
  isOf(sourcing: EventSourcing, params: string, parsedBy: readonly EventParsing[]): boolean {
    const parsers = this.#options.parsedBy ?? [];
    const isSameSource = this.#options.sourcing === sourcing && this.params === params;
    // One that failed may do better when it is opened anew.
    if (!isSameSource || this.#hasFailed || parsers.length !== parsedBy.length) return false;
    return parsers.every((parser, at) => parser === parsedBy[at]) && !this.#hasChanged();
  }

  /** PluginError when what it reads beside its parameters cannot be used now. */
  #hasChanged(): boolean {
    const { sourcing, plugin } = this.#options;
    try {
      return sourcing.hasChanged?.() === true;
    } catch (cause) {
      const reason = `source ${this.name} cannot be opened anew: ${thrownText(cause)}`;
      throw new PluginError('config', plugin, reason, { cause });
    }
  }

  /** No event is taken any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** No more events come from the plugin, and rules have seen all that came. */
  get isOver(): boolean {
    return this.#hasEnded && this.#queue.length === 0;
  }

  /**
   * Opens it. Events wait until `start`, so that nothing is lost meanwhile. PluginError when it
   * cannot be opened: `config` when that is not because of something that another one holds.
   */
  async open(): Promise<void> {
    const { sourcing, params, plugin } = this.#options;
    const opening = this.#openedBy(sourcing);
    const otherwise = `source ${this.name} did not open`;
    let opened: OpenedSource;
    try {
      opened = await beforeDeadline(opening, { plugin, limitMs: OPEN_MS, otherwise });
    } catch (cause) {
      this.#queue.close();
      this.#isClosed = true;
      if (isLate(cause)) {
        closeLater(opening);
        throw cause;
      }
      const what = params === '' ? '' : ` with open_params "${params}"`;
      const reason = `source ${this.name} cannot be opened${what}: ${thrownText(cause)}`;
      throw new PluginError(isConfigError(cause) ? 'config' : 'source', plugin, reason, { cause });
    }
    // Closed while it was being opened.
    if (this.#isClosed) await opened.close();
    else this.#opened = opened;
  }

  async #openedBy(sourcing: EventSourcing): Promise<OpenedSource> {
    const opened: unknown = await sourcing.open(this.params, this.#sink());
    if (isOpenedSource(opened)) return opened;
    throw new Error('what its "open" gives must have a function "close"');
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
    this.#unseen = this.#events.stop(restMs);
    await this.#closeOpened();
    return this.#unseen;
  }

  async #closeOpened(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    const { plugin } = this.#options;
    const otherwise = `source ${this.name} is left open: it did not close`;
    const closing = (async () => opened.close())();
    try {
      await beforeDeadline(closing, { plugin, limitMs: CLOSE_MS, otherwise });
    } catch (cause) {
      if (isLate(cause)) throw cause;
      const reason = `source ${this.name} did not close: ${thrownText(cause)}`;
      throw new PluginError('source', plugin, reason, { cause });
    }
  }

  #sink(): EventSink {
    const queue = this.#queue;
    return {
      event: (data, timeNs) => !this.#hasEnded && this.#add(data, timeNs),
      room: () => queue.room(),
      handled: () => queue.handled(),
      end: (error) => this.#end(error),
    };
  }

  #add(data: Uint8Array, timeNs: bigint | undefined): boolean {
    const problem = eventProblem(data, timeNs);
    if (problem === undefined) return this.#queue.add(data, timeNs);
    this.#options.onProblem(problem);
    return this.#queue.refuse();
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
    this.#hasFailed = true;
    const reason = `source ${this.name} failed: ${thrownText(error)}`;
    onEnd(new PluginError('source', plugin, reason, { cause: error }));
  }
}

function isOpenedSource(opened: unknown): opened is OpenedSource {
  if (typeof opened !== 'object' || opened === null) return false;
  return 'close' in opened && typeof opened.close === 'function';
}

/** One that opens after nobody waits for it any more. */
function closeLater(opening: Promise<OpenedSource>): void {
  const closeOpened = async (): Promise<void> => (await opening).close();
  // That it did not open in time has been told.
  closeOpened().catch(() => {});
}
