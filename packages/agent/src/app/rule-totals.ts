/** How often rules matched since the start, whatever was loaded anew meanwhile. */

import type { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import type { Rule } from '@saker/core/rules/rule.ts';

export interface RuleTotal {
  /** As it was loaded last. */
  readonly rule: Rule;
  readonly matches: number;
}

type Counted = Pick<RuleEngine, 'rules' | 'matchCounts'>;

export class RuleTotals {
  /** Of engines that are no longer in use, by source and name. */
  readonly #retired = new Map<string, RuleTotal>();

  /** The engine will see no event any more. */
  retire(engine: Counted): void {
    addCounts(this.#retired, engine);
  }

  /** Rules of the engines in use first, in their order; those that never matched included. */
  of(engines: Iterable<Counted>): readonly RuleTotal[] {
    const totals = new Map<string, RuleTotal>();
    for (const engine of engines) addCounts(totals, engine);
    for (const [key, { rule, matches }] of this.#retired) {
      const total = totals.get(key);
      totals.set(key, { rule: total?.rule ?? rule, matches: matches + (total?.matches ?? 0) });
    }
    return [...totals.values()];
  }
}

function addCounts(totals: Map<string, RuleTotal>, { rules, matchCounts }: Counted): void {
  for (const [at, rule] of rules.entries()) {
    const key = `${rule.source}\0${rule.name}`;
    const matches = (totals.get(key)?.matches ?? 0) + (matchCounts[at] ?? 0);
    totals.set(key, { rule, matches });
  }
}
