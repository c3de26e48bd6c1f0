/** What is the same for all macros and rules while the collection is compiled once. */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Expr } from '../lang/ast.ts';
import type { FalcoError } from '../lang/falco-error.ts';
import type { Collection, MacroEntry } from './collection.ts';
import type { CompileOptions } from './compile-options.ts';
import { type ConditionStore, type ExpandedCondition, inFile } from './conditions.ts';
import { EventTypeAnalysis } from './event-types.ts';
import { FalcoReplay } from './falco-replay.ts';
import { MacroGraph, type MacroProblem, macrosIn } from './macro-graph.ts';
import type { ResolvedLists } from './resolved-lists.ts';
import type { Reporter } from './result/file-report.ts';
import type { ItemContext } from './result/item-context.ts';
import type { SplicedText } from './spliced-text.ts';

/**
 * Items that lists bring into all conditions together, counted as often as they stand there: each
 * takes some 150 bytes. Lists of addresses with some 100,000 items are in use, in a few rules each.
 */
const CONDITION_ITEMS_MAX = 1 << 21;

/** A macro whose condition could be parsed. */
export interface ScopeMacro {
  readonly entry: MacroEntry;
  readonly condition: ExpandedCondition;
  readonly expr: Expr;
  readonly index: number;
  readonly visibility: number;
}

export interface ConditionToParse {
  readonly text: SplicedText;
  /** In messages, e.g. `condition of rule "x"`. */
  readonly name: string;
  readonly context: ItemContext;
}

export class CompileScope {
  readonly collection: Collection;
  readonly options: CompileOptions;
  readonly lists: ResolvedLists;
  readonly store: ConditionStore;
  readonly replay: FalcoReplay;
  readonly eventTypes: EventTypeAnalysis;
  /** Every macro that exists; undefined for those that could not be parsed. */
  readonly macros: Map<string, ScopeMacro | undefined> = new Map();
  readonly graph: MacroGraph = new MacroGraph(this.macros);
  #listItemsLeft = CONDITION_ITEMS_MAX;

  constructor(
    collection: Collection,
    options: CompileOptions,
    lists: ResolvedLists,
    store: ConditionStore,
  ) {
    this.collection = collection;
    this.options = options;
    this.lists = lists;
    this.store = store;
    this.replay = new FalcoReplay(collection.macros, () => lists.forFalco());
    this.eventTypes = new EventTypeAnalysis(
      options.eventTypes,
      (name) => this.macros.get(name)?.expr,
    );
  }

  /**
   * Parses a condition and puts the lists in place; undefined when it does not parse or would
   * become too long, which is then reported.
   */
  parse(
    { text, name, context }: ConditionToParse,
    reporter: Reporter,
  ): ExpandedCondition | undefined {
    const unit = this.store.parse(text, name);
    const { expr, falcoError, diagnostics } = unit.parsed;
    if (expr !== undefined) {
      const expanded = this.store.expand(unit, expr, this.lists, this.#listItemsLeft);
      if (expanded === undefined) reportTooManyItems(name, context, reporter);
      else this.#listItemsLeft -= expanded.listItems;
      return expanded;
    }
    const falco = this.replay.parse(text.text);
    const error = falco.error ?? falcoError;
    if (error === undefined) return undefined;
    const shown = falco.error === undefined ? text.text : falco.text;
    reporter.error(
      'LOAD_ERR_COMPILE_CONDITION',
      error.message,
      context.inExpression(shown, error),
      diagnostics.map((diagnostic) => inFile(diagnostic, text)),
    );
    return undefined;
  }

  /**
   * Reports what is wrong with references to macros; `falco` gives Falco's message, where it has
   * one.
   */
  reportMacroProblems(
    problems: readonly MacroProblem[],
    condition: ExpandedCondition,
    context: ItemContext,
    { reporter, falco }: { reporter: Reporter; falco: FalcoError | undefined },
  ): void {
    const diagnostics: Diagnostic[] = [];
    for (const problem of problems) {
      const words = this.#wordsFor(problem);
      if (words === undefined) continue;
      const { source } = condition;
      const { span } = problem.reference;
      const base = { code: 'LOAD_ERR_VALIDATE', severity: 'error' as const, source, span };
      diagnostics.push(inFile({ ...base, ...words }, condition.text));
    }
    const [first] = diagnostics;
    const message = falco?.message ?? first?.message;
    if (message === undefined) return;
    const position = falco ?? { line: 1, column: 1, offset: 0 };
    const place = context.inExpression(condition.text.text, position);
    reporter.error('LOAD_ERR_VALIDATE', message, place, diagnostics);
  }

  #wordsFor({ kind, reference }: MacroProblem): { message: string; hint?: string } | undefined {
    const { name } = reference;
    switch (kind) {
      case 'unknown': {
        if (this.collection.refused.has(`macro ${name}`)) return undefined;
        const meant = this.collection.suggest(name, this.macros.keys());
        const message = `there is no macro "${name}"`;
        return meant === undefined ? { message } : { message, hint: `did you mean "${meant}"?` };
      }
      case 'later':
        return {
          message: `macro "${name}" is defined behind the macro that uses it`,
          hint: 'move its definition up',
        };
      case 'loop':
        return { message: `macro "${name}" leads back to itself` };
      case 'deep':
        return { message: `macro "${name}" nests other macros too deep` };
      case 'broken':
        return undefined;
    }
  }

  /** The macros that a condition leads to, each once, in the order in which they are met. */
  macrosBelow(expr: Expr): ScopeMacro[] {
    const found = new Map<string, ScopeMacro>();
    const open = [expr];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const { name } of macrosIn(next)) {
        const macro = this.macros.get(name);
        if (macro === undefined || found.has(name)) continue;
        found.set(name, macro);
        open.push(macro.expr);
      }
    }
    return [...found.values()];
  }
}

function reportTooManyItems(name: string, context: ItemContext, reporter: Reporter): void {
  const message = `the lists in the ${name} have too many items`;
  reporter.error('LOAD_ERR_VALIDATE', message, context, {
    message: `${message}: all conditions together may have ${CONDITION_ITEMS_MAX}, each counted as often as it is named`,
    hint: 'name a long list in one macro, and that macro in the rules',
  });
}
