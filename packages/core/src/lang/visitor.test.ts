import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expr } from './ast.ts';
import { parseCondition } from './parser.ts';
import { print, printCondition } from './printer.ts';
import { checksOf, fieldsOf, listNames, macroNames, mapLeaves, walk } from './visitor.ts';

function parsed(text: string): Expr {
  const { expr } = parseCondition(text);
  assert.ok(expr);
  return expr;
}

const expr = parsed(
  'm1 and not (a.b in (l1, "q", x) or m2) and concat(c.d, (e.f, "g")) = val(h.i) and j.k exists and a.b = anyof l2 and m1',
);

test('walk goes from parents to children, in the order of the text', () => {
  const kinds: string[] = [];
  walk(parsed('a or not (b.c exists and d.e = f)'), ({ kind }) => kinds.push(kind));
  assert.deepEqual(kinds, ['or', 'macro', 'not', 'and', 'exists', 'compare']);
});

test('names and fields', () => {
  assert.deepEqual([...macroNames(expr)], ['m1', 'm2']);
  assert.deepEqual([...listNames(expr)], ['l1', 'x', 'l2']);
  assert.deepEqual(fieldsOf(expr).map(print), ['a.b', 'c.d', 'e.f', 'h.i', 'j.k', 'a.b']);
  assert.equal(checksOf(expr).length, 4);
});

test('leaves can be replaced', () => {
  const renamed = mapLeaves(parsed('a and not (a or b)'), (leaf) =>
    leaf.kind === 'macro' && leaf.name === 'a' ? { ...leaf, name: 'z' } : leaf,
  );
  assert.equal(printCondition(renamed), 'z and not (z or b)');
});
