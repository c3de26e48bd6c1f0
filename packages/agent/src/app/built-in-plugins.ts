/** Falco's plugins whose work Saker does by itself: rule files that require them are served. */

export interface BuiltInPlugin {
  readonly name: string;
  /** The version of Falco's plugin that it corresponds to. */
  readonly version: string;
  /** File name of that plugin's library, by which configurations name it too. */
  readonly library: string;
  readonly description: string;
  readonly capabilities: readonly string[];
}

export const builtInPlugins: readonly BuiltInPlugin[] = [
  {
    name: 'container',
    version: '0.7.1',
    library: 'libcontainer.so',
    description: 'Container and Kubernetes metadata of processes, built into Saker',
    capabilities: ['Field Extraction', 'Event Parsing', 'Async Events'],
  },
];

/** By the name or by the path or file name of the library. */
export function findPlugin(nameOrLibrary: string): BuiltInPlugin | undefined {
  const file = nameOrLibrary.slice(nameOrLibrary.lastIndexOf('/') + 1);
  return builtInPlugins.find(({ name, library }) => name === nameOrLibrary || library === file);
}

/** The block that `--list-plugins` and `--plugin-info` print. */
export function formatPlugin(plugin: BuiltInPlugin): string {
  const capabilities = plugin.capabilities.map((capability) => `  - ${capability}\n`).join('');
  return `Name: ${plugin.name}
Description: ${plugin.description}
Contact: built in
Version: ${plugin.version}
Capabilities: 
${capabilities}
`;
}
