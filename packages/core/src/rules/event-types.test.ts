import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { CompareExpr, Expr } from '../lang/ast.ts';
import { MODIFIERS } from '../lang/operators.ts';
import { parseCondition } from '../lang/parser.ts';
import {
  countEventTypes,
  EventTypeAnalysis,
  type EventTypeIndex,
  eventTypesIn,
  hasEventType,
} from './event-types.ts';

/** d and e share one, as do all other names. */
const typesByName: Readonly<Record<string, readonly number[]>> = {
  a: [0, 1],
  b: [2],
  c: [40],
  d: [3],
  e: [3],
};
const index: EventTypeIndex = {
  size: 41,
  named: (name) => typesByName[name] ?? [3],
  shared: new Set([3]),
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
    ['evt.type = unknown', [3]],
    ['evt.type = d and evt.type != e', [3]],
    ['evt.type != d', ALL],
    ['evt.type in (a, d) and not evt.type in (a, e)', [3]],
    ['not evt.type != e', [3]],
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

/** Whether the check can come out as `wanted` for an event of that type. */
function mayBe(wanted: boolean, { operator, modifier, right }: CompareExpr, type: number): boolean {
  const values =
    right.kind === 'values' ? right.items : right.kind === 'literal' ? [right] : assert.fail();
  const all = modifier === 'allof' || (modifier === undefined && operator === '!=');
  return namesOf(type).some((own) => {
    const results = values.map(({ text }) => (text === own) === (operator !== '!='));
    const holding = results.filter(Boolean).length;
    const needed = all ? results.length : 1;
    const holds = modifier === 'oneof' ? holding === 1 : holding >= needed;
    return holds === wanted;
  });
}

/** What events of a type can be called. */
function namesOf(type: number): string[] {
  if (index.shared.has(type)) return ['d', 'e', 'unknown', 'other'];
  const known = Object.keys(typesByName).filter((name) => typesByName[name]?.includes(type));
  return known.length > 0 ? known : ['nameless'];
}

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
    case 'compare':
      if (expr.left.kind !== 'field' || expr.left.name !== 'evt.type') return true;
      return mayBe(!negated, expr, type);
    default:
      return true;
  }
}

test('the set holds every type that can match, for any condition', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'unknown');
  const names = fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => `(${all.join(', ')})`);
  const single = fc.tuple(fc.constantFrom('=', '!='), name);
  const operator = fc.constantFrom('in', ...['=', '!='].flatMap(withModifiers));
  const check = fc
    .oneof(single, fc.tuple(operator, names))
    .map((parts) => `evt.type ${parts.join(' ')}`);
  const condition = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.oneof({ arbitrary: check, weight: 4 }, fc.constant('proc.name = x')),
      tie('any').map((inner) => `not (${inner})`),
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left} and ${right})`),
      fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left} or ${right})`),
    ),
  })).any;
  fc.assert(
    fc.property(condition, (text) => {
      const found = typesOf(text);
      for (const type of ALL) {
        if (canMatch(parse(text), type, false)) assert(found.includes(type), `${type}: ${text}`);
      }
    }),
    { numRuns: 500 },
  );
});

function withModifiers(operator: string): string[] {
  return MODIFIERS.map((modifier) => `${operator} ${modifier}`);
}
