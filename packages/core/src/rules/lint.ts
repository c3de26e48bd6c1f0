/**
 * What is allowed and hardly meant, over all rules: Saker's own warnings. They are few, and each
 * names something that makes a rule quiet or blind.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { suggest, suggestWork } from '../base/suggest.ts';
import type { Expr } from '../lang/ast.ts';
import { printCondition } from '../lang/printer.ts';
import { checksOf, fieldsOf } from '../lang/visitor.ts';
import type { CompiledRule, CompiledSet } from './compiled-set.ts';
import { inFile } from './conditions.ts';
import { countEventTypes } from './event-types.ts';
import { macrosIn } from './macro-graph.ts';
import { SYSCALL_SOURCE } from './rule-item.ts';

export function lintRules(set: CompiledSet): Diagnostic[] {
  return [...shadowedRules(set), ...neverMatching(set), ...unknownLists(set)];
}

/**
 * With `rule_matching: first`, which is the default, the first rule that matches an event hides
 * those behind it: one with the same condition never says anything.
 */
function shadowedRules({ rules }: CompiledSet): Diagnostic[] {
  const first = new Map<string, CompiledRule>();
  const diagnostics: Diagnostic[] = [];
  for (const compiled of rules) {
    const { rule, entry } = compiled;
    if (!rule.enabled) continue;
    const key = `${rule.source}\0${printCondition(rule.condition.expr)}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, compiled);
      continue;
    }
    diagnostics.push({
      code: 'rule-shadowed',
      severity: 'warning',
      message: `rule "${rule.name}" has the same condition as "${before.rule.name}", which stands before it and hides it`,
      source: entry.context.source,
      span: entry.conditionContext.span,
      hint: 'unless rule_matching is "all", only the first of them gives alerts',
      related: [
        {
          message: `rule "${before.rule.name}"`,
          source: before.entry.context.source,
          span: before.entry.conditionContext.span,
        },
      ],
    });
  }
  return diagnostics;
}

/** Rules that cannot match any event. `evt.num = 0` is the idiom for that and no mistake. */
function neverMatching({ rules, macros }: CompiledSet): Diagnostic[] {
  const byName = new Map(macros.map(({ macro }) => [macro.name, macro.condition.expr]));
  const diagnostics: Diagnostic[] = [];
  for (const { rule, entry, eventTypes } of rules) {
    if (!rule.enabled || rule.source !== SYSCALL_SOURCE) continue;
    if (countEventTypes(eventTypes) > 0 || readsEventNumber(rule.condition.expr, byName)) continue;
    diagnostics.push({
      code: 'never-matches',
      severity: 'warning',
      message: `rule "${rule.name}" can never match: its checks on evt.type exclude each other`,
      source: entry.context.source,
      span: entry.conditionContext.span,
    });
  }
  return diagnostics;
}

function readsEventNumber(expr: Expr, macros: ReadonlyMap<string, Expr>): boolean {
  if (fieldsOf(expr).some(({ name }) => name === 'evt.num')) return true;
  for (const { name } of macrosIn(expr)) {
    const inner = macros.get(name);
    if (inner !== undefined && readsEventNumber(inner, macros)) return true;
  }
  return false;
}

/**
 * `in my_list` and `in (my_list)` without a list of that name compare with the text "my_list",
 * which is hardly ever meant. In parentheses a word is taken for the name of a list when there is
 * nothing beside it and it resembles one that exists.
 */
function unknownLists({ rules, macros, lists }: CompiledSet): Diagnostic[] {
  const names = lists.map(({ entry }) => entry.name);
  const work = suggestWork();
  const diagnostics: Diagnostic[] = [];
  for (const { condition } of [...macros, ...rules]) {
    for (const check of checksOf(condition.expr)) {
      if (check.kind === 'exists') continue;
      const { right } = check;
      const [only, ...others] = right.kind === 'values' ? right.items : [];
      const bare = right.kind === 'list-name' ? right.name : undefined;
      const alone = only !== undefined && !only.quoted && others.length === 0;
      const name = bare ?? (alone ? only.text : undefined);
      const meant = name === undefined ? undefined : suggest(name, names, work);
      if (name === undefined || (bare === undefined && !resembles(name, meant))) continue;
      const warning: Diagnostic = {
        code: 'unknown-list',
        severity: 'warning',
        message: `there is no list "${name}", so this compares with the text "${name}"`,
        source: condition.source,
        span: right.span,
        hint:
          meant === undefined
            ? 'define the list, or write the text in quotes'
            : `did you mean "${meant}"?`,
      };
      diagnostics.push(inFile(warning, condition.text));
    }
  }
  return diagnostics;
}

function resembles(name: string, meant: string | undefined): boolean {
  return (
    name.includes('_') && (meant !== undefined || /_(?:lists?|names|binaries|images)$/.test(name))
  );
}
