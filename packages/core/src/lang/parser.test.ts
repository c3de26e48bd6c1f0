import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatDiagnostic } from '../base/diagnostic.ts';
import type { Expr, Operand, Right } from './ast.ts';
import { CONDITION_CHARS_MAX, parseCondition } from './parser.ts';
import { printCondition } from './printer.ts';
import { stripSpans } from './strip-spans.cases.ts';
import { brokenConditions, falcoErrors, goodConditions } from './syntax.cases.ts';

function parsed(text: string): Expr {
  const { expr, diagnostics } = parseCondition(text);
  assert.ok(expr, diagnostics.map((one) => formatDiagnostic(one)).join('\n'));
  return expr;
}

suite('conditions that are right', () => {
  for (const [text, printed] of goodConditions) {
    test(text, () => {
      assert.equal(printCondition(parsed(text)), printed);
    });
  }
});

test('operators bind: not, then and, then or', () => {
  const tree = stripSpans(parsed('not a and b or c'));
  assert.deepEqual(tree, {
    kind: 'or',
    items: [
      {
        kind: 'and',
        items: [
          { kind: 'not', item: { kind: 'macro', name: 'a' } },
          { kind: 'macro', name: 'b' },
        ],
      },
      { kind: 'macro', name: 'c' },
    ],
  });
});

test('quoting and arguments are resolved in the tree', () => {
  assert.deepEqual(stripSpans(parsed('proc.env["A B"] = "x\\n" or proc.args[1] in (a, \'b\')')), {
    kind: 'or',
    items: [
      {
        kind: 'compare',
        left: { kind: 'field', name: 'proc.env', argument: 'A B' },
        operator: '=',
        modifier: undefined,
        right: { kind: 'literal', text: 'x\n', quoted: true },
      },
      {
        kind: 'compare',
        left: { kind: 'field', name: 'proc.args', argument: '1' },
        operator: 'in',
        modifier: undefined,
        right: {
          kind: 'values',
          items: [
            { kind: 'literal', text: 'a', quoted: false },
            { kind: 'literal', text: 'b', quoted: true },
          ],
        },
      },
    ],
  });
});

test('every node says where it stands', () => {
  const text = 'a and not (proc.name  startswith\n"x y" or fd.name exists)';
  const places: string[] = [];
  const visit = (node: Expr | Operand | Right): void => {
    places.push(`${node.kind}: ${text.slice(node.span.start, node.span.end)}`);
    if (node.kind === 'and' || node.kind === 'or') for (const item of node.items) visit(item);
    if (node.kind === 'not') visit(node.item);
    if (node.kind === 'exists' || node.kind === 'compare') visit(node.left);
    if (node.kind === 'compare') {
      places.push(text.slice(node.operatorSpan.start, node.operatorSpan.end));
      visit(node.right);
    }
  };
  visit(parsed(text));
  assert.deepEqual(places, [
    `and: ${text.slice(0, -1)}`,
    'macro: a',
    `not: ${text.slice(6, -1)}`,
    `or: ${text.slice(11, -1)}`,
    'compare: proc.name  startswith\n"x y"',
    'field: proc.name',
    'startswith',
    'literal: "x y"',
    'exists: fd.name exists',
    'field: fd.name',
  ]);
});

suite("Falco's first error, its place in bytes", () => {
  for (const [text, message, offset, line, column] of falcoErrors) {
    test(JSON.stringify(text), () => {
      const { falcoError, expr } = parseCondition(text);
      assert.equal(expr, undefined);
      assert.deepEqual(falcoError, { message, offset, line, column });
    });
  }
});

test('our messages', (t) => {
  const report = brokenConditions.map((text) => {
    const { diagnostics, partial } = parseCondition(text);
    const rest = partial === undefined ? 'nothing' : printCondition(partial);
    return [
      `> ${text}`,
      ...diagnostics.map((one) => formatDiagnostic(one)),
      `understood: ${rest}`,
    ].join('\n');
  });
  const path = `${import.meta.dirname}/testdata/syntax-errors.txt`;
  t.assert.fileSnapshot(`${report.join('\n\n')}\n`, path, { serializers: [String] });
});

suite('limits', () => {
  const depths: [string, (depth: number) => string, number][] = [
    ['parentheses', (depth) => `${'('.repeat(depth)}a${')'.repeat(depth)}`, 199],
    ['not(', (depth) => `${'not('.repeat(depth)}a${')'.repeat(depth)}`, 248],
    ['and(', (depth) => `${'a and('.repeat(depth)}a${')'.repeat(depth)}`, 331],
  ];
  for (const [name, make, deepest] of depths) {
    test(`${name}: ${deepest} levels and no more`, () => {
      assert.ok(parseCondition(make(deepest)).expr);
      const { falcoError, diagnostics } = parseCondition(make(deepest + 1));
      assert.equal(falcoError?.message, 'exceeded max depth limit of 1000');
      assert.equal(diagnostics.length, 1);
    });
  }

  test('the depth can be set', () => {
    assert.equal(
      parseCondition('((a))', { depthMax: 10 }).falcoError?.message,
      'exceeded max depth limit of 10',
    );
  });

  test('length of the text', () => {
    const { diagnostics } = parseCondition('a'.repeat(CONDITION_CHARS_MAX + 1));
    assert.equal(diagnostics[0]?.code, 'condition-too-long');
    assert.ok(parseCondition('a'.repeat(CONDITION_CHARS_MAX)).expr);
  });

  test('number of errors', () => {
    assert.equal(parseCondition('proc.name xx y and '.repeat(500)).diagnostics.length, 100);
  });

  const long = [
    '(',
    ')',
    '"',
    "'",
    "'\\",
    'not ',
    'a or ',
    'a.b in (',
    'tolower(',
    'a.b=',
    ' ',
    'a.b[',
    '&& ',
    'a b ',
  ];
  for (const piece of long) {
    test(`100,000 times ${JSON.stringify(piece)} takes no time worth mentioning`, () => {
      const start = performance.now();
      parseCondition(piece.repeat(100_000));
      assert.ok(performance.now() - start < 2000);
    });
  }
});
