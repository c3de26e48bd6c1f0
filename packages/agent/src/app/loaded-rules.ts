/** Rule files read and compiled, with the fields that they can use. */

import { ruleSources, syscallEventTypes } from '@saker/core/engine/syscall-source.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import { type LoadResult, loadRulesInSteps } from '@saker/core/rules/load-rules.ts';
import type { Config } from '../config/config.ts';
import { builtInPlugins } from './built-in-plugins.ts';
import { fieldTable } from './field-table.ts';
import { readRulesFile } from './rules-files.ts';
import { finishNow } from './steps.ts';

export interface LoadedRules {
  /** Its diagnostics are worked out when somebody asks for them. */
  readonly result: LoadResult;
  readonly fields: FieldTable;
}

/** What of the configuration concerns rules before they run. */
export type RulesConfig = Pick<Config, 'staticFields' | 'appendOutput' | 'minimumPriority'>;

/** CommandError when a file cannot be read; what is wrong in the files is in the result. */
export function loadRulesFiles(
  paths: readonly string[],
  config: RulesConfig,
  options: { readonly stopAtError: boolean },
): LoadedRules {
  return finishNow(loadRulesFilesInSteps(paths, config, options));
}

/** The same in steps of a few milliseconds, with room for something else between two of them. */
export function* loadRulesFilesInSteps(
  paths: readonly string[],
  config: RulesConfig,
  options: { readonly stopAtError: boolean },
): Generator<void, LoadedRules> {
  const files = paths.map((path) => readRulesFile(path));
  const fields = fieldTable(config.staticFields);
  const result = yield* loadRulesInSteps(files, {
    sources: ruleSources(fields),
    eventTypes: syscallEventTypes,
    plugins: builtInPlugins,
    appendOutput: config.appendOutput,
    minimumPriority: config.minimumPriority,
    ...options,
  });
  return { result, fields };
}
