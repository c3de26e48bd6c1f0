/** A whole capture searched for events that a rule matches, and for those that nearly were. */

import { hasRealPath, underRealPath } from '@saker/core/engine/real-path.ts';
import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import type { CompiledRule } from '@saker/core/rules/compiled-set.ts';
import { hasEventType } from '@saker/core/rules/event-types.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { ReplayListener } from '../capture/capture-replay.ts';
import { type EventSummary, eventReader } from '../capture/event-line.ts';
import { counted } from '../terminal/quantity.ts';
import { type Clause, clausesOf } from './clauses.ts';

/** Events that are kept; all are counted. */
const MATCHES_MAX = 20;
/** Different ways to fail that are told apart. Real rules show some tens. */
const MISSES_MAX = 1000;

/** Events that failed the same clauses. */
export interface Miss {
  readonly failed: readonly Clause[];
  readonly first: EventSummary;
  count: number;
}

export class EventSearch implements ReplayListener {
  readonly clauses: readonly Clause[];
  /** Events of the types that the rule is evaluated on. */
  events = 0;
  matches = 0;
  readonly firstMatches: EventSummary[] = [];
  readonly #failures = new Map<Clause, number>();
  /** By the clauses that failed. */
  readonly #misses = new Map<string, Miss>();
  readonly #found: CompiledRule;
  readonly #read: (context: EventContext) => EventSummary;

  constructor(found: CompiledRule, ruleSet: RuleSet, fields: FieldTable) {
    this.clauses = clausesOf(found.rule.condition, ruleSet, fields);
    this.#found = found;
    this.#read = eventReader(fields);
  }

  onEvent(context: EventContext, isShown: boolean): boolean {
    if (!isShown || !hasEventType(this.#found.eventTypes, context.event.type)) return true;
    this.events++;
    const failed = this.#failed(context);
    if (failed.length === 0) {
      this.#keepMatch(context);
    } else if (hasRealPath(context) && this.#matchesRealPath(context)) {
      underRealPath(context, () => this.#keepMatch(context));
    } else {
      this.#countMiss(failed, context);
    }
    return true;
  }

  /** Indices of the clauses that do not hold. */
  #failed(context: EventContext): number[] {
    return [...this.clauses.keys()].filter((at) => this.clauses[at]?.holds(context) !== true);
  }

  #matchesRealPath(context: EventContext): boolean {
    return underRealPath(context, () => this.#failed(context).length === 0);
  }

  note(): string {
    return counted(this.matches, 'match', 'matches');
  }

  /** How many events failed the clause. */
  failures(clause: Clause): number {
    return this.#failures.get(clause) ?? 0;
  }

  /**
   * The ways to fail that came nearest to a match. A clause that few events fail weighs little, one
   * that nearly all fail weighs nearly 1: what holds the rare clauses is near.
   */
  nearest(most: number): Miss[] {
    return [...this.#misses.values()]
      .map((miss) => ({ miss, distance: this.#distance(miss) }))
      .toSorted((left, right) => left.distance - right.distance)
      .slice(0, most)
      .map(({ miss }) => miss);
  }

  #distance({ failed }: Miss): number {
    return failed.reduce((sum, clause) => sum + this.failures(clause) / this.events, 0);
  }

  #keepMatch(context: EventContext): void {
    this.matches++;
    if (this.firstMatches.length < MATCHES_MAX) this.firstMatches.push(this.#read(context));
  }

  #countMiss(indices: readonly number[], context: EventContext): void {
    const failed = indices.flatMap((at) => this.clauses[at] ?? []);
    for (const clause of failed) this.#failures.set(clause, this.failures(clause) + 1);
    const key = indices.join(' ');
    const miss = this.#misses.get(key);
    if (miss !== undefined) miss.count++;
    else if (this.#misses.size < MISSES_MAX) {
      this.#misses.set(key, { failed, first: this.#read(context), count: 1 });
    }
  }
}
