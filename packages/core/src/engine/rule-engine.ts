/**
 * Rules against events. `evaluate` is given the context of an event that state has applied and
 * tells which rules match it, in order of definition: all of them, or the first (`rule_matching`).
 */

import type { Rule, RuleSet } from '../rules/rule.ts';
import type { EventContext } from '../state/event-context.ts';
import type { SystemState } from '../state/system-state.ts';
import { type Evaluator, FastEvaluator, type Once } from './fast/fast-evaluator.ts';
import type { FieldBinder } from './operand.ts';
import { PlainCompiler } from './plain.ts';
import { hasRealPath, underRealPath } from './real-path.ts';

export interface EngineOptions {
  readonly fields: FieldBinder;
  readonly state: SystemState;
  readonly matching: 'first' | 'all';
  /** fast generates code (`new Function`); plain runs anywhere and is the reference. */
  readonly evaluator: 'fast' | 'plain';
  /** Event source whose rules are run. Default syscall. */
  readonly source?: string;
  /** Around work that the first event of a type causes; default: nothing is. */
  readonly once?: Once;
}

export class RuleEngine {
  /** The enabled rules of the source, in order of definition. */
  readonly rules: readonly Rule[];
  /** Alerts per rule since the start, by index into `rules`. */
  readonly matchCounts: Float64Array;
  readonly #evaluate: Evaluator;
  readonly #all: boolean;
  /** Indices that the last `evaluate` found, reused. */
  readonly #found: number[] = [];
  /** Those of a second look. */
  readonly #foundAgain: number[] = [];
  /** Of what was found, how many match the file's name as it was given. */
  #byName = 0;

  constructor(ruleSet: RuleSet, options: EngineOptions) {
    const source = options.source ?? 'syscall';
    this.rules = ruleSet.rules.filter((rule) => rule.enabled && rule.source === source);
    this.matchCounts = new Float64Array(this.rules.length);
    this.#all = options.matching === 'all';
    this.#evaluate = evaluatorFor(this.rules, ruleSet, options);
  }

  /**
   * How many rules match; `matched(i)` gives them in order of definition, those that only the
   * second look finds behind the others. Allocates nothing when there are none. A file
   * that the kernel found under another path than the one given is looked at under both: a link, or
   * /proc/self/root, hides no file from a rule, and a rule on the link's name still works.
   */
  evaluate(context: EventContext): number {
    let count = this.#evaluate(context, this.#found);
    this.#byName = count;
    if (hasRealPath(context) && (count === 0 || this.#all)) {
      count = this.#lookAgain(context, count);
    }
    for (let at = 0; at < count; at++) {
      const rule = this.#found[at] ?? 0;
      this.matchCounts[rule] = (this.matchCounts[rule] ?? 0) + 1;
    }
    return count;
  }

  #lookAgain(context: EventContext, before: number): number {
    let count = before;
    const again = underRealPath(context, () => this.#evaluate(context, this.#foundAgain));
    for (let at = 0; at < again; at++) {
      const rule = this.#foundAgain[at] ?? 0;
      if (!this.#found.slice(0, before).includes(rule)) this.#found[count++] = rule;
    }
    return count;
  }

  /**
   * Does something with the i-th match while the descriptor has the name under which the rule
   * matched: what outputs show of it.
   */
  withMatch<Result>(at: number, context: EventContext, use: (rule: Rule) => Result): Result {
    const rule = this.matched(at);
    return at < this.#byName ? use(rule) : underRealPath(context, () => use(rule));
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
    const once = options.once ?? ((work) => work());
    const fast = new FastEvaluator(rules, { fields, macros, state, all, once });
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
