/**
 * The clauses of a condition: what must hold together for it to match. `and` inside `and`, and
 * macros that are one, are taken apart, so that each clause can be counted by itself.
 */

import type { FieldBinder } from '@saker/core/engine/operand.ts';
import { type MacroConditions, PlainCompiler, type Predicate } from '@saker/core/engine/plain.ts';
import type { Condition, RuleSet } from '@saker/core/rules/rule.ts';

export interface Clause {
  /** As written, on one line. */
  readonly text: string;
  readonly holds: Predicate;
}

export function clausesOf(
  condition: Condition,
  ruleSet: RuleSet,
  fields: FieldBinder,
): readonly Clause[] {
  const macros: MacroConditions = (name) => ruleSet.macros.get(name)?.condition.expr;
  const compiler = new PlainCompiler(fields, macros);
  const clauses: Clause[] = [];
  const add = ({ expr, source }: Condition): void => {
    const macro = expr.kind === 'macro' ? ruleSet.macros.get(expr.name)?.condition : undefined;
    if (expr.kind === 'and') {
      for (const item of expr.items) add({ expr: item, source });
    } else if (macro?.expr.kind === 'and') {
      add(macro);
    } else {
      const text = source.text.slice(expr.span.start, expr.span.end).trim().replace(/\s+/g, ' ');
      clauses.push({ text, holds: compiler.compile(expr) });
    }
  };
  add(condition);
  return clauses;
}
