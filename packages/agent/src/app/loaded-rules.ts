/** Rule files read and compiled, with the fields that they can use. */

import { ruleSources, syscallEventTypes } from '@saker/core/engine/syscall-source.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { SYSCALL_SOURCE } from '@saker/core/fields/field-classes.ts';
import { type LoadResult, loadRulesInSteps } from '@saker/core/rules/load-rules.ts';
import type { Config } from '../config/config.ts';
import { LoadedPlugins } from '../plugins/loaded-plugins.ts';
import { readRulesFile } from './rules-files.ts';
import { finishNow } from './steps.ts';

export interface LoadedRules {
  /** Its diagnostics are worked out when somebody asks for them. */
  readonly result: LoadResult;
  /** Of the source of system calls. */
  readonly fields: FieldTable;
  /** By event source, that of system calls included. */
  readonly tables: ReadonlyMap<string, FieldTable>;
  readonly plugins: LoadedPlugins;
}

/** What of the configuration concerns rules before they run. */
export type RulesConfig = Pick<Config, 'staticFields' | 'appendOutput' | 'minimumPriority'>;

export interface LoadSettings {
  readonly stopAtError: boolean;
  /** Whose fields and sources rules can use. Default: none. */
  readonly plugins?: LoadedPlugins;
}

/** CommandError when a file cannot be read; what is wrong in the files is in the result. */
export function loadRulesFiles(
  paths: readonly string[],
  config: RulesConfig,
  settings: LoadSettings,
): LoadedRules {
  return finishNow(loadRulesFilesInSteps(paths, config, settings));
}

/** The same in steps of a few milliseconds, with room for something else between two of them. */
export function* loadRulesFilesInSteps(
  paths: readonly string[],
  config: RulesConfig,
  { stopAtError, plugins = new LoadedPlugins([]) }: LoadSettings,
): Generator<void, LoadedRules> {
  const files = paths.map((path) => readRulesFile(path));
  const fields = plugins.syscallFields(config.staticFields);
  const ofPlugins = plugins.sourceFields(config.staticFields);
  const result = yield* loadRulesInSteps(files, {
    sources: ruleSources(fields, ofPlugins),
    eventTypes: syscallEventTypes,
    plugins: plugins.versions,
    appendOutput: config.appendOutput,
    minimumPriority: config.minimumPriority,
    stopAtError,
  });
  const tables = new Map([[SYSCALL_SOURCE, fields], ...ofPlugins]);
  return { result, fields, tables, plugins };
}
