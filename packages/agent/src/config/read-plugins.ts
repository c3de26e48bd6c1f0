/** `plugins` and `load_plugins`. */

import { posix } from 'node:path';
import { booleanOf } from '@saker/core/rules/yaml/yaml-node.ts';
import { numberOf } from './check-config.ts';
import { type ConfigNode, type MapNode, nodeAt } from './config-node.ts';
import type { ConfigProblems } from './config-problems.ts';
import { type ConfigReader, elementsOf, fallbackList, textAt } from './config-reader.ts';
import { AUDIT_FROM_WEB_SERVER, type PluginConfig } from './service-config.ts';

/** Where Falco's packages install plugins, and what relative paths are relative to. */
export const PLUGINS_FOLDER = '/usr/share/falco/plugins/';

/** With those that the endpoint of older Falcos asks for: there audit events were built in. */
export function readPlugins(
  reader: ConfigReader,
  root: MapNode,
  problems: ConfigProblems,
): readonly PluginConfig[] {
  const loaded = loadedPlugins(reader, root, problems);
  const hasEndpoint = textAt(root, 'webserver', 'k8s_audit_endpoint') !== undefined;
  if (!hasEndpoint || !reader.boolean('webserver.enabled')) return loaded;
  const isLoaded = ({ name }: PluginConfig) => loaded.some((one) => one.name === name);
  return [...loaded, ...auditPlugins.filter((plugin) => !isLoaded(plugin))];
}

const auditPlugins: readonly PluginConfig[] = [
  { name: 'json', libraryPath: 'libjson.so', initConfig: undefined, openParams: '' },
  {
    name: 'k8saudit',
    libraryPath: 'libk8saudit.so',
    initConfig: undefined,
    openParams: AUDIT_FROM_WEB_SERVER,
  },
];

/**
 * The plugins that `load_plugins` names, in its order; where that key is absent and `plugins` is
 * there, all of those, as Falco does.
 */
function loadedPlugins(
  reader: ConfigReader,
  root: MapNode,
  problems: ConfigProblems,
): readonly PluginConfig[] {
  const known = pluginNodes(reader, root);
  const chosen = reader.node('load_plugins');
  if (chosen === undefined && reader.node('plugins') !== undefined) {
    return known.flatMap((node) => readPlugin(node, problems));
  }
  return (reader.list('load_plugins') ?? []).flatMap((node) => {
    const name = node.kind === 'scalar' ? node.text : '';
    const plugin = known.find((one) => textAt(one, 'name') === name);
    if (plugin !== undefined) return readPlugin(plugin, problems);
    const names = known.map((one) => textAt(one, 'name') ?? '').join(', ');
    const message = `cannot load plugin "${name}": plugins has no entry of that name`;
    problems.node(node, message, `it has ${names}`);
    return [];
  });
}

/** What the container plugin is given: it counts whether or not the plugin is loaded. */
export function containerInit(reader: ConfigReader, root: MapNode): ConfigNode | undefined {
  const entry = pluginNodes(reader, root).find((node) => textAt(node, 'name') === 'container');
  return entry && nodeAt(entry, ['init_config']);
}

function pluginNodes(reader: ConfigReader, root: MapNode): readonly ConfigNode[] {
  const fallback = fallbackList('plugins', root.place);
  return reader.list('plugins') ?? (fallback === undefined ? [] : elementsOf(fallback));
}

function readPlugin(node: ConfigNode, problems: ConfigProblems): PluginConfig[] {
  const name = textAt(node, 'name');
  const libraryPath = textAt(node, 'library_path');
  if (name === undefined || libraryPath === undefined) {
    problems.node(node, 'an entry of plugins has a name and a library_path');
    return [];
  }
  if (leavesFolder(libraryPath)) {
    const message = `plugin library_path '${libraryPath}' resolves outside the plugins directory`;
    problems.node(node, `${message} (${PLUGINS_FOLDER})`, 'give an absolute path');
  }
  const init = nodeAt(node, ['init_config']);
  return [
    {
      name,
      libraryPath,
      initConfig: init?.kind === 'scalar' ? init.text : init && jsonOf(init),
      openParams: (textAt(node, 'open_params') ?? '').trim(),
    },
  ];
}

/** A relative path that climbs out of the folder: Falco refuses it since 0.44. */
function leavesFolder(path: string): boolean {
  if (posix.isAbsolute(path)) return false;
  const whole = posix.join(PLUGINS_FOLDER, path);
  return !whole.startsWith(PLUGINS_FOLDER);
}

/** Scalars that look like numbers and switches become those, as Falco gives them to plugins. */
function jsonOf(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'scalar':
      return numberOf(node.text) ?? booleanOf(node.text) ?? node.text;
    case 'list':
      return node.items.map(jsonOf);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, jsonOf(value)]));
  }
}
