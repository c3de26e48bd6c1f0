/**
 * Plugins that come with Saker. They stand for Falco's of the same names: configurations name them
 * as they name those, and rule files that require those are served.
 */

import type { PluginFactory } from './plugin.ts';

export interface BuiltInPlugin {
  readonly name: string;
  /** The version of Falco's plugin that it corresponds to. */
  readonly version: string;
  /** File name of that plugin's library, by which configurations name it too. */
  readonly library: string;
  readonly description: string;
  /** Undefined: what it does is a part of Saker that is always there. */
  readonly factory?: () => Promise<PluginFactory>;
}

export const containerPlugin: BuiltInPlugin = {
  name: 'container',
  version: '0.7.1',
  library: 'libcontainer.so',
  description: 'Container and Kubernetes metadata of processes, built into Saker',
};

export const builtInPlugins: readonly BuiltInPlugin[] = [
  containerPlugin,
  {
    name: 'k8saudit',
    version: '0.18.0',
    library: 'libk8saudit.so',
    description: 'Kubernetes audit events from a webhook or files, built into Saker',
    factory: async () => (await import('./k8saudit/k8saudit-plugin.ts')).k8sauditPlugin,
  },
  {
    name: 'json',
    version: '0.7.4',
    library: 'libjson.so',
    description: 'Fields of events that are JSON, built into Saker',
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
