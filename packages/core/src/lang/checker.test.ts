import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { formatDiagnostic } from '../base/diagnostic.ts';
import { Source } from '../base/source.ts';
import type { Expr } from './ast.ts';
import { catalogue } from './catalogue.cases.ts';
import { doubtfulConditions, rightConditions, wrongConditions } from './check.cases.ts';
import { type CheckedCondition, checkCondition, firstFalcoError } from './checker.ts';
import { parseCondition } from './parser.ts';
import { print } from './printer.ts';
import { valueType } from './value-types.ts';

function check(text: string): CheckedCondition & { readonly expr: Expr } {
  const source = new Source('condition', text);
  const { expr } = parseCondition(source);
  assert.ok(expr, text);
  const { diagnostics, operands, fields, falcoErrors, falcoError, falcoWarnings } = checkCondition(
    expr,
    source,
    catalogue,
  );
  return { expr, diagnostics, operands, fields, falcoErrors, falcoError, falcoWarnings };
}

suite('right', () => {
  for (const text of rightConditions) {
    test(text, () => {
      const { diagnostics, falcoError } = check(text);
      assert.equal(diagnostics.map((one) => formatDiagnostic(one)).join('\n'), '');
      assert.equal(falcoError, undefined);
    });
  }
});

suite("wrong, in Falco's words", () => {
  for (const [text, message, at] of wrongConditions) {
    test(text, () => {
      const { falcoError, diagnostics } = check(text);
      assert.deepEqual(falcoError, { message, offset: at, line: 1, column: at + 1 });
      assert.ok(diagnostics.some(({ severity }) => severity === 'error'));
    });
  }
});

suite('doubtful', () => {
  for (const [text, ...warnings] of doubtfulConditions) {
    test(text, () => {
      const { falcoError, falcoWarnings, diagnostics } = check(text);
      assert.equal(falcoError, undefined);
      assert.deepEqual(
        falcoWarnings.map(({ message, offset }) => [message, offset]),
        warnings,
      );
      assert.deepEqual(
        diagnostics.map(({ severity }) => severity),
        ['warning'],
      );
    });
  }

  test('a pattern that needs to be one is not doubtful', () => {
    for (const pattern of ['a.c', 'a|b', '[ab]c', 'a{2}', '\\\\.x', '(a)', 'a^b']) {
      const { falcoWarnings } = check(`proc.name regex "${pattern}"`);
      assert.deepEqual(falcoWarnings, [], pattern);
    }
  });
});

test('our messages', (t) => {
  const texts = [
    ...wrongConditions.map(([text]) => text),
    ...doubtfulConditions.map(([text]) => text),
  ];
  const report = texts.map((text) =>
    [`> ${text}`, ...check(text).diagnostics.map((one) => formatDiagnostic(one))].join('\n'),
  );
  const path = `${import.meta.dirname}/testdata/check-errors.txt`;
  t.assert.fileSnapshot(`${report.join('\n\n')}\n`, path, { serializers: [String] });
});

test('every wrong value and every wrong check is reported', () => {
  const { diagnostics, falcoErrors, falcoError } = check(
    'proc.pid in (a, 1, b) and no.such exists and (evt.type = x or fd.net = 1.2.3.4)',
  );
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['wrong-value', 'wrong-value', 'unknown-field', 'unknown-event-type', 'wrong-value'],
  );
  assert.equal(falcoErrors.size, 4);
  assert.equal(falcoError?.message, 'a is not a valid number');
});

test('types of all operands are told', () => {
  const { operands, fields } = check('len(tolower(proc.name)) > 3 and proc.pid = val(proc.ppid)');
  const told = Array.from(operands, ([operand, facts]) => {
    const { name } = valueType(facts.type);
    return `${print(operand)} ${name}`;
  });
  assert.deepEqual(told, [
    'proc.name CHARBUF',
    'tolower(proc.name) CHARBUF',
    'len(tolower(proc.name)) UINT64',
    'proc.pid INT64',
    'proc.ppid INT64',
  ]);
  assert.deepEqual(
    Array.from(fields.values(), ({ name }) => name),
    ['proc.name', 'proc.pid', 'proc.ppid'],
  );
});

test('number of diagnostics is limited', () => {
  const many = Array.from({ length: 500 }, () => 'no.such exists').join(' and ');
  assert.equal(check(many).diagnostics.length, 100);
});

suite("a rule's first error may lie in a macro", () => {
  const macros = new Map([
    ['good', check('evt.type = open')],
    ['bad', check('good and\n  evt.type = opne')],
    ['outer', check('good or bad')],
  ]);
  const find = (text: string) => {
    const rule = check(text);
    const all = [rule, ...macros.values()];
    return firstFalcoError(
      rule.expr,
      (node) => all.map((checked) => checked.falcoErrors.get(node)).find((error) => error),
      (name) => macros.get(name)?.expr,
    );
  };

  test('before and after it', () => {
    assert.equal(find('good and proc.pid = 1'), undefined);
    assert.equal(find('proc.pid = x and bad')?.message, 'x is not a valid number');
    assert.deepEqual(find('good and outer and proc.pid = x'), {
      message: 'unknown event type opne',
      offset: 11,
      line: 2,
      column: 3,
    });
  });

  test('unknown macros are left alone', () => {
    assert.equal(find('nosuch and not good'), undefined);
  });
});
