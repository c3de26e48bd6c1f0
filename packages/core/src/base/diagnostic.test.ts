import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareDiagnostics, type Diagnostic, formatDiagnostic } from './diagnostic.ts';
import { Source, type Span } from './source.ts';

const text = 'condition: evt.typ = open\n\tor nothing\n\n';
const source = new Source('rules.yaml', text);

function diagnostic(span: Span, more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: 'LOAD_ERR_COMPILE_CONDITION',
    severity: 'error',
    message: 'unknown field evt.typ',
    source,
    span,
    ...more,
  };
}

describe('formatDiagnostic', () => {
  test('shows the place, the line and a caret under the span', () => {
    assert.equal(
      formatDiagnostic(diagnostic({ start: 11, end: 18 })),
      [
        'rules.yaml:1:12: error LOAD_ERR_COMPILE_CONDITION: unknown field evt.typ',
        '  condition: evt.typ = open',
        '             ^^^^^^^',
      ].join('\n'),
    );
  });

  test('hands its parts to whoever has colours', () => {
    const paint = {
      place: (text: string) => `P(${text})`,
      severity: (text: string, severity: string) => `${severity[0]}(${text})`,
      text: (text: string) => `T(${text})`,
      hint: (text: string) => `H(${text})`,
    };
    const painted = formatDiagnostic(diagnostic({ start: 11, end: 18 }, { hint: 'look' }), paint);
    assert.deepEqual(painted.split('\n'), [
      'P(rules.yaml:1:12:) e(error LOAD_ERR_COMPILE_CONDITION:) T(unknown field evt.typ)',
      'T(  condition: evt.typ = open)',
      'e(             ^^^^^^^)',
      '  H(hint:) T(look)',
    ]);
  });

  test('adds the hint and related places', () => {
    const shown = formatDiagnostic(
      diagnostic(
        { start: 11, end: 18 },
        {
          severity: 'warning',
          hint: 'did you mean evt.type?',
          related: [{ message: 'used here', source, span: { start: 27, end: 29 } }],
        },
      ),
    );
    assert.deepEqual(shown.split('\n').slice(3), [
      '  hint: did you mean evt.type?',
      '  rules.yaml:2:2: used here',
    ]);
    assert.match(shown, /^rules\.yaml:1:12: warning /);
  });

  test('keeps tabs, so that the caret stands below its char', () => {
    const lines = formatDiagnostic(diagnostic({ start: 30, end: 37 })).split('\n');
    assert.deepEqual(lines.slice(1), ['  \tor nothing', '  \t   ^^^^^^^']);
  });

  test('an empty span has one caret, a long one stops at the end of its line', () => {
    assert.equal(
      formatDiagnostic(diagnostic({ start: 21, end: 21 }))
        .split('\n')[2]
        ?.trim(),
      '^',
    );
    assert.equal(
      formatDiagnostic(diagnostic({ start: 21, end: 37 }))
        .split('\n')[2]
        ?.trim(),
      '^^^^',
    );
  });

  test('an empty line is not shown', () => {
    assert.equal(formatDiagnostic(diagnostic({ start: 38, end: 38 })).split('\n').length, 1);
  });

  test('a long line is cut around the caret', () => {
    const long = new Source('long.yaml', `${'a'.repeat(500)}X${'b'.repeat(500)}`);
    const shown = formatDiagnostic({ ...diagnostic({ start: 500, end: 501 }), source: long });
    const [, line = '', caret = ''] = shown.split('\n');
    assert.equal(line.length, 162);
    assert.equal(line[caret.indexOf('^')], 'X');
  });
});

describe('compareDiagnostics', () => {
  test('orders by place, inner spans first', () => {
    const spans = [
      { start: 5, end: 9 },
      { start: 1, end: 8 },
      { start: 1, end: 3 },
    ];
    const sorted = spans.map((span) => diagnostic(span)).sort(compareDiagnostics);
    assert.deepEqual(
      sorted.map(({ span }) => [span.start, span.end]),
      [
        [1, 3],
        [1, 8],
        [5, 9],
      ],
    );
  });
});
