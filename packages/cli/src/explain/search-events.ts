/** A whole capture searched for events that a rule matches, and for those that nearly were. */

import type { FieldTable } from '@saker/core/fields/field-catalogue.ts';
import type { CompiledRule } from '@saker/core/rules/compiled-set.ts';
import { hasEventType } from '@saker/core/rules/event-types.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { ReplayListener } from '../capture/capture-replay.ts';
import { eventReader, type EventSummary } from '../capture/event-line.ts';
import { counted } from '../terminal/quantity.ts';
import { type Clause, clausesOf } from './clauses.ts';

/** Events that are kept; all are counted. */
const MATCHES_MAX = 20;
const MISSES_MAX = 5;

/** An event that failed some clauses. */
export interface Miss {
  readonly event: EventSummary;
  readonly failed: readonly Clause[];
}

export class EventSearch implements ReplayListener {
  readonly clauses: readonly Clause[];
  /** By clause, how many events failed it. */
  readonly failures: number[];
  /** Events of the types that the rule is evaluated on. */
  events = 0;
  matches = 0;
  readonly firstMatches: EventSummary[] = [];
  /** Those that failed the fewest clauses; fewest first, then earlier before later. */
  nearest: readonly Miss[] = [];
  readonly #found: CompiledRule;
  readonly #read: (context: EventContext) => EventSummary;

  constructor(found: CompiledRule, ruleSet: RuleSet, fields: FieldTable) {
    this.clauses = clausesOf(found.rule.condition, ruleSet, fields);
    this.failures = this.clauses.map(() => 0);
    this.#found = found;
    this.#read = eventReader(fields);
  }

  onEvent(context: EventContext, isShown: boolean): boolean {
    if (!isShown || !hasEventType(this.#found.eventTypes, context.event.type)) return true;
    this.events++;
    const failed = this.clauses.filter((clause, at) => {
      if (clause.holds(context)) return false;
      this.failures[at] = (this.failures[at] ?? 0) + 1;
      return true;
    });
    if (failed.length > 0) this.#keepMiss(failed, context);
    else this.#keepMatch(context);
    return true;
  }

  note(): string {
    return counted(this.matches, 'match', 'matches');
  }

  #keepMatch(context: EventContext): void {
    this.matches++;
    if (this.firstMatches.length < MATCHES_MAX) this.firstMatches.push(this.#read(context));
  }

  #keepMiss(failed: readonly Clause[], context: EventContext): void {
    const worst = this.nearest[MISSES_MAX - 1];
    if (worst !== undefined && failed.length >= worst.failed.length) return;
    const all = [...this.nearest, { event: this.#read(context), failed }];
    const ordered = all.toSorted((left, right) => left.failed.length - right.failed.length);
    this.nearest = ordered.slice(0, MISSES_MAX);
  }
}
