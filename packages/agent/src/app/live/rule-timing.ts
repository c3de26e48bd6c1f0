/** Rules of all sources, timed on some events: only while somebody can look at the metrics. */

import { RuleCosts } from '../../metrics/rule-costs.ts';
import type { Generation } from './generation.ts';

export class RuleTiming {
  #bySource: ReadonlyMap<string, RuleCosts> = new Map();

  get costs(): readonly RuleCosts[] {
    return [...this.#bySource.values()];
  }

  /** undefined: rules of the source are not timed. */
  of(source: string): RuleCosts | undefined {
    return this.#bySource.get(source);
  }

  /** The rules of the generation from now on; what was counted of those that stay is kept. */
  follow(generation: Generation): void {
    const { enabled, rulesCounters } = generation.session.config.metrics;
    if (!enabled || !rulesCounters) {
      this.#bySource = new Map();
      return;
    }
    const { ruleSet } = generation.rules;
    this.#bySource = new Map(
      Array.from(generation.sources, ({ source, engine, fields }) => {
        const costs = this.#bySource.get(source) ?? new RuleCosts(source);
        costs.follow(engine.rules, ruleSet, fields);
        return [source, costs];
      }),
    );
  }
}
