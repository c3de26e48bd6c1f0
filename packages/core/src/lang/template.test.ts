import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { formatDiagnostic } from '../base/diagnostic.ts';
import { catalogue } from './catalogue.cases.ts';
import { outputKey, parseTemplate, TEMPLATE_CHARS_MAX, templateFields } from './template.ts';

/** Text parts as they are, operands as width and key between angle brackets. */
function parts(text: string): string[] {
  const { template, diagnostics } = parseTemplate(text, catalogue);
  assert.ok(template, diagnostics.map((one) => formatDiagnostic(one)).join('\n'));
  return template.parts.map((part) =>
    part.kind === 'text' ? part.text : `<${part.width ?? ''}${part.written}>`,
  );
}

suite('templates that are right', () => {
  const cases: [text: string, ...parts: string[]][] = [
    ['no field at all', 'no field at all'],
    ['%proc.name', '<proc.name>'],
    ['a %proc.name b', 'a ', '<proc.name>', ' b'],
    ['%proc.name%proc.pid.', '<proc.name>', '<proc.pid>', '.'],
    ['*%proc.name', '<proc.name>'],
    ['%20proc.name|', '<20proc.name>', '|'],
    ['%0proc.name', '<proc.name>'],
    ['%proc.aname[2]', '<proc.aname[2]>'],
    ['%proc.env["A B"]', '<proc.env["A B"]>'],
    ['%proc.env[A,(B)]', '<proc.env[A,(B)]>'],
    ['%proc.names', '<proc.name>', 's'],
    ['%proc.name.x', '<proc.name>', '.x'],
    ['%proc.name[2]', '<proc.name>', '[2]'],
    ['%proc.aname[2 x', '<proc.aname>', '[2 x'],
    ['%proc.aname[', '<proc.aname>', '['],
    ['%toupper(proc.name)', '<toupper(proc.name)>'],
    ['%10toupper( basename(proc.name) )x', '<10toupper(basename(proc.name))>', 'x'],
    ['%toupper(proc.name)[1]', '<toupper(proc.name)>', '[1]'],
    ['%getopt(proc.args, "n:")[n]', '<getopt(proc.args,n:)[n]>'],
    ['%getopt(proc.args, "n:")[nn]', '<getopt(proc.args,n:)>', '[nn]'],
    ['%join(", ", (proc.name, 5))', '<join(", ",(proc.name,5))>'],
    ['100*%proc.name', '100*', '<proc.name>'],
  ];
  for (const [text, ...expected] of cases) {
    test(text, () => {
      assert.deepEqual(parts(text), expected);
    });
  }
});

test('a leading asterisk keeps lines with absent values', () => {
  assert.equal(parseTemplate('*a', catalogue).template?.keepAbsent, true);
  assert.equal(parseTemplate('a*', catalogue).template?.keepAbsent, false);
});

test('operands say where they stand', () => {
  const text = 'a %5toupper(proc.name) b';
  const part = parseTemplate(text, catalogue).template?.parts[1];
  assert.ok(part?.kind === 'operand');
  assert.equal(text.slice(part.span.start, part.span.end), '%5toupper(proc.name)');
  assert.equal(text.slice(part.operand.span.start, part.operand.span.end), 'toupper(proc.name)');
});

const unknown = "unknown filter: unexpected token after '";
const wrong: [text: string, falco: string, ...codes: string[]][] = [
  ['', 'empty formatting token', 'empty-output'],
  ['%', 'invalid formatting syntax: formatting cannot end with a %', 'missing-field'],
  ['a%', 'invalid formatting syntax: formatting cannot end with a %', 'missing-field'],
  ['%5', 'invalid formatting syntax: formatting cannot end with a number', 'missing-field'],
  ['100% sure', unknown, 'missing-field'],
  ['%%proc.name', unknown, 'missing-field'],
  ['%name', unknown, 'missing-field'],
  ['%no.such', unknown, 'unknown-field'],
  ['%proc.nmae x', unknown, 'unknown-field'],
  ['%toupper(proc.pid)', unknown, 'wrong-transformer'],
  ['%toupper(no.such)', unknown, 'unknown-field'],
  ['%toupper(proc.name', unknown, 'unbalanced-parenthesis'],
  ['%toupper()', unknown, 'missing-argument'],
  ['%val(proc.name)', unknown, 'missing-field'],
  ['%9999proc.name', 'the width is limited to 4096', 'width-too-large'],
  ['%no.such and %also.not', unknown, 'unknown-field', 'unknown-field'],
];

suite('templates that are wrong', () => {
  for (const [text, falco, ...codes] of wrong) {
    test(text, () => {
      const { template, diagnostics, falcoError } = parseTemplate(text, catalogue);
      assert.equal(template, undefined);
      assert.equal(falcoError?.message, falco);
      assert.deepEqual(
        diagnostics.map(({ code }) => code),
        codes,
      );
    });
  }
});

test('our messages', (t) => {
  const report = wrong.map(([text]) =>
    [
      `> ${text}`,
      ...parseTemplate(text, catalogue).diagnostics.map((one) => formatDiagnostic(one)),
    ].join('\n'),
  );
  const path = `${import.meta.dirname}/testdata/template-errors.txt`;
  t.assert.fileSnapshot(`${report.join('\n\n')}\n`, path, { serializers: [String] });
});

test('a field for conditions only is a warning', () => {
  const { template, diagnostics } = parseTemplate('%fd.ip', catalogue);
  assert.ok(template);
  assert.deepEqual(
    diagnostics.map(({ code, severity }) => [code, severity]),
    [['filter-only-field', 'warning']],
  );
});

test('every field is named once, also inside transformers', () => {
  const { template } = parseTemplate(
    '%proc.name %toupper(proc.name) %concat(proc.cmdline, proc.aname[1]) %proc.name',
    catalogue,
  );
  assert.ok(template);
  assert.deepEqual(templateFields(template).map(outputKey), [
    'proc.name',
    'proc.cmdline',
    'proc.aname[1]',
  ]);
});

test('any text: no exception, and a template or an error', () => {
  const pieces = fc.constantFrom(
    '%',
    'proc.name',
    'fd.name',
    'proc.aname',
    '[2]',
    '["x y"]',
    'toupper(',
    ')',
    '20',
    ' ',
    '*',
    'x',
    '.',
    ',',
    '"',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (list) => {
      const text = list.join('');
      const { template, falcoError } = parseTemplate(text, catalogue);
      assert.equal(template === undefined, falcoError !== undefined);
    }),
    { numRuns: 3000 },
  );
});

test('length is limited', () => {
  const { diagnostics } = parseTemplate('x'.repeat(TEMPLATE_CHARS_MAX + 1), catalogue);
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['output-too-long'],
  );
});

test('long templates take no time worth mentioning', () => {
  for (const piece of ['%', '%a.b', '%toupper(', '%proc.name[', '%1', "%len('"]) {
    const start = performance.now();
    parseTemplate(piece.repeat(TEMPLATE_CHARS_MAX / piece.length), catalogue);
    assert.ok(performance.now() - start < 2000, piece);
  }
});
