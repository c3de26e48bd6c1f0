/** `--list-plugins` and `--plugin-info`. */

import { basename } from 'node:path';
import { suggest } from '@saker/core/base/suggest.ts';
import {
  builtInOf,
  containerCapabilities,
  containerFacts,
} from '../../plugins/built-in-plugins.ts';
import { formatPlugin, type LoadedPlugin, type PluginFacts } from '../../plugins/loaded-plugin.ts';
import type { LoadedPlugins } from '../../plugins/loaded-plugins.ts';
import type { EventSourcing, SuggestedParams } from '../../plugins/plugin.ts';
import { PluginError, thrownText } from '../../plugins/plugin-error.ts';
import { CommandError } from '../command-error.ts';

interface ListedPlugin extends Pick<LoadedPlugin, 'capabilities'> {
  readonly facts: PluginFacts;
  /** Undefined: it is there whether or not the configuration names it. */
  readonly loaded: LoadedPlugin | undefined;
}

export function pluginListText(plugins: LoadedPlugins): string {
  const listed = listedPlugins(plugins);
  const blocks = listed.map(({ facts, capabilities }) => formatPlugin(facts, capabilities));
  return `${listed.length} Plugins Loaded:\n\n${blocks.join('')}\n`;
}

/** By the name of the plugin or of its entry, or by its library. */
export function pluginInfoText(nameOrLibrary: string, plugins: LoadedPlugins): string {
  const listed = listedPlugins(plugins);
  const plugin = listed.find((each) => isMeant(each, nameOrLibrary));
  if (plugin === undefined) throw notLoaded(nameOrLibrary, listed);
  const { facts, capabilities, loaded } = plugin;
  return formatPlugin(facts, capabilities) + schemaText(facts) + paramsText(loaded);
}

/** Containers are always there. */
function listedPlugins(plugins: LoadedPlugins): readonly ListedPlugin[] {
  const listed = plugins.plugins.map((loaded) => ({ ...loaded, loaded }));
  if (listed.some(({ facts }) => facts.name === containerFacts.name)) return listed;
  const container = {
    facts: containerFacts,
    capabilities: containerCapabilities,
    loaded: undefined,
  };
  return [container, ...listed];
}

function isMeant({ facts, loaded }: ListedPlugin, nameOrLibrary: string): boolean {
  const builtIn = builtInOf(basename(nameOrLibrary));
  if (facts.name === nameOrLibrary || facts.name === builtIn?.name) return true;
  if (loaded === undefined) return false;
  const { name, libraryPath } = loaded.config;
  const path = loaded.place.kind === 'built-in' ? undefined : loaded.place.path;
  return [name, libraryPath, path].includes(nameOrLibrary);
}

function notLoaded(nameOrLibrary: string, listed: readonly ListedPlugin[]): CommandError {
  if (builtInOf(basename(nameOrLibrary)) !== undefined) {
    const hint = 'it is built in; name it in load_plugins, and in plugins';
    return new CommandError(`plugin "${nameOrLibrary}" is not loaded: ${hint}`);
  }
  const meant = suggest(
    nameOrLibrary,
    listed.map(({ facts }) => facts.name),
  );
  const hint = meant === undefined ? '--list-plugins shows all' : `did you mean "${meant}"?`;
  return new CommandError(`there is no plugin "${nameOrLibrary}": ${hint}`);
}

function schemaText({ configSchema }: PluginFacts): string {
  if (configSchema === undefined) {
    return 'Init config schema type: Not available, the plugin has none\n\n\n';
  }
  return `Init config schema type: JSON\n${JSON.stringify(configSchema, null, 2)}\n\n`;
}

/** Only of plugins that have a source. */
function paramsText(loaded: LoadedPlugin | undefined): string {
  const sourcing = loaded?.plugin.sourcing;
  if (loaded === undefined || sourcing === undefined) return '';
  const params = suggestedParams(loaded, sourcing);
  if (params.length === 0) return 'No suggested open params available: the plugin has none\n\n';
  const lines = params.map(({ value, description }) =>
    description === undefined ? `${value}\n` : `${value}: ${description}\n`,
  );
  return `Suggested open params:\n${lines.join('')}\n`;
}

function suggestedParams(
  { config }: LoadedPlugin,
  sourcing: EventSourcing,
): readonly SuggestedParams[] {
  try {
    return sourcing.suggestedParams?.() ?? [];
  } catch (cause) {
    const reason = `it cannot suggest open_params: ${thrownText(cause)}`;
    throw new PluginError('source', config.name, reason, { cause });
  }
}
