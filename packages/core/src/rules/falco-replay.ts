/**
 * Falco's way through a condition, for its messages only: lists replaced in the text, the text
 * parsed, macros put in place, then types checked; the first error counts and its position is one
 * in that text. Nothing here runs when all is well.
 */

import { Source } from '../base/source.ts';
import type { Expr } from '../lang/ast.ts';
import { type CheckedCondition, checkCondition, firstFalcoError } from '../lang/checker.ts';
import { type FalcoError, falcoErrorAt } from '../lang/falco-error.ts';
import type { FieldCatalogue } from '../lang/field-catalogue.ts';
import { parseCondition } from '../lang/parser.ts';
import { type NamedList, substituteLists } from '../lang/substitute.ts';
import type { MacroEntry } from './collection.ts';
import { MACRO_NESTING_MAX, macrosIn } from './macro-graph.ts';

/** Warnings of one condition; macros that are used twice warn twice. */
const WARNINGS_MAX = 100;

export interface FalcoParse {
  /** With lists in place. */
  readonly text: string;
  readonly expr: Expr | undefined;
  readonly error: FalcoError | undefined;
}

export class FalcoReplay {
  readonly #macros: ReadonlyMap<string, MacroEntry>;
  readonly #lists: () => readonly NamedList[];
  #namedLists: readonly NamedList[] | undefined;
  readonly #parses = new Map<string, FalcoParse>();
  readonly #checks = new Map<Expr, CheckedCondition>();

  /** `lists` is asked when something goes wrong, and once. */
  constructor(macros: ReadonlyMap<string, MacroEntry>, lists: () => readonly NamedList[]) {
    this.#macros = macros;
    this.#lists = lists;
  }

  parse(condition: string): FalcoParse {
    const known = this.#parses.get(condition);
    if (known !== undefined) return known;
    this.#namedLists ??= this.#lists();
    const text = substituteLists(condition, this.#namedLists);
    const { expr, falcoError } = parseCondition(text);
    const parse = { text, expr, error: falcoError };
    this.#parses.set(condition, parse);
    return parse;
  }

  /** Why macros could not be put in place. `visible`: the macros that the condition may use. */
  macroError(condition: string, visible: (macro: MacroEntry) => boolean): FalcoError | undefined {
    const search = new MacroSearch((name) => {
      const macro = this.#macros.get(name);
      return macro && visible(macro) ? this.parse(macro.condition.text) : undefined;
    });
    search.visit(this.parse(condition));
    return search.loop ?? search.unknown;
  }

  /** What keeps a condition from being compiled, in it or in its macros. */
  checkError(condition: string, catalogue: FieldCatalogue): FalcoError | undefined {
    const parse = this.parse(condition);
    if (parse.expr === undefined) return undefined;
    const results = [this.#check(parse, catalogue)];
    const macro = (name: string): Expr | undefined => {
      const inner = this.#macroParse(name);
      if (inner !== undefined) results.push(this.#check(inner, catalogue));
      return inner?.expr;
    };
    const errorOf = (check: Parameters<Parameters<typeof firstFalcoError>[1]>[0]) => {
      for (const result of results) {
        const error = result?.falcoErrors.get(check);
        if (error !== undefined) return error;
      }
      return undefined;
    };
    return firstFalcoError(parse.expr, errorOf, macro);
  }

  /** Warnings of compilation, in the order in which Falco comes by them. */
  checkWarnings(condition: string, catalogue: FieldCatalogue): FalcoError[] {
    const warnings: FalcoError[] = [];
    this.#collectWarnings(this.parse(condition), catalogue, { warnings, depth: 0 });
    return warnings;
  }

  #collectWarnings(
    parse: FalcoParse,
    catalogue: FieldCatalogue,
    found: { readonly warnings: FalcoError[]; readonly depth: number },
  ): void {
    if (parse.expr === undefined || found.depth > MACRO_NESTING_MAX) return;
    const own = [...(this.#check(parse, catalogue)?.falcoWarnings ?? [])];
    for (const { name, span } of macrosIn(parse.expr)) {
      while (own[0] !== undefined && own[0].offset < span.start)
        found.warnings.push(...own.splice(0, 1));
      const inner = this.#macroParse(name);
      if (found.warnings.length >= WARNINGS_MAX) return;
      if (inner) this.#collectWarnings(inner, catalogue, { ...found, depth: found.depth + 1 });
    }
    found.warnings.push(...own);
  }

  #macroParse(name: string): FalcoParse | undefined {
    const macro = this.#macros.get(name);
    return macro && this.parse(macro.condition.text);
  }

  /** One catalogue per replayed condition at a time, so the tree alone is the key. */
  #check({ expr, text }: FalcoParse, catalogue: FieldCatalogue): CheckedCondition | undefined {
    if (expr === undefined) return undefined;
    const known = this.#checks.get(expr);
    if (known !== undefined) return known;
    const result = checkCondition(expr, new Source('condition', text), catalogue);
    this.#checks.set(expr, result);
    return result;
  }
}

/**
 * Goes into macros as Falco does when it puts them in place, and notes the first loop and the first
 * unknown name.
 */
class MacroSearch {
  loop: FalcoError | undefined;
  unknown: FalcoError | undefined;
  readonly #macro: (name: string) => FalcoParse | undefined;
  readonly #path: string[] = [];
  readonly #clean = new Set<string>();

  constructor(macro: (name: string) => FalcoParse | undefined) {
    this.#macro = macro;
  }

  visit({ text, expr }: FalcoParse): void {
    if (expr === undefined || this.#path.length > MACRO_NESTING_MAX) return;
    for (const { name, span } of macrosIn(expr)) {
      if (this.loop !== undefined) return;
      const inner = this.#macro(name);
      if (inner === undefined) {
        const message = `Undefined macro '${name}' used in filter.`;
        this.unknown ??= falcoErrorAt(message, text, span.start);
      } else if (this.#path.includes(name)) {
        this.loop = falcoErrorAt(`reference loop in macro '${name}'`, text, span.start);
      } else if (!this.#clean.has(name)) {
        this.#path.push(name);
        this.visit(inner);
        this.#path.pop();
        this.#clean.add(name);
      }
    }
  }
}
