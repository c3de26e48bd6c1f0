/** A rule by the name that somebody typed. */

import { CommandError } from '@saker/agent/app/command-error.ts';
import { suggest } from '@saker/core/base/suggest.ts';
import type { CompiledRule } from '@saker/core/rules/compiled-set.ts';
import { didYouMean } from '../command-line/arguments.ts';
import type { LoadedRules } from './load-files.ts';

/** Names that contain what was typed and are listed as possible meanings. */
const CANDIDATES_MAX = 8;

/**
 * Upper and lower case count only where names differ in nothing else. Part of a name suffices where
 * one rule alone has it.
 */
export function findRule({ result: { compiled }, paths }: LoadedRules, name: string): CompiledRule {
  const { rules } = compiled;
  const exact = rules.find(({ rule }) => rule.name === name);
  if (exact !== undefined) return exact;
  const typed = name.toLowerCase();
  const alike = rules.filter(({ rule }) => rule.name.toLowerCase() === typed);
  const containing = rules.filter(({ rule }) => rule.name.toLowerCase().includes(typed));
  const [only, ...others] = alike.length > 0 ? alike : containing;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const names = containing.slice(0, CANDIDATES_MAX).map(({ rule }) => rule.name);
    const more = containing.length - names.length;
    const lines = more > 0 ? [...names, `and ${more} more`] : names;
    const list = lines.map((line) => `\n  ${line}`).join('');
    throw new CommandError(`"${name}" is part of the names of several rules:${list}`);
  }
  const all = rules.map(({ rule }) => rule.name);
  const hint =
    didYouMean(suggest(name, all)) || `; to see all: saker rules list ${paths.join(' ')}`;
  throw new CommandError(`no rule is called "${name}"${hint}`);
}
