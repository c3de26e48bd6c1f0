/**
 * What Falco warns of in a condition before it looks at types: comparisons with `<NA>` and
 * deprecated fields.
 */

import type { CompareExpr, Expr, FieldRef, Right } from '../lang/ast.ts';
import { checksOf, fieldsOfOperand } from '../lang/visitor.ts';
import { DEPRECATED_FIELDS } from './result/codes.ts';
import { oldFieldText } from './result/old-fields.ts';

export interface ConditionWarning {
  readonly code: 'LOAD_UNSAFE_NA_CHECK' | 'LOAD_DEPRECATED_ITEM';
  /** The field in question. */
  readonly field: FieldRef;
}

/**
 * Classes of fields that print `<NA>` for a missing value, and are compared with that text by
 * mistake.
 */
const UNSAFE_CLASSES = ['ka.', 'jevt.'];
const EQUALITY: ReadonlySet<string> = new Set(['=', '!=', 'in', 'intersects', 'pmatch']);

/** A macro's are asked for by every rule that uses it. */
const knownWarnings = new WeakMap<Expr, readonly ConditionWarning[]>();

/** In the order of the text. Macros are not entered. */
export function conditionWarnings(expr: Expr): readonly ConditionWarning[] {
  let warnings = knownWarnings.get(expr);
  if (warnings === undefined) {
    warnings = findWarnings(expr);
    knownWarnings.set(expr, warnings);
  }
  return warnings;
}

function findWarnings(expr: Expr): ConditionWarning[] {
  const warnings: ConditionWarning[] = [];
  for (const check of checksOf(expr)) {
    const fields = fieldsOfOperand(check.left);
    for (const field of fields) {
      const isOld = DEPRECATED_FIELDS.has(field.name) || oldFieldText(field.name) !== undefined;
      if (isOld) warnings.push({ code: 'LOAD_DEPRECATED_ITEM', field });
    }
    const last = fields.at(-1);
    if (check.kind === 'compare' && last !== undefined && isUnsafe(check, last)) {
      warnings.push({ code: 'LOAD_UNSAFE_NA_CHECK', field: last });
    }
  }
  return warnings;
}

function isUnsafe(compare: CompareExpr, field: FieldRef): boolean {
  return (
    EQUALITY.has(compare.operator) &&
    UNSAFE_CLASSES.some((prefix) => field.name.startsWith(prefix)) &&
    textsOf(compare.right).includes('<NA>')
  );
}

function textsOf(right: Right): string[] {
  if (right.kind === 'literal') return [right.text];
  return right.kind === 'values' ? right.items.map((item) => item.text) : [];
}
