/** The `rules` key of the configuration: which of the loaded rules run. */

import type { Rule, RuleSet } from './rule.ts';

/** One entry; entries apply in order, so a later one wins. */
export interface RuleSelection {
  readonly enable: boolean;
  readonly by: /** `*` stands for any text. */ { readonly rule: string } | { readonly tag: string };
}

/** The set with its enabled flags changed; rules keep their order. */
export function selectRules(set: RuleSet, selections: readonly RuleSelection[]): RuleSet {
  if (selections.length === 0) return set;
  const matchers = selections.map((selection) => ({
    enable: selection.enable,
    matches: matcherOf(selection),
  }));
  const rules = set.rules.map((rule) => {
    const last = matchers.findLast(({ matches }) => matches(rule));
    return last === undefined || last.enable === rule.enabled
      ? rule
      : { ...rule, enabled: last.enable };
  });
  return { ...set, rules };
}

/** Selections that match no rule: nothing happens, and the user should know. */
export function unmatchedSelections(
  set: RuleSet,
  selections: readonly RuleSelection[],
): RuleSelection[] {
  return selections.filter((selection) => !set.rules.some(matcherOf(selection)));
}

function matcherOf({ by }: RuleSelection): (rule: Rule) => boolean {
  if ('tag' in by) return ({ tags }) => tags.includes(by.tag);
  return ({ name }) => matchesGlob(by.rule, name);
}

/**
 * Falco takes the first place where a part fits and does not try others; every way to fit counts
 * here.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
