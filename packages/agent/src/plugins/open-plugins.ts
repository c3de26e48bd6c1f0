/**
 * From the entries of the configuration to opened plugins, in the order of load_plugins. All or
 * none: where one cannot be used, those that were opened are closed again.
 */

import { fieldClasses, SYSCALL_SOURCE, servesSource } from '@saker/core/fields/field-classes.ts';
import type { LogLevel } from '../config/log-level.ts';
import type { PluginConfig } from '../config/service-config.ts';
import { builtInOf, containerCapabilities, containerFacts } from './built-in-plugins.ts';
import { checkPlugin } from './check-plugin.ts';
import { beforeDeadline, isLate, OPEN_MS } from './deadline.ts';
import { findPlugin, PLUGIN_FOLDER, type PluginPlace } from './find-plugin.ts';
import { checkInitConfig } from './init-config.ts';
import {
  capabilitiesOf,
  isSamePlugin,
  type LoadedPlugin,
  type PluginFacts,
} from './loaded-plugin.ts';
import { LoadedPlugins } from './loaded-plugins.ts';
import type { PluginFactory, PluginHost } from './plugin.ts';
import { isConfigError, PluginError, thrownText } from './plugin-error.ts';
import { type FieldOwner, fieldClassesOf } from './plugin-fields.ts';
import { importPlugin } from './plugin-module.ts';
import { SeenEvent } from './seen-event.ts';

export interface OpenOptions {
  readonly log: PluginLog;
  /** Folder of the configuration file, which relative library_paths may mean. */
  readonly configFolder?: string | undefined;
  /** Of the configuration that a reload replaces: plugins that are in both stay open. */
  readonly previous?: LoadedPlugins | undefined;
  /**
   * For whoever only tells of plugins: one that refuses its init_config is told of without what it
   * can do, which nobody knows then. Default: it is an error.
   */
  readonly onRefused?: ((error: PluginError) => void) | undefined;
}

export interface PluginLog {
  log(level: LogLevel, message: string): void;
}

/** In the place of capabilities that are not known. */
const UNKNOWN = 'unknown, because it refuses its init_config';

/** What a factory gave, with all that it was given. */
interface OpenedFactory {
  readonly config: PluginConfig;
  readonly place: PluginPlace;
  readonly factory: PluginFactory;
  readonly host: PluginHost;
  readonly opened: unknown;
}

/** Messages of one plugin about its own mistakes; a broken one has some for every event. */
const PROBLEMS_TOLD_MAX = 100;

/** PluginError when one of them cannot be used. */
export async function openPlugins(
  configs: readonly PluginConfig[],
  options: OpenOptions,
): Promise<LoadedPlugins> {
  const opening = new Opening(options);
  try {
    // biome-ignore lint/performance/noAwaitInLoops: one may need what another one set up
    for (const config of configs) await opening.open(config);
    return opening.finish();
  } catch (error) {
    await new LoadedPlugins(opening.plugins).close(options.previous);
    throw error;
  }
}

class Opening {
  readonly plugins: LoadedPlugin[] = [];
  readonly #options: OpenOptions;
  /** Names of sources by the ids of their plugins: one for all that reloads keep. */
  readonly #sourceIds: Map<number, string>;

  constructor(options: OpenOptions) {
    this.#options = options;
    this.#sourceIds = options.previous?.sourceIds ?? new Map<number, string>();
  }

  async open(config: PluginConfig): Promise<void> {
    const { previous, log, configFolder } = this.#options;
    const folders = [PLUGIN_FOLDER, ...(configFolder === undefined ? [] : [configFolder])];
    const place = findPlugin(config, folders);
    const kept = previous?.plugins.find((each) => isSamePlugin(each, { config, place }));
    if (kept !== undefined) {
      this.plugins.push({ ...kept, config });
      return;
    }
    this.plugins.push(
      isPartOfSaker(place)
        ? this.#tellLoaded(partOfSaker(config, place))
        : await this.#openOrTell(config, place, await factoryAt(config, place, log)),
    );
  }

  #tellLoaded(plugin: LoadedPlugin): LoadedPlugin {
    const { facts, place } = plugin;
    const where = place.kind === 'built-in' ? 'which is built in' : `from file ${place.path}`;
    this.#options.log.log('info', `Loaded plugin '${facts.name}@${facts.version}' ${where}`);
    return plugin;
  }

  async #openOrTell(
    config: PluginConfig,
    place: PluginPlace,
    factory: PluginFactory,
  ): Promise<LoadedPlugin> {
    try {
      return this.#tellLoaded(await this.#openFactory(config, place, factory));
    } catch (error) {
      const { onRefused } = this.#options;
      const isRefusal = error instanceof PluginError && isConfigError(error);
      if (onRefused === undefined || !isRefusal) throw error;
      onRefused(error);
      return { ...withoutCapabilities(config, place, factory), capabilities: [UNKNOWN] };
    }
  }

  async #openFactory(
    config: PluginConfig,
    place: PluginPlace,
    factory: PluginFactory,
  ): Promise<LoadedPlugin> {
    const { name } = factory;
    const taken = this.plugins.find(({ facts }) => facts.name === name);
    if (taken !== undefined) {
      const reason = `a plugin of the name "${name}" is loaded already, as ${taken.config.name}`;
      throw new PluginError('duplicate', config.name, reason);
    }
    const host = hostOf(name, this.#options.log);
    const initConfig = checkedConfig(config, factory, host);
    const opened = await openedBy(config.name, () => factory.open(initConfig, host));
    try {
      return this.#loadedPlugin({ config, place, factory, host, opened });
    } catch (error) {
      await closeUnused(opened);
      throw error;
    }
  }

  #loadedPlugin({ config, place, factory, host, opened }: OpenedFactory): LoadedPlugin {
    const { name } = factory;
    const plugin = checkPlugin(config.name, opened);
    const owner: FieldOwner = {
      name,
      seen: new SeenEvent((id) => this.#sourceIds.get(id) ?? SYSCALL_SOURCE),
      onProblem: problemTeller(host),
    };
    const classes = plugin.extraction && fieldClassesOf(plugin.extraction, owner);
    return {
      config,
      place,
      facts: factory,
      capabilities: capabilitiesOf(plugin),
      plugin,
      owner,
      fieldClasses: classes ?? [],
    };
  }

  /** What concerns several of them. */
  finish(): LoadedPlugins {
    const loaded = new LoadedPlugins(this.plugins, this.#sourceIds);
    if (this.#options.onRefused !== undefined) return loaded;
    const sources = [SYSCALL_SOURCE, ...loaded.sources];
    for (const plugin of this.plugins) this.#checkId(plugin);
    for (const source of sources) this.#checkOverlaps(source);
    for (const plugin of this.plugins) checkUse(plugin, sources);
    for (const { plugin } of this.plugins) {
      if (plugin.sourcing !== undefined) {
        this.#sourceIds.set(plugin.sourcing.id, plugin.sourcing.source);
      }
    }
    return loaded;
  }

  /** Captures and async events tell sources by the id. */
  #checkId({ config, plugin: { sourcing } }: LoadedPlugin): void {
    const other = this.plugins.find(
      (each) => sourcing !== undefined && each.plugin.sourcing?.id === sourcing.id,
    );
    if (sourcing === undefined || other === undefined || other.config === config) return;
    const reason = `its source ${sourcing.source} has the id ${sourcing.id}, as ${other.config.name}`;
    throw new PluginError('duplicate', config.name, `${reason} has`);
  }

  #checkOverlaps(source: string): void {
    const owners = new Map<string, string>();
    for (const each of fieldClasses) {
      if (!servesSource(each, source)) continue;
      for (const { name } of each.fields) owners.set(name, 'Saker itself');
    }
    for (const { config, fieldClasses: classes } of this.plugins) {
      const served = classes.filter((each) => servesSource(each, source));
      for (const { name } of served.flatMap(({ fields }) => fields)) {
        const owner = owners.get(name);
        owners.set(name, `plugin ${config.name}`);
        if (owner === undefined) continue;
        const reason = `its field ${name} is one of ${owner} for source ${source}`;
        throw new PluginError('duplicate', config.name, reason);
      }
    }
  }
}

/** A plugin for sources that nobody gives does nothing, which nobody wants. */
function checkUse({ config, plugin }: LoadedPlugin, sources: readonly string[]): void {
  const { sourcing, extraction, parsing, asyncEvents } = plugin;
  const others = [extraction, parsing, asyncEvents].filter((each) => each !== undefined);
  if (sourcing !== undefined || others.length === 0) return;
  const wanted = others.flatMap((each) => each.sources);
  const isUsed = others.some(
    (each) => each.sources.length === 0 || each.sources.some((name) => sources.includes(name)),
  );
  if (isUsed) return;
  const reason = `it is for ${[...new Set(wanted)].join(', ')}, and no loaded plugin gives that source`;
  throw new PluginError('source', config.name, reason);
}

function isPartOfSaker(place: PluginPlace): place is PluginPlace & { readonly kind: 'built-in' } {
  return place.kind === 'built-in' && builtInOf(place.name)?.factory === undefined;
}

/** Containers: the configuration may name the plugin, and Saker does its work anyway. */
function partOfSaker(config: PluginConfig, place: PluginPlace): LoadedPlugin {
  const part = withoutCapabilities(config, place, containerFacts);
  return { ...part, capabilities: containerCapabilities };
}

function withoutCapabilities(
  config: PluginConfig,
  place: PluginPlace,
  facts: PluginFacts,
): Omit<LoadedPlugin, 'capabilities'> {
  const unused = new SeenEvent(() => SYSCALL_SOURCE);
  const owner = { name: facts.name, seen: unused, onProblem: () => {} };
  return { config, place, facts, plugin: {}, owner, fieldClasses: [] };
}

async function factoryAt(
  config: PluginConfig,
  place: PluginPlace,
  log: PluginLog,
): Promise<PluginFactory> {
  switch (place.kind) {
    case 'module':
      return importPlugin(config.name, place);
    case 'library': {
      const { openLibrary } = await import('./binary/binary-plugin.ts');
      return openLibrary(config.name, place.path, log);
    }
    case 'built-in': {
      const factory = await builtInOf(place.name)?.factory?.();
      if (factory !== undefined) return factory;
      throw new PluginError('missing', config.name, `${place.name} is not built in`);
    }
  }
}

function hostOf(name: string, log: PluginLog): PluginHost {
  return { log: (level, message) => log.log(level, `${name}: ${message}`) };
}

/** init_config as the plugin gets it. Where there is a schema, a text is JSON. */
function checkedConfig(
  { name, initConfig }: PluginConfig,
  { configSchema }: PluginFactory,
  host: PluginHost,
): unknown {
  // A key without a value says as much as none.
  if (configSchema === undefined) return initConfig ?? undefined;
  const value = typeof initConfig === 'string' ? parsedConfig(name, initConfig) : initConfig;
  const problems = checkInitConfig(value, configSchema);
  const errors = problems.filter(({ isError }) => isError).map(({ message }) => message);
  if (errors.length > 0) throw new PluginError('config', name, errors.join('; '));
  for (const { message } of problems) host.log('warning', message);
  return value;
}

function parsedConfig(plugin: string, text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = 'init_config is a text, and this plugin takes a map or a text of JSON';
    throw new PluginError('config', plugin, `${reason}: it is not valid JSON`, { cause });
  }
}

async function openedBy(plugin: string, open: () => unknown): Promise<unknown> {
  const opening = (async () => open())();
  const otherwise = 'it was not initialized';
  try {
    return await beforeDeadline(opening, { plugin, limitMs: OPEN_MS, otherwise });
  } catch (cause) {
    if (isLate(cause)) closeLater(opening);
    if (cause instanceof PluginError) throw cause;
    throw new PluginError('config', plugin, `it cannot be initialized: ${thrownText(cause)}`, {
      cause,
    });
  }
}

/** One that was opened, and is not what it should be: what it holds is given back. */
async function closeUnused(opened: unknown): Promise<void> {
  if (typeof opened !== 'object' || opened === null || !('close' in opened)) return;
  try {
    if (typeof opened.close === 'function') await Reflect.apply(opened.close, opened, []);
  } catch {
    // What is wrong with it is about to be told, and matters more.
  }
}

/** One that is opened after nobody waits for it any more, which has been told. */
function closeLater(opening: Promise<unknown>): void {
  opening.then(closeUnused, () => {});
}

function problemTeller(host: PluginHost): (problem: string) => void {
  let told = 0;
  return (problem) => {
    if (told >= PROBLEMS_TOLD_MAX) return;
    told++;
    const last = told === PROBLEMS_TOLD_MAX ? ' (more of its problems are not told)' : '';
    host.log('warning', `${problem}${last}`);
  };
}
