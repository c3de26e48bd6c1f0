/** What loading gives: rules, macros and lists with everything merged, overridden and resolved. */

import type { Source, Span } from '../base/source.ts';
import type { Expr, Template } from '../lang/ast.ts';

export const PRIORITIES = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;
/** 0 Emergency to 7 Debug. */
export type Priority = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * The parsed condition of a rule or macro; references to macros stay references, lists are replaced
 * by their items.
 */
export interface Condition {
  readonly expr: Expr;
  /** The text that the spans of `expr` point into. */
  readonly source: Source;
}

export interface Macro {
  readonly name: string;
  readonly condition: Condition;
}

export interface RuleException {
  readonly name: string;
  /** A single field (compared with all values at once) or several (each value is a tuple). */
  readonly fields: readonly string[] | string;
  readonly comps: readonly string[] | string;
  readonly values: readonly (string | readonly (string | readonly string[])[])[];
}

export interface Rule {
  readonly name: string;
  /** Order of definition: the order of evaluation. */
  readonly index: number;
  readonly source: string;
  readonly description: string;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly enabled: boolean;
  readonly capture: boolean;
  /** Milliseconds; 0: the configuration's default. */
  readonly captureDurationMs: number;
  readonly exceptions: readonly RuleException[];
  readonly warnEventTypes: boolean;
  /** Condition with the exceptions joined to it. */
  readonly condition: Condition;
  /** Condition text as merged, before exceptions: for `-L`. */
  readonly conditionText: string;
  /** Template text as merged, trimmed, with what append_output adds. */
  readonly outputText: string;
  readonly output: Template;
  /**
   * Fields that go to output_fields and not into the message, as append_output asks for; by key,
   * sorted.
   */
  readonly extraFields?: readonly ExtraField[];
  /** Where the rule stands. */
  readonly definedAt: { readonly source: Source; readonly span: Span };
}

/** A value under a key of its own in an alert's output_fields. */
export interface ExtraField {
  readonly key: string;
  /** `%field` for raw ones. */
  readonly templateText: string;
  readonly template: Template;
  /** The field's own value, a number stays a number; otherwise the template's text. */
  readonly raw: boolean;
}

/** A set that may run: immutable, replaced as a whole on reload. */
export interface RuleSet {
  /** In order of evaluation, disabled ones included. */
  readonly rules: readonly Rule[];
  readonly macros: ReadonlyMap<string, Macro>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly requiredEngineVersion: string | undefined;
}
