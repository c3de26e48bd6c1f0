/** The plugins that the configuration loads. */

import { dirname } from 'node:path';
import { LoadedPlugins } from '../plugins/loaded-plugins.ts';
import type { Session } from './session.ts';

/**
 * PluginError when one cannot be used. `previous`: of the configuration that a reload replaces;
 * plugins that are in both stay as they are.
 */
export async function openSessionPlugins(
  { config, loaded, log }: Pick<Session, 'config' | 'loaded' | 'log'>,
  previous?: LoadedPlugins,
): Promise<LoadedPlugins> {
  if (config.plugins.length === 0) return new LoadedPlugins([]);
  const main = loaded.files[0]?.path;
  const { openPlugins } = await import('../plugins/open-plugins.ts');
  return openPlugins(config.plugins, {
    log,
    previous,
    ...(main !== undefined && { configFolder: dirname(main) }),
  });
}

/** Opens them to tell of them: nothing of theirs is started. */
export async function withPlugins<Result>(
  session: Pick<Session, 'config' | 'loaded' | 'log'>,
  use: (plugins: LoadedPlugins) => Promise<Result>,
): Promise<Result> {
  const plugins = await openSessionPlugins(session);
  try {
    return await use(plugins);
  } finally {
    await plugins.close();
  }
}
