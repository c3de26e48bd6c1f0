/** Which of the loaded rules a replay runs: those of a priority, those of a name. */

import { suggest } from '@saker/core/base/suggest.ts';
import { parsePriority } from '@saker/core/rules/priority.ts';
import { PRIORITIES, type Priority, type RuleSet } from '@saker/core/rules/rule.ts';
import { matchesGlob } from '@saker/core/rules/selection.ts';
import { type Arguments, didYouMean } from '../command-line/arguments.ts';

export interface RuleChoice {
  /** Less urgent rules are not run. */
  readonly priority: Priority;
  /** Undefined: all that are enabled. */
  readonly name: string | undefined;
}

export function ruleChoice(args: Arguments): RuleChoice {
  const written = args.value('priority');
  const priority = written === undefined ? 7 : parsePriority(written);
  if (priority !== undefined) return { priority, name: args.value('rule') };
  const meant = didYouMean(suggest(written ?? '', PRIORITIES));
  const choices = PRIORITIES.join(', ');
  throw args.usageError(`--priority is one of ${choices}; found "${written}"${meant}`);
}

/** Rules that were asked for by name run also when they are disabled. */
export function chooseRules(set: RuleSet, { priority, name }: RuleChoice): RuleSet {
  const rules = set.rules
    .filter((rule) => rule.priority <= priority)
    .filter((rule) => name === undefined || matchesGlob(name, rule.name))
    .map((rule) => (name === undefined ? rule : { ...rule, enabled: true }));
  return { ...set, rules };
}
