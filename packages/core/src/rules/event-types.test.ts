import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Expr } from '../lang/ast.ts';
import { parseCondition } from '../lang/parser.ts';
import {
  countEventTypes,
  EventTypeAnalysis,
  type EventTypeIndex,
  eventTypesIn,
  hasEventType,
} from './event-types.ts';

/** a is 0 and 1, b is 2, c is 40; there are 41. */
const index: EventTypeIndex = {
  size: 41,
  named: (name) => ({ a: [0, 1], b: [2], c: [40] })[name] ?? [],
};
const ALL = Array.from({ length: index.size }, (_, type) => type);
const except = (...types: number[]): number[] => ALL.filter((type) => !types.includes(type));

function parse(text: string): Expr {
  const { expr } = parseCondition(text);
  assert(expr, text);
  return expr;
}

const macros = new Map([
  ['is_a', parse('evt.type = a')],
  ['never', parse('evt.num = 0')],
  ['nothing_known', parse('proc.name = x')],
  ['not_a', parse('not is_a')],
]);

function typesOf(text: string): number[] {
  const analysis = new EventTypeAnalysis(index, (name) => macros.get(name));
  return eventTypesIn(analysis.of(parse(text)));
}

describe('event types of conditions', () => {
  const cases: readonly (readonly [text: string, want: readonly number[]])[] = [
    ['evt.type = a', [0, 1]],
    ['evt.type == a', [0, 1]],
    ['syscall.type = b', [2]],
    ['evt.type != a', except(0, 1)],
    ['evt.type in (a, b)', [0, 1, 2]],
    ['evt.type in (b)', [2]],
    ['evt.type in ()', []],
    ['evt.type = unknown', []],
    ['evt.type = oneof (a, b)', [0, 1, 2]],
    ['evt.type = anyof (a, b)', [0, 1, 2]],
    ['evt.type != allof (a, b)', except(0, 1, 2)],
    ['evt.type != oneof (a, b)', ALL],
    ['not evt.type = anyof (a, b)', except(0, 1, 2)],
    ['not evt.type = allof (a, b)', ALL],
    ['not evt.type = oneof (a, a)', ALL],
    ['not evt.type != allof (a, b)', [0, 1, 2]],
    ['evt.type startswith a', ALL],
    ['evt.type exists', ALL],
    ['not evt.type exists', []],
    ['proc.name = x', ALL],
    ['not proc.name = x', ALL],
    ['evt.type = a and proc.name = x', [0, 1]],
    ['evt.type = a and evt.type = b', []],
    ['evt.type = a or evt.type = b', [0, 1, 2]],
    ['evt.type = a or proc.name = x', ALL],
    ['not evt.type = a', except(0, 1)],
    ['not evt.type != a', [0, 1]],
    ['not (evt.type = a or evt.type = b)', except(0, 1, 2)],
    ['not (evt.type = a and proc.name = x)', ALL],
    ['evt.type in (a, b) and not evt.type = a', [2]],
    ['is_a', [0, 1]],
    ['not is_a', except(0, 1)],
    ['not_a and evt.type in (a, b)', [2]],
    ['not not_a', [0, 1]],
    ['nothing_known and is_a', [0, 1]],
    ['missing_macro', ALL],
    ['never', []],
    ['not never', ALL],
    ['evt.type = a and (never or proc.name = x)', [0, 1]],
    ['evt.num != 0', ALL],
    ['evt.num > 0', ALL],
    ['evt.num < 1', []],
    ['evt.num <= 0', []],
    ['evt.num in (0, 0)', []],
    ['evt.num in (0, 1)', ALL],
    ['evt.num >= 1', ALL],
    ['evt.num = 1', ALL],
  ];
  for (const [text, want] of cases) {
    test(text, () => assert.deepEqual(typesOf(text), want));
  }

  test('a macro that leads to itself ends', () => {
    const analysis = new EventTypeAnalysis(index, () => parse('m and evt.type = a'));
    assert.deepEqual(eventTypesIn(analysis.of(parse('m'))), [0, 1]);
  });

  test('sets count their members', () => {
    const analysis = new EventTypeAnalysis(index, () => undefined);
    const set = analysis.of(parse('evt.type in (a, c)'));
    assert.deepEqual(
      [countEventTypes(set), hasEventType(set, 40), hasEventType(set, 39)],
      [3, true, false],
    );
  });
});

/** Whether a condition over evt.type and unknown terms can be true for an event of a type. */
function canMatch(expr: Expr, type: number, negated: boolean): boolean {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const all = (expr.kind === 'and') !== negated;
      const items = expr.items.map((item) => canMatch(item, type, negated));
      return all ? items.every(Boolean) : items.some(Boolean);
    }
    case 'not':
      return canMatch(expr.item, type, !negated);
    case 'compare': {
      if (expr.left.kind !== 'field' || expr.left.name !== 'evt.type') return true;
      const name = expr.right.kind === 'literal' ? expr.right.text : '';
      const equal = [...index.named(name)].includes(type);
      return (equal === (expr.operator === '=')) !== negated;
    }
    default:
      return true;
  }
}

test('the set holds every type that can match, for any condition', () => {
  const leaf = fc.constantFrom('evt.type = a', 'evt.type != b', 'evt.type = c', 'proc.name = x');
  const condition = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      leaf,
      tie('any').map((inner) => `not (${inner})`),
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left} and ${right})`),
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left} or ${right})`),
    ),
  })).any;
  fc.assert(
    fc.property(condition, (text) => {
      const want = ALL.filter((type) => canMatch(parse(text), type, false));
      assert.deepEqual(typesOf(text), want);
    }),
  );
});
