/**
 * One comparison or `exists` of a condition, compiled: how to get the left value and what to ask of
 * it. Absent values make every comparison false, whatever the operator; both evaluators and
 * `explain` build on that.
 */

import { assert } from '../base/assert.ts';
import type { Extractor, Scalar, Scope, Value } from '../fields/field.ts';
import type { CompareExpr, ExistsExpr, Operator, Right } from '../lang/ast.ts';
import { parseLiteral } from '../lang/literals.ts';
import { print } from '../lang/printer.ts';
import type { EventContext } from '../state/event-context.ts';
import {
  type Comparand,
  compileMembership,
  compileModified,
  compilePmatch,
  compileScalarTest,
  type ScalarTest,
} from './compare.ts';
import { type CompiledOperand, compileOperand, type FieldBinder, widestScope } from './operand.ts';

/** Asked only of values that are present. */
export type ValueTest = (value: Value, context: EventContext) => boolean;

export interface Comparison {
  /** Canonical text: comparisons with equal keys are the same question. */
  readonly key: string;
  readonly left: CompiledOperand;
  readonly test: ValueTest;
  /** Of both sides together. */
  readonly scope: Scope;
  readonly expr: CompareExpr | ExistsExpr;
  /** For comparisons with literals: the test of one scalar and the comparands, for faster forms. */
  readonly constant:
    | { readonly test: ScalarTest; readonly items: readonly Comparand[] }
    | undefined;
}

export function compileComparison(
  written: CompareExpr | ExistsExpr,
  fields: FieldBinder,
): Comparison {
  const left = compileOperand(written.left, fields);
  const key = print(written);
  const expr = meaning(written, left);
  if (expr.kind === 'exists') {
    return { key, left, test: isPresent, scope: left.scope, expr, constant: undefined };
  }
  if (expr.right.kind === 'reference') {
    const right = compileOperand(expr.right.operand, fields);
    const scope = widestScope([left.scope, right.scope]);
    const test = referenceTest(expr.operator, right.extract);
    return { key, left, test, scope, expr, constant: undefined };
  }
  const items = comparandsOf(expr.right, left.type, expr.operator);
  const scalar = scalarTest(expr, items);
  const test = valueTest(expr, left, scalar);
  return { key, left, test, scope: left.scope, expr, constant: { test: scalar, items } };
}

/** `=` as the field means it. */
function meaning(
  expr: CompareExpr | ExistsExpr,
  { field }: CompiledOperand,
): CompareExpr | ExistsExpr {
  const equals = field?.equalsMeans;
  if (equals === undefined || expr.kind === 'exists' || expr.operator !== '=') return expr;
  return { ...expr, operator: equals };
}

function isPresent(value: Value): boolean {
  return typeof value !== 'object' || value.length > 0;
}

function comparandsOf(right: Right, type: number, operator: Operator): Comparand[] {
  assert(right.kind === 'literal' || right.kind === 'values', 'list names are expanded before');
  const literals = right.kind === 'literal' ? [right] : right.items;
  return literals.map((literal) => {
    const parsed = parseLiteral(literal.text, type, operator);
    assert(!('error' in parsed), `unchecked literal ${literal.text}`);
    return parsed.value;
  });
}

function scalarTest(expr: CompareExpr, items: readonly Comparand[]): ScalarTest {
  const { operator, modifier } = expr;
  if (modifier !== undefined) return compileModified(operator, modifier, items);
  if (operator === 'in' || operator === 'intersects') return compileMembership(items);
  if (operator === 'pmatch') return compilePmatch(items);
  const only = items[0];
  assert(only !== undefined, `operator ${operator} needs a value`);
  return compileScalarTest(operator, only);
}

/** What the test of one scalar means for lists and for fields that stand for several values. */
function valueTest(expr: CompareExpr, left: CompiledOperand, test: ScalarTest): ValueTest {
  if (left.quantifier !== undefined) {
    const all = left.quantifier === 'any' && expr.operator === '!=';
    return (value) => {
      const candidates = typeof value === 'object' ? value : [value];
      if (candidates.length === 0) return false;
      return all ? candidates.every(test) : candidates.some(test);
    };
  }
  if (!left.list) return (value) => typeof value !== 'object' && test(value);
  const some = expr.operator === 'intersects';
  return (value) => {
    const elements = typeof value === 'object' ? value : [value];
    if (elements.length === 0) return false;
    return some ? elements.some(test) : elements.every(test);
  };
}

function referenceTest(operator: Operator, right: Extractor): ValueTest {
  return (value, context) => {
    const other = right(context);
    if (other === undefined) return false;
    return compareValues(operator, value, other);
  };
}

function asList(value: Value): readonly Scalar[] {
  return typeof value === 'object' ? value : [value];
}

/**
 * A value against another field's: the test is made per event, which only such comparisons pay for.
 */
function compareValues(operator: Operator, left: Value, right: Value): boolean {
  if (operator === 'in' || operator === 'intersects') {
    const members = new Set(asList(right));
    const elements = asList(left);
    if (elements.length === 0) return false;
    return operator === 'in'
      ? elements.every((element) => members.has(element))
      : elements.some((element) => members.has(element));
  }
  if (typeof left === 'object' || typeof right === 'object') return false;
  return compileScalarTest(operator, right)(left);
}
