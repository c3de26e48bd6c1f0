import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expressions } from '@saker/core/lang/arbitrary.cases.ts';
import { parseCondition } from '@saker/core/lang/parser.ts';
import { printCondition } from '@saker/core/lang/printer.ts';
import fc from 'fast-check';
import { visible } from '../terminal/visible-text.ts';
import { fill, layoutCondition } from './condition-layout.ts';

function layout(condition: string, width?: number): string[] {
  const { expr } = parseCondition(condition);
  assert.ok(expr !== undefined, condition);
  return layoutCondition(expr, width === undefined ? {} : { width });
}

describe('layoutCondition', () => {
  const cases: readonly [condition: string, width: number, lines: string[]][] = [
    ['a and b', 80, ['a and b']],
    ['a and b', 4, ['a', 'and b']],
    ['a and (b or not c)', 80, ['a', 'and (b or not c)']],
    ['a or (b and c)', 4, ['a', 'or (', '  b', '  and c', ')']],
    ['not (a or b)', 80, ['not (a or b)']],
    ['proc.name in (aaa, bbb, ccc, ddd)', 17, ['proc.name in (', '  aaa, bbb, ccc,', '  ddd', ')']],
    ['proc.name exists and fd.num>=3', 80, ['proc.name exists and fd.num >= 3']],
  ];
  for (const [condition, width, lines] of cases) {
    test(`${condition} in ${width} columns`, () => {
      assert.deepEqual(layout(condition, width), lines);
    });
  }

  test('reads back as the same condition', () => {
    const width = fc.integer({ min: 1, max: 120 });
    fc.assert(
      fc.property(expressions, width, (expr, columns) => {
        const text = layoutCondition(expr, { width: columns }).join('\n');
        const again = parseCondition(text).expr;
        assert.ok(again !== undefined, text);
        assert.equal(visible(printCondition(again)), visible(printCondition(expr)));
      }),
    );
  });
});

test('values fill lines and are never broken', () => {
  assert.deepEqual(fill(['aa', '"b b"', 'c'], 8), ['aa,', '"b b", c']);
  assert.deepEqual(fill([], 8), []);
});
