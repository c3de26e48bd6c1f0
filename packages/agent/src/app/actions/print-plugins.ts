/** `--list-plugins` and `--plugin-info`. */

import { suggest } from '@saker/core/base/suggest.ts';
import { builtInPlugins, findPlugin, formatPlugin } from '../built-in-plugins.ts';
import { CommandError } from '../command-error.ts';

export function pluginListText(): string {
  const blocks = builtInPlugins.map(formatPlugin).join('');
  return `${builtInPlugins.length} Plugins Loaded:\n\n${blocks}\n`;
}

export function pluginInfoText(nameOrLibrary: string): string {
  const plugin = findPlugin(nameOrLibrary);
  if (plugin === undefined) {
    const meant = suggest(
      nameOrLibrary,
      builtInPlugins.map(({ name }) => name),
    );
    const hint = meant === undefined ? '--list-plugins shows all' : `did you mean "${meant}"?`;
    throw new CommandError(`there is no plugin "${nameOrLibrary}": ${hint}`);
  }
  return `${formatPlugin(plugin)}Init config schema type: Not available, the plugin is built in\n`;
}
