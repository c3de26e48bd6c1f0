import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { expressions } from './arbitrary.cases.ts';
import { parseCondition } from './parser.ts';
import { print, printCondition } from './printer.ts';
import { stripSpans } from './strip-spans.cases.ts';

/** Parsing fails only with diagnostics, and printing what was parsed is stable. */
function checkText(text: string): void {
  const { expr, partial, diagnostics, falcoError } = parseCondition(text);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  assert.equal(expr === undefined, errors.length > 0, text);
  assert.equal(expr === undefined, falcoError !== undefined, text);
  for (const { span } of diagnostics) {
    assert.ok(span.start >= 0 && span.start <= span.end && span.start <= text.length, text);
  }
  if (expr === undefined) {
    if (partial !== undefined) printCondition(partial);
    return;
  }
  const printed = printCondition(expr);
  const again = parseCondition(printed).expr;
  assert.deepEqual(stripSpans(again), stripSpans(expr), `${text} -> ${printed}`);
  assert.equal(again && printCondition(again), printed);
}

test('any tree that is printed reads back equal', () => {
  fc.assert(
    fc.property(expressions, (expr) => {
      const printed = printCondition(expr);
      const { expr: again, diagnostics } = parseCondition(printed);
      assert.deepEqual(
        stripSpans(again),
        stripSpans(expr),
        `${printed}\n${diagnostics[0]?.message}`,
      );
    }),
    { numRuns: 1500 },
  );
});

test('parts of a condition are printed as they are inside', () => {
  const { expr } = parseCondition('concat(proc.name, ("a", fd.name)) in (x, "y") or a');
  assert.ok(expr?.kind === 'or');
  const [compare] = expr.items;
  assert.ok(compare?.kind === 'compare' && compare.left.kind === 'transform');
  const [field, list] = compare.left.args;
  assert.ok(field && list);
  assert.deepEqual(
    [print(compare), print(compare.left), print(compare.right), print(field), print(list)],
    [
      'concat(proc.name, ("a", fd.name)) in (x, "y")',
      'concat(proc.name, ("a", fd.name))',
      '(x, "y")',
      'proc.name',
      '("a", fd.name)',
    ],
  );
});

suite('every text over a small alphabet', () => {
  const alphabets: [number, string[]][] = [
    [4, ['a', 'a.b', ' ', '(', ')', '=', 'in', ',', '"', '\\', 'not', 'and', 'or', '5', '<']],
    [6, ['a.b=', '"', "'", '\\', 'x']],
    [5, ['a.b ', 'in', '(', ')', ',', '"', ' ', 'oneof ', '=']],
    [5, ['tolower(', 'val(', 'a.b', '[', ']', ')', '=']],
  ];
  for (const [length, pieces] of alphabets) {
    test(`${pieces.join(' ')}, up to ${length}`, () => {
      const extend = (text: string, left: number): void => {
        checkText(text);
        if (left > 0) for (const piece of pieces) extend(text + piece, left - 1);
      };
      extend('', length);
    });
  }
});

test('any text at all', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), checkText), {
    numRuns: 3000,
  });
});

test('good conditions with pieces removed, doubled and moved', () => {
  const good =
    'evt.type in (open, openat) and not (fd.name startswith "/etc" or proc.aname[2] = oneof (a, b)) and len(fd.name) > 3';
  const cuts = fc.tuple(fc.nat(good.length), fc.nat(good.length), fc.nat(good.length));
  fc.assert(
    fc.property(cuts, ([a, b, c]) => {
      const [from = 0, to = 0] = [a, b].sort((x, y) => x - y);
      const rest = good.slice(0, from) + good.slice(to);
      checkText(rest);
      checkText(rest.slice(0, c) + good.slice(from, to) + rest.slice(c));
    }),
    { numRuns: 3000 },
  );
});
