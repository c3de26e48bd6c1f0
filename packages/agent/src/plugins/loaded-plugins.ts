/**
 * The plugins that a configuration loads: what they add to rules, the sources that they give, and
 * what the rest of the agent does with them.
 */

import type { MachineInfo } from '@saker/core/events/snapshot.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import type { FieldClass } from '@saker/core/fields/field-classes.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import type { DescribedPlugin } from '@saker/core/rules/describe.ts';
import type { NamedVersion } from '@saker/core/rules/version.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { containerFacts } from './built-in-plugins.ts';
import { beforeDeadline, CLOSE_MS, isLate } from './deadline.ts';
import { eventProblem } from './event-queue.ts';
import type { LoadedPlugin } from './loaded-plugin.ts';
import type { AsyncEvents, EventParsing, Plugin, PluginMetric } from './plugin.ts';
import { type PluginError, thrownText } from './plugin-error.ts';
import { codesRead, eventFilter, type FieldOwner } from './plugin-fields.ts';
import { metricProblem } from './plugin-metrics.ts';
import { PluginSource } from './plugin-source.ts';
import {
  type SourceOrigin,
  sourceFields,
  syscallFields,
  type TableParts,
} from './source-fields.ts';

/** Where events beside the stream go: a source that is open. False: it has no room. */
export type AsyncTarget = (name: string, data: Uint8Array, timeNs?: bigint) => boolean;

export interface OwnedMetric extends PluginMetric {
  /** Name of the plugin. */
  readonly plugin: string;
}

export interface SourceOptions {
  /** What evt.hostname tells; undefined with plugins_hostinfo off. */
  readonly machine?: MachineInfo | undefined;
  readonly onEnd: (error: PluginError | undefined) => void;
}

/** A source and the entry of the configuration that opens it. */
interface OpenableSource extends SourceOrigin {
  readonly plugin: LoadedPlugin;
}

export class LoadedPlugins {
  /** In the order of load_plugins. */
  readonly plugins: readonly LoadedPlugin[];
  /** Names of sources by the ids that stand in their events. */
  readonly sourceIds: Map<number, string>;
  readonly #sources = new Map<string, OpenableSource>();
  readonly #startedAsync = new Set<AsyncEvents>();
  readonly #closed = new Set<Plugin>();

  constructor(plugins: readonly LoadedPlugin[], sourceIds: Map<number, string> = new Map()) {
    this.plugins = plugins;
    this.sourceIds = sourceIds;
    for (const plugin of plugins) {
      const { sourcing } = plugin.plugin;
      // Of several plugins that give one source, the first one is opened.
      if (sourcing === undefined || this.#sources.has(sourcing.source)) continue;
      this.#sources.set(sourcing.source, { sourcing, owner: plugin.owner, plugin });
    }
  }

  /** What required_plugin_versions is compared with: containers are always there. */
  get versions(): readonly NamedVersion[] {
    const versions = new Map([[containerFacts.name, containerFacts.version]]);
    for (const { facts } of this.plugins) versions.set(facts.name, facts.version);
    return Array.from(versions, ([name, version]) => ({ name, version }));
  }

  /** Names of the sources that can be opened, in the order of load_plugins. */
  get sources(): readonly string[] {
    return [...this.#sources.keys()];
  }

  /** Of all plugins, for `--list`. */
  get fieldClasses(): readonly FieldClass[] {
    return this.plugins.flatMap(({ fieldClasses }) => fieldClasses);
  }

  /** Fields of system calls; `ownFields`: static_fields of the configuration. */
  syscallFields(ownFields: ReadonlyMap<string, string>): FieldTable {
    return syscallFields(this.#tableParts(ownFields));
  }

  /** By source, in the order of `sources`. */
  sourceFields(ownFields: ReadonlyMap<string, string>): ReadonlyMap<string, FieldTable> {
    const parts = this.#tableParts(ownFields);
    return new Map(
      Array.from(this.#sources, ([name, origin]) => [name, sourceFields(origin, parts)]),
    );
  }

  #tableParts(ownFields: ReadonlyMap<string, string>): TableParts {
    const asyncEvents = this.plugins.flatMap(({ plugin }) => plugin.asyncEvents?.names ?? []);
    return { classes: this.fieldClasses, ownFields, asyncEvents };
  }

  /** Which rules need which plugin, for `-L`. */
  get described(): readonly DescribedPlugin[] {
    return this.plugins.flatMap(({ facts, plugin, fieldClasses }) => {
      const { sourcing, extraction, asyncEvents } = plugin;
      if (sourcing === undefined && extraction === undefined && asyncEvents === undefined)
        return [];
      const fields = fieldClasses.flatMap((each) => each.fields.map(({ name }) => name));
      return {
        name: facts.name,
        ...(sourcing && { eventSource: sourcing.source }),
        ...(extraction && { extracts: { sources: extraction.sources, fields } }),
        ...(asyncEvents && { asyncEvents }),
      };
    });
  }

  /** A source that is not open yet; undefined: no plugin gives it. */
  source(name: string, options: SourceOptions): PluginSource | undefined {
    const origin = this.#sources.get(name);
    if (origin === undefined) return undefined;
    const { config } = origin.plugin;
    return new PluginSource({
      ...options,
      plugin: config.name,
      sourcing: origin.sourcing,
      params: config.openParams,
      onProblem: origin.owner.onProblem,
      parse: this.parserOf(name),
      parsedBy: this.#parsingOf(name),
    });
  }

  /** After a reload: whether an open source goes on as it is. */
  isUnchanged(source: PluginSource): boolean {
    const origin = this.#sources.get(source.name);
    if (origin === undefined) return false;
    const { sourcing, plugin } = origin;
    return source.isOf(sourcing, plugin.config.openParams, this.#parsingOf(source.name));
  }

  #parsingOf(source: string): readonly EventParsing[] {
    return this.plugins.flatMap(({ plugin: { parsing } }) =>
      parsing !== undefined && serves(parsing.sources, source) ? [parsing] : [],
    );
  }

  /** Codes of the events of system calls that plugins want to see before rules do. */
  get parsedCodes(): ReadonlySet<number> {
    return new Set(this.#parsingOf(SYSCALL_SOURCE).flatMap(codesRead));
  }

  /**
   * What plugins do with every event of a source before rules see it; undefined: none wants to. The
   * context's view must be over the event.
   */
  parserOf(source: string): ((context: EventContext) => void) | undefined {
    const parsers = this.plugins.flatMap(({ plugin: { parsing }, owner }) =>
      parsing !== undefined && serves(parsing.sources, source) ? [parserOf(parsing, owner)] : [],
    );
    if (parsers.length === 0) return undefined;
    return (context) => {
      for (const parse of parsers) parse(context);
    };
  }

  /**
   * Async events are taken from now on. `targets`, asked for each event: where those for a source
   * go; undefined while it is not open. Those of plugins that were kept over a reload, which run
   * already, keep the targets that they have.
   */
  startAsync(targets: (source: string) => AsyncTarget | undefined, previous?: LoadedPlugins): void {
    const running = previous === undefined ? new Set() : previous.#startedAsync;
    for (const { plugin, owner } of this.plugins) {
      const { asyncEvents } = plugin;
      if (asyncEvents === undefined) continue;
      if (!running.has(asyncEvents)) {
        try {
          this.#start(asyncEvents, owner, targets);
        } catch (thrown) {
          owner.onProblem(`its async events do not start: ${thrownText(thrown)}`);
          continue;
        }
      }
      this.#startedAsync.add(asyncEvents);
    }
  }

  #start(
    asyncEvents: AsyncEvents,
    owner: FieldOwner,
    targets: (source: string) => AsyncTarget | undefined,
  ): void {
    const { names, sources } = asyncEvents;
    const known = new Set(names);
    asyncEvents.start({
      event: (name, data, timeNs) => {
        if (!known.has(name)) {
          owner.onProblem(`it sent an async event "${name}", which is not one of its names`);
          return false;
        }
        const problem = eventProblem(data, timeNs);
        if (problem !== undefined) {
          owner.onProblem(problem);
          return false;
        }
        let isTaken = true;
        for (const source of sources.length > 0 ? sources : this.#allSources()) {
          const target = targets(source);
          if (target !== undefined && !target(name, data, timeNs)) isTaken = false;
        }
        return isTaken;
      },
    });
  }

  #allSources(): readonly string[] {
    return [SYSCALL_SOURCE, ...this.#sources.keys()];
  }

  /** As they are now. One that is none would spoil the whole page that they stand on. */
  metrics(): readonly OwnedMetric[] {
    return this.plugins.flatMap(({ plugin, facts, owner }) => {
      try {
        const metrics = plugin.metrics?.() ?? [];
        return metrics.flatMap((metric) => {
          const problem = metricProblem(metric);
          if (problem === undefined) return { ...metric, plugin: facts.name };
          owner.onProblem(problem);
          return [];
        });
      } catch (thrown) {
        owner.onProblem(`its metrics cannot be read: ${thrownText(thrown)}`);
        return [];
      }
    });
  }

  /** After their sources were closed. `except`: what a reload keeps stays open. */
  async close(except?: LoadedPlugins): Promise<void> {
    const kept = new Set(except?.plugins.map(({ plugin }) => plugin));
    for (const { plugin, facts, owner } of [...this.plugins].reverse()) {
      if (kept.has(plugin) || this.#closed.has(plugin)) continue;
      this.#closed.add(plugin);
      const deadline = { plugin: facts.name, limitMs: CLOSE_MS, otherwise: 'it did not close' };
      try {
        // biome-ignore lint/performance/noAwaitInLoops: one depends on the other
        await beforeDeadline(this.#close(plugin), deadline);
      } catch (thrown) {
        const reason = isLate(thrown) ? thrown.reason : `it did not close: ${thrownText(thrown)}`;
        owner.onProblem(reason);
      }
    }
  }

  async #close(plugin: Plugin): Promise<void> {
    const { asyncEvents } = plugin;
    try {
      if (asyncEvents !== undefined && this.#startedAsync.delete(asyncEvents)) {
        await asyncEvents.stop();
      }
    } finally {
      await plugin.close?.();
    }
  }
}

function serves(sources: readonly string[], source: string): boolean {
  return sources.length === 0 || sources.includes(source);
}

function parserOf(parsing: EventParsing, owner: FieldOwner): (context: EventContext) => void {
  const isRead = eventFilter(parsing);
  let hasFailed = false;
  return (context) => {
    if (!isRead(context.event.type)) return;
    try {
      parsing.parse(owner.seen.of(context));
    } catch (thrown) {
      if (!hasFailed) owner.onProblem(`it cannot parse an event: ${thrownText(thrown)}`);
      hasFailed = true;
    }
  };
}
