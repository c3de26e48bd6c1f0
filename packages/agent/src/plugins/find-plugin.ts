/** Where a plugin's library or module is: what the configuration's library_path stands for. */

import { statSync } from 'node:fs';
import { basename, extname, isAbsolute, resolve } from 'node:path';
import { suggest } from '@saker/core/base/suggest.ts';
import type { PluginConfig } from '../config/service-config.ts';
import { builtInNames, builtInOf } from './built-in-plugins.ts';
import { PluginError } from './plugin-error.ts';

/** Where Falco's packages and falcoctl install plugins. */
export const PLUGIN_FOLDER = '/usr/share/falco/plugins';

export type PluginPlace =
  | { readonly kind: 'built-in'; readonly name: string }
  /** A module of JavaScript or TypeScript. `changedMs`: when it was written last. */
  | { readonly kind: 'module'; readonly path: string; readonly changedMs: number }
  /** A shared library with Falco's C interface. */
  | { readonly kind: 'library'; readonly path: string };

const MODULES: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];
const LIBRARY = '.so';

/**
 * What the entry means. Containers are always Saker's own: Falco's library for them reads tables of
 * Falco's, and may well be installed. Of the other built-in plugins the library counts where there
 * is one. PluginError where there is neither.
 */
export function findPlugin(config: PluginConfig, folders: readonly string[]): PluginPlace {
  const builtIn = builtInOf(config.name) ?? builtInOf(basename(config.libraryPath));
  if (builtIn !== undefined && builtIn.factory === undefined) {
    return { kind: 'built-in', name: builtIn.name };
  }
  const paths = candidates(config.libraryPath, folders);
  for (const path of paths) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isFile() !== true) continue;
    const extension = extname(path);
    if (MODULES.includes(extension)) return { kind: 'module', path, changedMs: status.mtimeMs };
    if (extension === LIBRARY || path.includes(`${LIBRARY}.`)) return { kind: 'library', path };
    const known = [...MODULES, LIBRARY].join(', ');
    const reason = `${path} is no plugin: its name must end with one of ${known}`;
    throw new PluginError('missing', config.name, reason);
  }
  if (builtIn !== undefined) return { kind: 'built-in', name: builtIn.name };
  throw new PluginError('missing', config.name, missingReason(config, paths));
}

/** Relative paths are looked for in the folders, one after the other. */
function candidates(libraryPath: string, folders: readonly string[]): readonly string[] {
  if (libraryPath === '') return [];
  if (isAbsolute(libraryPath)) return [libraryPath];
  return folders.map((folder) => resolve(folder, libraryPath));
}

function missingReason({ name, libraryPath }: PluginConfig, paths: readonly string[]): string {
  const meant = suggest(name, builtInNames());
  const known = builtInNames().join(', ');
  const hint = meant === undefined ? `built in are ${known}` : `did you mean "${meant}"?`;
  if (libraryPath === '')
    return `it has no library_path, and none of that name is built in; ${hint}`;
  const tried = [...new Set(paths)].join(' nor ');
  return `library_path ${libraryPath}: there is no file ${tried}; ${hint}`;
}
