/**
 * Conditions, parsed once however often the set is compiled: it is compiled after every file, as
 * Falco does it, and little changes from one time to the next.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { Source } from '../base/source.ts';
import type { Expr } from '../lang/ast.ts';
import { type CheckedCondition, checkCondition } from '../lang/checker.ts';
import { expandLists } from '../lang/expand.ts';
import type { FieldCatalogue } from '../lang/field-catalogue.ts';
import { type ParsedCondition, parseCondition } from '../lang/parser.ts';
import { listNames } from '../lang/visitor.ts';
import type { ResolvedLists } from './resolved-lists.ts';
import type { SplicedText } from './spliced-text.ts';

/** A text that was parsed. */
export interface ParsedText {
  readonly text: SplicedText;
  /** What the spans of the tree point into. */
  readonly source: Source;
  readonly parsed: ParsedCondition;
}

export interface ExpandedCondition {
  readonly text: SplicedText;
  readonly source: Source;
  /** Lists are replaced by their items, macros are references. */
  readonly expr: Expr;
  /** As written: lists are names. */
  readonly parsedExpr: Expr;
  readonly usedLists: ReadonlySet<string>;
}

type Lookup = readonly [name: string, items: readonly string[] | undefined];

export class ConditionStore {
  readonly #parsed = new WeakMap<SplicedText, ParsedText>();
  readonly #expanded = new WeakMap<Expr, { expanded: ExpandedCondition; lookups: Lookup[] }>();
  readonly #checked = new WeakMap<FieldCatalogue, WeakMap<Expr, CheckedCondition>>();

  parse(text: SplicedText, name: string): ParsedText {
    const known = this.#parsed.get(text);
    if (known !== undefined) return known;
    const source = new Source(name, text.text);
    const parsed = { text, source, parsed: parseCondition(source) };
    this.#parsed.set(text, parsed);
    return parsed;
  }

  /** The same object as before when the lists that it names are the same. */
  expand({ text, source }: ParsedText, expr: Expr, lists: ResolvedLists): ExpandedCondition {
    const known = this.#expanded.get(expr);
    if (known?.lookups.every(([name, items]) => lists.get(name) === items)) return known.expanded;
    const usedLists = new Set<string>();
    const expanded = {
      text,
      source,
      expr: expandLists(expr, (name) => lists.get(name), usedLists),
      parsedExpr: expr,
      usedLists,
    };
    const lookups = Array.from(listNames(expr), (name): Lookup => [name, lists.get(name)]);
    this.#expanded.set(expr, { expanded, lookups });
    return expanded;
  }

  check({ expr, source }: ExpandedCondition, catalogue: FieldCatalogue): CheckedCondition {
    let results = this.#checked.get(catalogue);
    if (results === undefined) {
      results = new WeakMap();
      this.#checked.set(catalogue, results);
    }
    const known = results.get(expr);
    if (known !== undefined) return known;
    const checked = checkCondition(expr, source, catalogue);
    results.set(expr, checked);
    return checked;
  }
}

/** A diagnostic about a spliced text, moved to where that text stands in the rules file. */
export function inFile(diagnostic: Diagnostic, text: SplicedText): Diagnostic {
  const place = text.placeOf(diagnostic.span);
  if (place === undefined) return diagnostic;
  const { related, ...rest } = diagnostic;
  if (related === undefined) return { ...rest, ...place };
  const moved = related.map(({ message, source, span }) => {
    const found = text.placeOf(span);
    return { message, source: found?.source ?? source, span: found?.span ?? span };
  });
  return { ...rest, ...place, related: moved };
}
