/**
 * Rules against events. `evaluate` is given the context of an event that state has applied and
 * tells which rules match it, in order of definition: all of them, or the first (`rule_matching`).
 */

import type { Rule, RuleSet } from '../rules/rule.ts';
import type { EventContext } from '../state/event-context.ts';
import type { SystemState } from '../state/system-state.ts';
import { type Evaluator, FastEvaluator } from './fast/fast-evaluator.ts';
import type { FieldBinder } from './operand.ts';
import { PlainCompiler } from './plain.ts';

export interface EngineOptions {
  readonly fields: FieldBinder;
  readonly state: SystemState;
  readonly matching: 'first' | 'all';
  /** fast generates code (`new Function`); plain runs anywhere and is the reference. */
  readonly evaluator: 'fast' | 'plain';
  /** Event source whose rules are run. Default syscall. */
  readonly source?: string;
}

export class RuleEngine {
  /** The enabled rules of the source, in order of definition. */
  readonly rules: readonly Rule[];
  /** Alerts per rule since the start, by index into `rules`. */
  readonly matchCounts: Float64Array;
  readonly #evaluate: Evaluator;
  /** Indices that the last `evaluate` found, reused. */
  readonly #found: number[] = [];

  constructor(ruleSet: RuleSet, options: EngineOptions) {
    const source = options.source ?? 'syscall';
    this.rules = ruleSet.rules.filter((rule) => rule.enabled && rule.source === source);
    this.matchCounts = new Float64Array(this.rules.length);
    this.#evaluate = evaluatorFor(this.rules, ruleSet, options);
  }

  /** How many rules match; `matched(i)` gives them. Allocates nothing when there are none. */
  evaluate(context: EventContext): number {
    const count = this.#evaluate(context, this.#found);
    for (let at = 0; at < count; at++) {
      const rule = this.#found[at] ?? 0;
      this.matchCounts[rule] = (this.matchCounts[rule] ?? 0) + 1;
    }
    return count;
  }

  /** The i-th rule that the last `evaluate` found. */
  matched(at: number): Rule {
    const rule = this.rules[this.#found[at] ?? -1];
    if (rule === undefined) throw new RangeError(`no match number ${at}`);
    return rule;
  }
}

function evaluatorFor(rules: readonly Rule[], ruleSet: RuleSet, options: EngineOptions): Evaluator {
  const macros = (name: string) => ruleSet.macros.get(name)?.condition.expr;
  const { fields, state, matching } = options;
  const all = matching === 'all';
  if (options.evaluator === 'fast') {
    const fast = new FastEvaluator(rules, { fields, macros, state, all });
    return (context, out) => fast.evaluate(context, out);
  }
  const compiler = new PlainCompiler(fields, macros);
  const predicates = rules.map((rule) => compiler.compile(rule.condition.expr));
  return (context, out) => {
    let count = 0;
    for (let rule = 0; rule < predicates.length; rule++) {
      if (predicates[rule]?.(context) !== true) continue;
      out[count++] = rule;
      if (!all) break;
    }
    return count;
  };
}
