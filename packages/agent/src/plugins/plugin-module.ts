/** Plugins that are modules of JavaScript or TypeScript: imported, and their shape checked. */

import { pathToFileURL } from 'node:url';
import { parseVersion } from '@saker/core/rules/version.ts';
import { beforeDeadline, isLate, OPEN_MS } from './deadline.ts';
import { PLUGIN_API, type PluginFactory } from './plugin.ts';
import { PluginError, thrownText } from './plugin-error.ts';

export interface ModuleFile {
  readonly path: string;
  readonly changedMs: number;
}

/** PluginError when it cannot be imported or is no plugin. */
export async function importPlugin(plugin: string, file: ModuleFile): Promise<PluginFactory> {
  const url = pathToFileURL(file.path);
  // Node keeps modules by their URL: one that was changed since is another one.
  url.searchParams.set('changed', String(file.changedMs));
  const otherwise = `module ${file.path} is not loaded: it was not run`;
  let module: unknown;
  try {
    module = await beforeDeadline(import(url.href), { plugin, limitMs: OPEN_MS, otherwise });
  } catch (cause) {
    if (isLate(cause)) throw cause;
    // Where it stands, Node tells nobody but whoever runs it.
    const hint = cause instanceof SyntaxError ? `; node --check ${file.path} shows where` : '';
    const reason = `module ${file.path} cannot be loaded: ${thrownText(cause)}${hint}`;
    throw new PluginError('unloadable', plugin, reason, { cause });
  }
  return checkFactory(plugin, exportOf(module), file.path);
}

/** CommonJS modules have their exports under `default`, too, where Node cannot name them. */
function exportOf(module: unknown): unknown {
  if (!isObject(module)) return undefined;
  const { plugin, default: all } = module;
  return plugin ?? (isObject(all) ? all['plugin'] : undefined);
}

/** What a module exports, once it is known to be a factory. `where` names it in messages. */
export function checkFactory(plugin: string, exported: unknown, where: string): PluginFactory {
  const refuse = (reason: string): never => {
    throw new PluginError('shape', plugin, `${where} is no plugin: ${reason}`);
  };
  if (!isObject(exported)) {
    return refuse('it must export an object named "plugin" (see docs/plugins.md)');
  }
  const { api, name, version, open } = exported;
  if (typeof api !== 'number') refuse(`"api" must be the number ${PLUGIN_API}`);
  if (api !== PLUGIN_API) {
    const reason =
      `${where} is written to version ${String(api)} of the interface of plugins, ` +
      `this Saker has version ${PLUGIN_API}`;
    throw new PluginError('api-version', plugin, reason);
  }
  if (typeof name !== 'string' || !/^[A-Za-z][\w-]*$/.test(name)) {
    refuse(`"name" must be of letters, digits, _ and -, found ${JSON.stringify(name)}`);
  }
  if (typeof version !== 'string' || parseVersion(version) === undefined) {
    refuse(`"version" must be like "1.2.3", found ${JSON.stringify(version)}`);
  }
  for (const key of ['description', 'contact']) {
    if (typeof exported[key] !== 'string') refuse(`"${key}" must be a string`);
  }
  const { configSchema } = exported;
  if (configSchema !== undefined && !isObject(configSchema)) {
    refuse('"configSchema" must be an object');
  }
  if (typeof open !== 'function') refuse('"open" must be a function');
  return asFactory(exported);
}

interface JsonObject {
  readonly [key: string]: unknown;
}

/** All of its properties were checked; what `open` gives is checked when it was called. */
function asFactory(checked: JsonObject): PluginFactory {
  return checked as unknown as PluginFactory;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
