/** A condition without macros: each in its place, chains of the same word joined. */

import { assert } from '@saker/core/base/assert.ts';
import type { Expr } from '@saker/core/lang/ast.ts';

/** `macro`: conditions by name. The loader has refused macros that lead back to themselves. */
export function inlineMacros(expr: Expr, macro: (name: string) => Expr | undefined): Expr {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const items = expr.items.map((item) => inlineMacros(item, macro));
      return {
        ...expr,
        items: items.flatMap((item) => (item.kind === expr.kind ? item.items : [item])),
      };
    }
    case 'not':
      return { ...expr, item: inlineMacros(expr.item, macro) };
    case 'macro': {
      const target = macro(expr.name);
      assert(target !== undefined, `unresolved macro ${expr.name}`);
      return inlineMacros(target, macro);
    }
    case 'exists':
    case 'compare':
      return expr;
  }
}
