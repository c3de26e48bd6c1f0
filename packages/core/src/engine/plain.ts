/**
 * The plain evaluator: a condition as closures over its tree. It is the reference: small, obviously
 * what the language says, and free of generated code, so it runs in a browser. The fast evaluator
 * is compared with it.
 */

import { assert } from '../base/assert.ts';
import type { Expr } from '../lang/ast.ts';
import type { EventContext } from '../state/event-context.ts';
import { compileComparison } from './comparison.ts';
import type { FieldBinder } from './operand.ts';

export type Predicate = (context: EventContext) => boolean;

/**
 * Resolves a macro's name to its condition; names that do not resolve were refused by the loader.
 */
export type MacroConditions = (name: string) => Expr | undefined;

export class PlainCompiler {
  readonly #fields: FieldBinder;
  readonly #macros: MacroConditions;
  readonly #compiled = new Map<string, Predicate>();

  constructor(fields: FieldBinder, macros: MacroConditions) {
    this.#fields = fields;
    this.#macros = macros;
  }

  compile(expr: Expr): Predicate {
    switch (expr.kind) {
      case 'and': {
        const items = expr.items.map((item) => this.compile(item));
        return (context) => items.every((item) => item(context));
      }
      case 'or': {
        const items = expr.items.map((item) => this.compile(item));
        return (context) => items.some((item) => item(context));
      }
      case 'not': {
        const item = this.compile(expr.item);
        return (context) => !item(context);
      }
      case 'macro':
        return this.#macro(expr.name);
      case 'exists':
      case 'compare': {
        const { left, test } = compileComparison(expr, this.#fields);
        return (context) => {
          const value = left.extract(context);
          return value !== undefined && test(value, context);
        };
      }
    }
  }

  #macro(name: string): Predicate {
    const known = this.#compiled.get(name);
    if (known !== undefined) return known;
    const expr = this.#macros(name);
    assert(expr !== undefined, `unresolved macro ${name}`);
    const predicate = this.compile(expr);
    this.#compiled.set(name, predicate);
    return predicate;
  }
}
