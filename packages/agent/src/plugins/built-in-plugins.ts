/**
 * Plugins that come with Saker. They stand for Falco's of the same names: configurations name them
 * as they name those, and rule files that require those are served.
 */

import type { PluginFacts } from './loaded-plugin.ts';
import type { PluginFactory } from './plugin.ts';

export interface BuiltInPlugin {
  readonly name: string;
  /** File name of Falco's library, by which configurations name it too. */
  readonly library: string;
  /** Undefined: what it does is a part of Saker that is always there. */
  readonly factory?: () => Promise<PluginFactory>;
}

/** Versions are those of Falco's plugins. */
export const containerFacts: PluginFacts = {
  name: 'container',
  version: '0.7.1',
  description: 'Container and Kubernetes metadata of processes, built into Saker',
  contact: 'built in',
};

export const containerCapabilities: readonly string[] = [
  'Field Extraction',
  'Event Parsing',
  'Async Events',
];

const containerPlugin: BuiltInPlugin = { name: 'container', library: 'libcontainer.so' };

/** Those beside containers count as loaded only when load_plugins names them. */
const builtInPlugins: readonly BuiltInPlugin[] = [
  containerPlugin,
  {
    name: 'k8saudit',
    library: 'libk8saudit.so',
    factory: async () => (await import('./k8saudit/k8saudit-plugin.ts')).k8sauditPlugin,
  },
  {
    name: 'json',
    library: 'libjson.so',
    factory: async () => (await import('./json/json-plugin.ts')).jsonPlugin,
  },
];

/** By its name or its library's file name. */
export function builtInOf(name: string): BuiltInPlugin | undefined {
  return builtInPlugins.find((each) => each.name === name || each.library === name);
}

export function builtInNames(): readonly string[] {
  return builtInPlugins.map(({ name }) => name);
}
