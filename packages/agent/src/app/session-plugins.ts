/** The plugins that the configuration loads. */

import { dirname } from 'node:path';
import { LoadedPlugins } from '../plugins/loaded-plugins.ts';
import type { PluginError } from '../plugins/plugin-error.ts';
import type { Session } from './session.ts';

type PluginSession = Pick<Session, 'config' | 'loaded' | 'log'>;

interface OpenHow {
  /** Of the configuration that a reload replaces: plugins that are in both stay as they are. */
  readonly previous?: LoadedPlugins;
  /** See `OpenOptions`. */
  readonly onRefused?: (error: PluginError) => void;
}

/** PluginError when one cannot be used. */
export async function openSessionPlugins(
  { config, loaded, log }: PluginSession,
  how: OpenHow = {},
): Promise<LoadedPlugins> {
  if (config.plugins.length === 0) return new LoadedPlugins([]);
  const main = loaded.file;
  const { openPlugins } = await import('../plugins/open-plugins.ts');
  return openPlugins(config.plugins, {
    log,
    ...how,
    ...(main !== undefined && { configFolder: dirname(main) }),
  });
}

/** Opens them to tell of them: nothing of theirs is started. */
export async function withPlugins<Result>(
  session: PluginSession,
  use: (plugins: LoadedPlugins) => Promise<Result>,
  onRefused?: (error: PluginError) => void,
): Promise<Result> {
  const plugins = await openSessionPlugins(session, onRefused && { onRefused });
  try {
    return await use(plugins);
  } finally {
    await plugins.close();
  }
}
