/**
 * A condition with its macros in place, in Falco's form: every `and` and `or` in parentheses. It is
 * part of what `-L` prints.
 */

import type { Expr, Right } from '../lang/ast.ts';
import { keyText, outputKey } from '../lang/template.ts';

/** Characters; macros that use each other twice could make any length. */
const LENGTH_MAX: number = 1 << 22;

/** `macro` gives the trees of macros; a macro without one stays a name. */
export function printCompiled(expr: Expr, macro: (name: string) => Expr | undefined): string {
  let left = LENGTH_MAX;
  const print = (node: Expr): string => {
    switch (node.kind) {
      case 'and':
      case 'or':
        return `(${node.items.map(print).join(` ${node.kind} `)})`;
      case 'not':
        return `not ${print(node.item)}`;
      case 'macro': {
        const inner = left > 0 ? macro(node.name) : undefined;
        return inner === undefined ? node.name : print(inner);
      }
      case 'exists':
        return `${outputKey(node.left)} exists`;
      case 'compare': {
        const { left: operand, operator, modifier, right } = node;
        const words = modifier === undefined ? operator : `${operator} ${modifier}`;
        const text = `${outputKey(operand)} ${words} ${printRight(right)}`;
        left -= text.length;
        return text;
      }
    }
  };
  return print(expr);
}

function printRight(right: Right): string {
  switch (right.kind) {
    case 'literal':
      return keyText(right.text);
    case 'values':
      return `(${right.items.map((item) => keyText(item.text)).join(', ')})`;
    case 'reference':
      return right.val ? `val(${outputKey(right.operand)})` : outputKey(right.operand);
    case 'list-name':
      return `(${keyText(right.name)})`;
  }
}
