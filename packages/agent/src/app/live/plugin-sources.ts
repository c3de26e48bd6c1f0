/**
 * The event sources that plugins give, while they are open. A reload keeps those that it does not
 * change, with all that waits in them.
 */

import type { MachineInfo } from '@saker/core/events/snapshot.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import { messageOf } from '../../host/errno.ts';
import { NO_EVENTS, type QueueCounters, sumOf } from '../../plugins/event-queue.ts';
import type { AsyncTarget, LoadedPlugins } from '../../plugins/loaded-plugins.ts';
import { isConfigError, PluginError } from '../../plugins/plugin-error.ts';
import type { PluginSource } from '../../plugins/plugin-source.ts';

export interface PluginSourcesParts {
  /** What evt.hostname tells. */
  readonly machine: MachineInfo | undefined;
  /** The event is the one that the source's view is over; its state has not applied it yet. */
  readonly onEvent: (source: PluginSource) => void;
  /** After some events: alerts may go out. */
  readonly onPause: () => void;
  /** No more events come from the source; with an error it should not have ended. */
  readonly onEnd: (source: PluginSource, error: PluginError | undefined) => void;
  /** A source that was closed for one that could not be opened is there again, with a new state. */
  readonly onReopen: () => void;
  readonly onProblem: (message: string) => void;
  /** Where plugins' events beside the stream of system calls go; undefined: none are read. */
  readonly syscallTarget: AsyncTarget | undefined;
}

/** Of a source that is closed, rules see for so long what waits. */
const REST_MS = 1000;

export class PluginSources {
  #open: readonly PluginSource[] = [];
  #plugins: LoadedPlugins | undefined = undefined;
  /** Of `#open` those that made room for what is being prepared. */
  readonly #madeRoom = new Set<PluginSource>();
  readonly #parts: PluginSourcesParts;
  /** By name: what was counted by sources that others took the place of. */
  readonly #counted = new Map<string, QueueCounters>();

  constructor(parts: PluginSourcesParts) {
    this.#parts = parts;
  }

  get open(): readonly PluginSource[] {
    return this.#open;
  }

  /** By name, of those that are open: since the program started, whatever was opened anew. */
  get counters(): readonly (readonly [name: string, counters: QueueCounters])[] {
    return this.#open.map((source) => [source.name, this.#countsWith(source)]);
  }

  #countsWith({ name, counters }: PluginSource): QueueCounters {
    return sumOf(this.#counted.get(name) ?? NO_EVENTS, counters);
  }

  /** It is closed, and not among those that are open any more. */
  #retire(source: PluginSource): void {
    this.#counted.set(source.name, this.#countsWith(source));
  }

  /** No more events will come of any of them. */
  get areOver(): boolean {
    return this.#open.every(({ isOver }) => isOver);
  }

  /**
   * The sources of these names, open but not started; those that are unchanged are the ones that
   * run. PluginError when one cannot be opened: then all is as it was.
   */
  async prepare(
    plugins: LoadedPlugins,
    names: readonly string[],
  ): Promise<readonly PluginSource[]> {
    const prepared: PluginSource[] = [];
    try {
      for (const name of names) {
        const kept = this.#open.find((source) => source.name === name);
        if (kept?.isClosed === false && plugins.isUnchanged(kept)) {
          prepared.push(kept);
          continue;
        }
        // biome-ignore lint/performance/noAwaitInLoops: the first failure is the one to tell
        prepared.push(await this.#openSource(plugins, name, kept));
      }
    } catch (error) {
      await this.discard(prepared);
      throw error;
    }
    return prepared;
  }

  /** What was prepared and is not wanted any more: what made room for it is opened again. */
  async discard(prepared: readonly PluginSource[]): Promise<void> {
    await this.#closeAll(prepared.filter((source) => !this.#open.includes(source)));
    for (const source of this.#madeRoom) {
      // biome-ignore lint/performance/noAwaitInLoops: they are few
      await this.#reopen(source);
    }
    this.#madeRoom.clear();
  }

  /** Rules see what was prepared; what ran before and is not among it is closed. */
  async take(plugins: LoadedPlugins, prepared: readonly PluginSource[]): Promise<void> {
    const before = this.#open;
    const previous = this.#plugins;
    this.#open = prepared;
    this.#plugins = plugins;
    this.#madeRoom.clear();
    for (const source of prepared) if (!before.includes(source)) this.#start(source);
    plugins.startAsync((name) => this.#asyncTarget(name), previous);
    const replaced = before.filter((source) => !prepared.includes(source));
    // Before anything is waited for, they take no event any more, and their counts are final.
    const closing = this.#closeAll(replaced);
    for (const source of replaced) this.#retire(source);
    await closing;
  }

  async close(): Promise<void> {
    await this.#closeAll(this.#open);
  }

  #asyncTarget(name: string): AsyncTarget | undefined {
    if (name === SYSCALL_SOURCE) return this.#parts.syscallTarget;
    const source = this.#open.find((each) => each.name === name);
    return source && ((event, data, timeNs) => source.addAsync(event, data, timeNs));
  }

  #start(source: PluginSource): void {
    source.start({
      onEvent: () => this.#parts.onEvent(source),
      onPause: () => this.#parts.onPause(),
    });
  }

  /** If need be in place of `before`, which may hold what it wants: a port. */
  async #openSource(
    plugins: LoadedPlugins,
    name: string,
    before: PluginSource | undefined,
  ): Promise<PluginSource> {
    const source = this.#newSource(plugins, name);
    try {
      await source.open();
      return source;
    } catch (error) {
      if (before === undefined || isConfigError(error)) throw error;
    }
    await this.#closeAll([before]);
    this.#madeRoom.add(before);
    const again = this.#newSource(plugins, name);
    await again.open();
    return again;
  }

  async #reopen(source: PluginSource): Promise<void> {
    if (this.#plugins === undefined) return;
    const again = this.#newSource(this.#plugins, source.name);
    try {
      await again.open();
    } catch (error) {
      this.#parts.onProblem(messageOf(error));
      return;
    }
    this.#open = this.#open.map((each) => (each === source ? again : each));
    this.#retire(source);
    this.#parts.onReopen();
    this.#start(again);
  }

  #newSource(plugins: LoadedPlugins, name: string): PluginSource {
    const { machine, onEnd } = this.#parts;
    const source: PluginSource | undefined = plugins.source(name, {
      machine,
      onEnd: (error) => {
        if (source !== undefined) onEnd(source, error);
      },
    });
    if (source !== undefined) return source;
    throw new PluginError('source', name, 'no plugin gives a source of this name');
  }

  async #closeAll(sources: readonly PluginSource[]): Promise<void> {
    await Promise.all(
      sources.map(async (source) => {
        try {
          await source.close(REST_MS);
        } catch (error) {
          this.#parts.onProblem(messageOf(error));
        }
      }),
    );
  }
}
