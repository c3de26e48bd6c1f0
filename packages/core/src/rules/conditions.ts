/**
 * Conditions, parsed once however often the set is compiled: it is compiled after every file, as
 * Falco does it, and little changes from one time to the next.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { Source } from '../base/source.ts';
import type { Expr } from '../lang/ast.ts';
import { type CheckedCondition, checkCondition } from '../lang/checker.ts';
import { countListItems, expandLists } from '../lang/expand.ts';
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
  /** Values that came from lists. */
  readonly listItems: number;
}

type Lookup = readonly [name: string, items: readonly string[] | undefined];

interface Expansion {
  readonly expr: Expr;
  readonly usedLists: ReadonlySet<string>;
  readonly listItems: number;
  /** What its names meant when it was made. */
  readonly lookups: readonly Lookup[];
}

export class ConditionStore {
  /** By text: files often define again what an earlier one defines, word by word. */
  readonly #trees = new Map<string, ParsedCondition>();
  readonly #expansions = new WeakMap<Expr, Expansion>();
  readonly #checked = new WeakMap<FieldCatalogue, WeakMap<Expr, CheckedCondition>>();

  /** `name` stands for the text in messages. */
  parse(text: SplicedText, name: string): ParsedText {
    const source = new Source(name, text.text);
    const known = this.#trees.get(text.text);
    if (known !== undefined) return { text, source, parsed: known };
    const parsed = parseCondition(source);
    this.#trees.set(text.text, parsed);
    return { text, source, parsed };
  }

  /**
   * With the same tree as before when the lists that it names are the same; undefined when these
   * have more than `listItemsMax` items, each counted as often as it would stand in the tree.
   */
  expand(
    { text, source }: ParsedText,
    parsedExpr: Expr,
    lists: ResolvedLists,
    listItemsMax: number,
  ): ExpandedCondition | undefined {
    let expansion = this.#expansions.get(parsedExpr);
    if (!expansion?.lookups.every(([name, items]) => lists.get(name) === items)) {
      const listItems = countListItems(parsedExpr, (name) => lists.get(name));
      if (listItems > listItemsMax) return undefined;
      const usedLists = new Set<string>();
      const expr = expandLists(parsedExpr, (name) => lists.get(name), usedLists);
      const lookups = Array.from(listNames(parsedExpr), (name): Lookup => [name, lists.get(name)]);
      expansion = { expr, usedLists, listItems, lookups };
      this.#expansions.set(parsedExpr, expansion);
    }
    const { expr, usedLists, listItems } = expansion;
    if (listItems > listItemsMax) return undefined;
    return { text, source, expr, parsedExpr, usedLists, listItems };
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
