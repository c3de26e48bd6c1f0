/** `-L` and `-l`: what is known of all rules or of one. */

import { suggest } from '@saker/core/base/suggest.ts';
import { describeOptions } from '@saker/core/engine/described-events.ts';
import { describeAll, describeRule } from '@saker/core/rules/describe.ts';
import { formatDescriptions } from '@saker/core/rules/describe-text.ts';
import type { JsonObject } from '@saker/core/rules/result/format-result.ts';
import { CommandError } from '../command-error.ts';
import type { LoadedRules } from '../loaded-rules.ts';

/** `name`: the only one, undefined: all. */
export function describeJson(loaded: LoadedRules, name: string | undefined): JsonObject {
  const options = describeOptions(loaded.plugins.described);
  if (name === undefined) return describeAll(loaded.result, options);
  const described = describeRule(name, loaded.result, options);
  if (described === undefined) throw notLoaded(name, loaded);
  return described;
}

export function describeText(loaded: LoadedRules, name: string | undefined): string {
  const { rules } = loaded.result.compiled;
  const described = rules.filter(({ rule }) => name === undefined || rule.name === name);
  if (name !== undefined && described.length === 0) throw notLoaded(name, loaded);
  return formatDescriptions(described);
}

function notLoaded(name: string, { result }: LoadedRules): CommandError {
  const meant = suggest(
    name,
    result.compiled.rules.map(({ rule }) => rule.name),
  );
  const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
  return new CommandError(`Rule "${name}" is not loaded${hint}`);
}
