/**
 * Why a rule did or did not match an event: its condition as a tree in which every term has its
 * truth and the values that it saw. Nothing is skipped by short circuit; terms that could not have
 * changed the result are marked.
 */

import { assert } from '../base/assert.ts';
import type { Span } from '../base/source.ts';
import type { Value } from '../fields/field.ts';
import { valueText } from '../fields/value-text.ts';
import type { Expr, Operand } from '../lang/ast.ts';
import { print } from '../lang/printer.ts';
import type { EventContext } from '../state/event-context.ts';
import { compileComparison } from './comparison.ts';
import { compileOperand, type FieldBinder } from './operand.ts';
import type { MacroConditions } from './plain.ts';

export interface Explanation {
  readonly kind: 'and' | 'or' | 'not' | 'macro' | 'term';
  /** The expression as the language writes it; for a macro its name. */
  readonly text: string;
  readonly span: Span;
  readonly result: boolean;
  /** Another term had already decided when evaluation from left to right came here. */
  readonly skipped: boolean;
  readonly items: readonly Explanation[];
  /** For terms: what stood at the left (and at the right, where that is a field) on this event. */
  readonly values: readonly SeenValue[];
}

export interface SeenValue {
  readonly operand: string;
  /** undefined: no value, and so the term is false. */
  readonly text: string | undefined;
}

export interface ExplainOptions {
  readonly fields: FieldBinder;
  readonly macros: MacroConditions;
}

export function explain(expr: Expr, context: EventContext, options: ExplainOptions): Explanation {
  return explainExpr(expr, { context, ...options }, false);
}

interface Scene extends ExplainOptions {
  readonly context: EventContext;
}

function explainExpr(expr: Expr, scene: Scene, skipped: boolean): Explanation {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return explainGroup(expr.kind, expr, scene, skipped);
    case 'not': {
      const item = explainExpr(expr.item, scene, skipped);
      return { ...describe('not', expr, skipped), result: !item.result, items: [item] };
    }
    case 'macro': {
      const target = scene.macros(expr.name);
      assert(target !== undefined, `unresolved macro ${expr.name}`);
      const item = explainExpr(target, scene, skipped);
      return { ...describe('macro', expr, skipped), result: item.result, items: [item] };
    }
    case 'exists':
    case 'compare': {
      const { left, test } = compileComparison(expr, scene.fields);
      const value = left.extract(scene.context);
      const operands: Operand[] = [expr.left];
      if (expr.kind === 'compare' && expr.right.kind === 'reference')
        operands.push(expr.right.operand);
      return {
        ...describe('term', expr, skipped),
        result: value !== undefined && test(value, scene.context),
        values: operands.map((operand) => seenValue(operand, scene)),
      };
    }
  }
}

function describe(kind: Explanation['kind'], expr: Expr, skipped: boolean) {
  return { kind, text: print(expr), span: expr.span, skipped, items: [], values: [] };
}

function explainGroup(
  kind: 'and' | 'or',
  expr: Extract<Expr, { items: readonly Expr[] }>,
  scene: Scene,
  skipped: boolean,
): Explanation {
  const decides = kind === 'or';
  let decided = false;
  const items = expr.items.map((item) => {
    const explained = explainExpr(item, scene, skipped || decided);
    if (explained.result === decides) decided = true;
    return explained;
  });
  return { ...describe(kind, expr, skipped), result: decided ? decides : !decides, items };
}

function seenValue(operand: Operand, scene: Scene): SeenValue {
  const { extract, type, field } = compileOperand(operand, scene.fields);
  const value: Value | undefined = extract(scene.context);
  const as = { type, format: field?.format ?? 0 };
  return {
    operand: print(operand),
    text: value === undefined ? undefined : valueText(value, as),
  };
}
