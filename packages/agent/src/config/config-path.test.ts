import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Source } from '@saker/core/base/source.ts';
import { emptyMap, nodeOf, type Place, plainOf } from './config-node.ts';
import { parsePath, setAtPath } from './config-path.ts';

const place: Place = { source: new Source('test', ''), span: { start: 0, end: 0 } };

/** Steps in short: keys as text, indices as numbers, `+` for append. */
function short(path: string): unknown {
  const steps = parsePath(path);
  if (!Array.isArray(steps)) return `${steps.at}: ${steps.problem}`;
  return steps.map((step) =>
    step.kind === 'key' ? step.key : step.kind === 'index' ? step.index : '+',
  );
}

const paths: readonly (readonly [path: string, steps: unknown])[] = [
  ['a', ['a']],
  ['a.b.c', ['a', 'b', 'c']],
  ['a[3].b', ['a', 3, 'b']],
  ['a[1][3]', ['a', 1, 3]],
  ['a[].b', ['a', '+', 'b']],
  ['a\\.b', ['a.b']],
  ['annotations.kubernetes\\.io/role', ['annotations', 'kubernetes.io/role']],
  ['a\\[0\\]', ['a[0]']],
  ['back\\\\slash', ['back\\slash']],
  ['', '0: expected a key'],
  ['a.', '2: expected a key'],
  ['.a', '0: expected a key'],
  ['a..b', '2: expected a key'],
  ['[0]', '0: expected a key'],
  ['a[', '1: the bracket "[" is not closed'],
  ['a[x]', '2: expected a number between the brackets, found "x"'],
  ['a[0]b', '4: expected "." after "]"'],
  ['a\\', '1: a backslash stands before ".", "[", "]" or "\\" only'],
  ['a\\n', '1: a backslash stands before ".", "[", "]" or "\\" only'],
];

test('paths', () => {
  for (const [path, steps] of paths) assert.deepEqual(short(path), steps, path);
});

/** Sets `path` to x in `before`; the tree after it, or the message. */
function set(before: unknown, path: string, fallback?: unknown): unknown {
  const root = nodeOf(before, place);
  assert.equal(root.kind, 'map');
  const steps = parsePath(path);
  assert(Array.isArray(steps));
  const value = { kind: 'scalar', text: 'x', place } as const;
  const map = root.kind === 'map' ? root : emptyMap(place);
  const problem = setAtPath(map, steps, value, () =>
    fallback === undefined ? undefined : nodeOf(fallback, place),
  );
  return problem?.message ?? plainOf(root);
}

test('values are put where paths lead', () => {
  assert.deepEqual(set({}, 'a'), { a: 'x' });
  assert.deepEqual(set({ a: '1', b: '2' }, 'a'), { a: 'x', b: '2' });
  assert.deepEqual(set({}, 'a.b.c'), { a: { b: { c: 'x' } } });
  assert.deepEqual(set({ a: { d: '1' } }, 'a.b'), { a: { d: '1', b: 'x' } });
  assert.deepEqual(set({ a: '1' }, 'a.b'), { a: { b: 'x' } });
  assert.deepEqual(set({ a: ['1', '2'] }, 'a[1]'), { a: ['1', 'x'] });
  assert.deepEqual(set({ a: ['1'] }, 'a[1]'), { a: ['1', 'x'] });
  assert.deepEqual(set({}, 'a[]'), { a: ['x'] });
  assert.deepEqual(set({ a: ['1'] }, 'a[].b'), { a: ['1', { b: 'x' }] });
  assert.deepEqual(set({}, 'a[0][0]'), { a: [['x']] });
});

test('an absent list begins with its default', () => {
  assert.deepEqual(set({}, 'a[]', ['1']), { a: ['1', 'x'] });
  assert.deepEqual(set({ a: [] }, 'a[]', ['1']), { a: ['x'] });
  assert.deepEqual(set({}, 'a', ['1']), { a: 'x' });
});

test('paths that lead nowhere', () => {
  assert.equal(set({ a: ['1'] }, 'a[5]'), 'index 5 is beyond the list, which has 1 elements');
  assert.equal(set({ a: { b: '1' } }, 'a[0]'), 'brackets are for lists, and this is a map');
  assert.equal(set({ a: ['1'] }, 'a.b'), '"b" is looked for in a list of 1: give an index');
});
