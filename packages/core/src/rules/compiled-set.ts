/**
 * The collection with everything resolved, from which the set to run and the descriptions are
 * taken.
 */

import type { ListEntry, MacroEntry, RuleEntry } from './collection.ts';
import type { ExpandedCondition } from './conditions.ts';
import type { EventTypeAnalysis, EventTypeSet } from './event-types.ts';
import type { Macro, Rule } from './rule.ts';

export interface CompiledRule {
  readonly entry: RuleEntry;
  readonly rule: Rule;
  /** The rule's condition with where it came from. */
  readonly condition: ExpandedCondition;
  /** Event types that the condition can match; meaningful for the syscall source only. */
  readonly eventTypes: EventTypeSet;
}

export interface CompiledMacro {
  readonly entry: MacroEntry;
  readonly macro: Macro;
  readonly condition: ExpandedCondition;
  /** Referred to by a rule or a macro. */
  readonly used: boolean;
}

export interface CompiledList {
  readonly entry: ListEntry;
  /** With the lists that it names in place. */
  readonly items: readonly string[];
  readonly used: boolean;
}

/** All in order of definition. What is in error is left out. */
export interface CompiledSet {
  readonly rules: readonly CompiledRule[];
  readonly macros: readonly CompiledMacro[];
  readonly lists: readonly CompiledList[];
  readonly eventTypes: EventTypeAnalysis;
}
