/** Walking over trees and rebuilding them. Nodes are never changed in place. */

import { assertNever } from '../base/assert.ts';
import type { CompareExpr, ExistsExpr, Expr, FieldRef, Operand, TransformArgument } from './ast.ts';

/** Calls `visit` for every expression, a parent before its children, in the order of the text. */
export function walk(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  if (expr.kind === 'and' || expr.kind === 'or') {
    for (const item of expr.items) walk(item, visit);
  } else if (expr.kind === 'not') {
    walk(expr.item, visit);
  }
}

/**
 * The tree with every leaf (compare, exists, macro) replaced; what did not change is shared with
 * `expr`.
 */
export function mapLeaves(
  expr: Expr,
  replace: (leaf: Exclude<Expr, { readonly kind: 'and' | 'or' | 'not' }>) => Expr,
): Expr {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const items = expr.items.map((item) => mapLeaves(item, replace));
      return items.every((item, at) => item === expr.items[at]) ? expr : { ...expr, items };
    }
    case 'not': {
      const item = mapLeaves(expr.item, replace);
      return item === expr.item ? expr : { ...expr, item };
    }
    case 'macro':
    case 'exists':
    case 'compare':
      return replace(expr);
    default:
      return assertNever(expr);
  }
}

/** Every check on a field, in the order of the text. Macros are not entered. */
export function checksOf(expr: Expr): (CompareExpr | ExistsExpr)[] {
  const checks: (CompareExpr | ExistsExpr)[] = [];
  walk(expr, (node) => {
    if (node.kind === 'compare' || node.kind === 'exists') checks.push(node);
  });
  return checks;
}

/** Names of the macros that are referred to. */
export function macroNames(expr: Expr): Set<string> {
  const names = new Set<string>();
  walk(expr, (node) => {
    if (node.kind === 'macro') names.add(node.name);
  });
  return names;
}

/** Whatever may be the name of a list: names after list operators, and values without quotes. */
export function listNames(expr: Expr): Set<string> {
  const names = new Set<string>();
  for (const check of checksOf(expr)) {
    if (check.kind === 'exists') continue;
    const { right } = check;
    if (right.kind === 'list-name') names.add(right.name);
    const literals =
      right.kind === 'values' ? right.items : right.kind === 'literal' ? [right] : [];
    for (const literal of literals) if (!literal.quoted) names.add(literal.text);
  }
  return names;
}

/**
 * Every field that is read, at the left, at the right and in transformers, in the order of the
 * text.
 */
export function fieldsOf(expr: Expr): FieldRef[] {
  const fields: FieldRef[] = [];
  for (const check of checksOf(expr)) {
    collectFields(check.left, fields);
    if (check.kind === 'compare' && check.right.kind === 'reference') {
      collectFields(check.right.operand, fields);
    }
  }
  return fields;
}

export function fieldsOfOperand(operand: Operand): FieldRef[] {
  const fields: FieldRef[] = [];
  collectFields(operand, fields);
  return fields;
}

function collectFields(argument: TransformArgument, fields: FieldRef[]): void {
  if (argument.kind === 'field') fields.push(argument);
  const inner =
    argument.kind === 'transform' ? argument.args : argument.kind === 'list' ? argument.items : [];
  for (const each of inner) collectFields(each, fields);
}
