/** Explanations made by hand and by chance: what decides is checked by changing the rest. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Source } from '@saker/core/base/source.ts';
import type { Explanation } from '@saker/core/engine/explain.ts';
import fc from 'fast-check';
import { decidingTerms, type ExplainedTerm, explainedTerm } from './explained-term.ts';

/** A condition whose terms have numbers. */
type Tree =
  | { readonly kind: 'term'; readonly id: number }
  | { readonly kind: 'not'; readonly items: readonly [Tree] }
  | { readonly kind: 'and' | 'or'; readonly items: readonly Tree[] };

function evaluate(tree: Tree, truth: (id: number) => boolean): boolean {
  switch (tree.kind) {
    case 'term':
      return truth(tree.id);
    case 'not':
      return !evaluate(tree.items[0], truth);
    case 'and':
      return tree.items.every((item) => evaluate(item, truth));
    case 'or':
      return tree.items.some((item) => evaluate(item, truth));
  }
}

/** As the engine explains it. */
function explain(tree: Tree, truth: (id: number) => boolean, skipped = false): Explanation {
  const text = tree.kind === 'term' ? String(tree.id) : tree.kind;
  const result = evaluate(tree, truth);
  const base = { kind: tree.kind, text, span: { start: 0, end: 0 }, result, skipped, values: [] };
  if (tree.kind === 'term') return { ...base, items: [] };
  if (tree.kind === 'not') return { ...base, items: [explain(tree.items[0], truth, skipped)] };
  let decided = false;
  const items = tree.items.map((item) => {
    const explained = explain(item, truth, skipped || decided);
    if (explained.result === (tree.kind === 'or')) decided = true;
    return explained;
  });
  return { ...base, items };
}

/** The engine's text of a term stands for its place in the source. */
function read(explanation: Explanation): ExplainedTerm {
  const source = new Source('condition', '');
  return explainedTerm(explanation, { source, macroSource: () => undefined, exceptions: [] });
}

function decidingIds(tree: Tree, truth: (id: number) => boolean): number[] {
  const ids: number[] = [];
  const collect = (explanation: Explanation, term: ExplainedTerm): void => {
    if (term.decides && term.kind === 'term') ids.push(Number(explanation.text));
    for (const [at, item] of explanation.items.entries()) collect(item, term.items[at]!);
  };
  const explanation = explain(tree, truth);
  collect(explanation, read(explanation));
  return ids;
}

const trees: fc.Arbitrary<Tree> = fc
  .letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.record({ kind: fc.constant('term' as const), id: fc.nat(15) }),
      fc.record({ kind: fc.constant('not' as const), items: fc.tuple(tie('tree')) }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        items: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      }),
    ),
  }))
  .tree.map((tree) => numbered(tree, { next: 0 }));

/** Each term its own number. */
function numbered(tree: Tree, counter: { next: number }): Tree {
  if (tree.kind === 'term') return { kind: 'term', id: counter.next++ };
  if (tree.kind === 'not') return { kind: 'not', items: [numbered(tree.items[0], counter)] };
  return { kind: tree.kind, items: tree.items.map((item) => numbered(item, counter)) };
}

describe('terms that decide', () => {
  const t = (id: number): Tree => ({ kind: 'term', id });
  const cases: readonly [name: string, tree: Tree, truths: boolean[], want: number[]][] = [
    [
      'the first false one of and',
      { kind: 'and', items: [t(0), t(1), t(2)] },
      [true, false, false],
      [1],
    ],
    ['all of a true and', { kind: 'and', items: [t(0), t(1)] }, [true, true], [0, 1]],
    [
      'the first true one of or',
      { kind: 'or', items: [t(0), t(1), t(2)] },
      [false, true, true],
      [1],
    ],
    ['all of a false or', { kind: 'or', items: [t(0), t(1)] }, [false, false], [0, 1]],
    [
      'through not',
      { kind: 'and', items: [t(0), { kind: 'not', items: [{ kind: 'or', items: [t(1), t(2)] }] }] },
      [true, false, true],
      [2],
    ],
  ];
  for (const [name, tree, truths, want] of cases) {
    test(name, () =>
      assert.deepEqual(
        decidingIds(tree, (id) => truths[id] ?? false),
        want,
      ),
    );
  }

  test('suffice: whatever the others are, the result stays', () => {
    const truths = fc.array(fc.boolean(), { minLength: 300, maxLength: 300 });
    fc.assert(
      fc.property(trees, truths, truths, (tree, before, after) => {
        const first = (id: number): boolean => before[id % 300] ?? false;
        const deciding = new Set(decidingIds(tree, first));
        const second = (id: number): boolean =>
          deciding.has(id) ? first(id) : (after[id % 300] ?? false);
        assert.equal(evaluate(tree, second), evaluate(tree, first));
      }),
    );
  });

  test('there is always one', () => {
    const truths = fc.array(fc.boolean(), { minLength: 300, maxLength: 300 });
    fc.assert(
      fc.property(trees, truths, (tree, values) => {
        const truth = (id: number): boolean => values[id % 300] ?? false;
        const deciding = decidingTerms(read(explain(tree, truth)));
        assert.ok(deciding.length > 0);
        assert.ok(deciding.every(({ kind, skipped }) => kind === 'term' && !skipped));
      }),
    );
  });
});

test('terms are told as written, in the text that they stand in', () => {
  const rule = new Source('rule', 'started\n  and proc.name in (shells)');
  const macro = new Source('macro', 'evt.type = execve');
  const term = { kind: 'term', result: true, skipped: false, items: [], values: [] } as const;
  const explanation: Explanation = {
    ...term,
    kind: 'and',
    text: '',
    span: { start: 0, end: rule.text.length },
    items: [
      {
        ...term,
        kind: 'macro',
        text: 'started',
        span: { start: 0, end: 7 },
        items: [{ ...term, text: 'evt.type = execve', span: { start: 0, end: 17 } }],
      },
      {
        ...term,
        text: 'proc.name in (sh, bash)',
        span: { start: 14, end: 35 },
        values: [{ operand: 'proc.name', text: 'caf\u00c3\u00a9' }],
      },
    ],
  };
  const read = explainedTerm(explanation, {
    source: rule,
    macroSource: (name) => (name === 'started' ? macro : undefined),
    exceptions: [],
  });
  assert.equal(read.written, 'started and proc.name in (shells)');
  assert.deepEqual(
    read.items.map((item) => [item.written, item.items.map((inner) => inner.written)]),
    [
      ['started', ['evt.type = execve']],
      ['proc.name in (shells)', []],
    ],
  );
  assert.deepEqual(read.items[1]?.values, [{ operand: 'proc.name', text: 'café' }]);
});
