import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TestScreen } from '../testing.ts';
import { answerText, seenText } from './answer.ts';
import type { ExplainedTerm } from './explained-term.ts';
import { explanationTree } from './explanation-tree.ts';

function term(written: string, more: Partial<ExplainedTerm> = {}): ExplainedTerm {
  const base = {
    result: true,
    skipped: false,
    decides: false,
    items: [],
    values: [],
    exception: undefined,
  };
  return { kind: 'term', written, ...base, ...more };
}

const name = [{ operand: 'proc.name', text: 'cat' }];
const isShell = term('proc.name in (shells)', { result: false, decides: true, values: name });
const isOpen = term('evt.type = open', { values: [{ operand: 'evt.type', text: 'open' }] });
const notReached = { result: false, skipped: true };

const tree = term('', {
  kind: 'and',
  result: false,
  decides: true,
  items: [
    term('opened', { kind: 'macro', items: [isOpen] }),
    isShell,
    term('', {
      ...notReached,
      kind: 'not',
      items: [
        term('known', {
          kind: 'macro',
          skipped: true,
          items: [
            term('', {
              kind: 'or',
              skipped: true,
              items: [
                term('fd.num exists', {
                  ...notReached,
                  values: [{ operand: 'fd.num', text: undefined }],
                }),
                term('proc.pname = x', { skipped: true }),
              ],
            }),
          ],
        }),
      ],
    }),
  ],
});

describe('explanationTree', () => {
  test('marks, values, what decides and what was not reached', () => {
    const want = [
      '✗ all of',
      '├─ ✓ opened: evt.type = open  evt.type was "open"',
      '├─ ✗ proc.name in (shells) ◀  proc.name was "cat"',
      '└─ ✗ not known: any of  (not reached)',
      '   ├─ ✗ fd.num exists  fd.num has no value',
      '   └─ ✓ proc.pname = x',
      '',
    ];
    assert.equal(explanationTree(tree, new TestScreen()), want.join('\n'));
  });

  test('values go under the term where there is no room beside it', () => {
    const lines = explanationTree(tree, new TestScreen(40)).split('\n');
    assert.deepEqual(lines.slice(1, 4), [
      '├─ ✓ opened: evt.type = open',
      '│       evt.type was "open"',
      '├─ ✗ proc.name in (shells) ◀',
    ]);
  });

  test('with colours', (t) => {
    t.assert.snapshot(explanationTree(tree, new TestScreen(100, true)).split('\n'));
  });
});

describe('answerText', () => {
  const cases: readonly [name: string, tree: ExplainedTerm, want: string][] = [
    [
      'one term',
      tree,
      '"Shell" does not match event 12 because proc.name in (shells) is false: proc.name was "cat".',
    ],
    [
      'two that are true and one that is false',
      term('', {
        kind: 'and',
        decides: true,
        items: [
          term('a = 1', { decides: true }),
          term('b = 2', { decides: true }),
          term('', {
            kind: 'not',
            decides: true,
            items: [term('c = 3', { result: false, decides: true })],
          }),
        ],
      }),
      '"Shell" matches event 12 because a = 1 and b = 2 are true, and c = 3 is false.',
    ],
    [
      'many',
      term('', {
        kind: 'or',
        result: false,
        decides: true,
        items: ['a', 'b', 'c', 'd', 'e'].map((text) =>
          term(`${text} = 1`, { result: false, decides: true }),
        ),
      }),
      '"Shell" does not match event 12 because a = 1, b = 1, c = 1 and 2 other terms are false.',
    ],
  ];
  for (const [title, explained, want] of cases) {
    test(title, () => assert.equal(answerText('Shell', 12, explained), want));
  }
});

test('values are told safely', () => {
  const cases: readonly [text: string | undefined, want: string][] = [
    [undefined, 'x has no value'],
    ['3', 'x was 3'],
    ['-1.5', 'x was -1.5'],
    ['true', 'x was true'],
    ['', 'x was ""'],
    ['a\u001b[2J', 'x was "a\\x1b[2J"'],
    ['a'.repeat(500), `x was "${'a'.repeat(159)}…"`],
  ];
  for (const [text, want] of cases) assert.equal(seenText({ operand: 'x', text }), want);
});
