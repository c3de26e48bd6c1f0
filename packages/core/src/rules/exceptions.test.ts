import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printCondition } from '../lang/printer.ts';
import { diagnosticsOf, errorOf, load, ruleOf, ruleText, warningsOf } from './loading.cases.ts';

function withException(lines: readonly string[], lists = ''): string {
  const [first = '', ...rest] = lines;
  const keys = ['exceptions:', `  - ${first}`, ...rest.map((line) => `    ${line}`)];
  return lists + ruleText('r', 'evt.type = open', keys);
}

describe('exceptions', () => {
  test('exists is no comparison', () => {
    const lines = ['name: e', 'fields: [proc.name]', 'comps: [" exists"]'];
    const [first] = diagnosticsOf(load(withException(lines)));
    assert.match(
      first ?? '',
      /^file-1.yaml:9:15 wrong-operator: 'exists' compares .*allowed are = != in /,
    );
    assert.equal(errorOf(load(withException(lines))), undefined);
    const values = ['values:', '- [a]'];
    assert.match(errorOf(load(withException([...lines, ...values]))) ?? '', /COMPILE_CONDITION/);
  });

  const cases: readonly (readonly [name: string, lines: readonly string[], want: string])[] = [
    ['without values', ['name: e', 'fields: [proc.name]'], 'evt.type = open'],
    [
      'one field',
      ['name: e', 'fields: proc.name', 'values: [a, b c, "d"]'],
      'evt.type = open and not proc.name in (a, "b c", d)',
    ],
    [
      'one field, another comparison',
      ['name: e', 'fields: fd.name', 'comps: pmatch', 'values: [/etc]'],
      'evt.type = open and not fd.name pmatch (/etc)',
    ],
    [
      'one field, an operator with a modifier',
      ['name: e', 'fields: fd.name', 'comps: " startswith oneof "', 'values: [/etc, /usr]'],
      'evt.type = open and not fd.name startswith oneof (/etc, /usr)',
    ],
    [
      'several fields',
      ['name: e', 'fields: [proc.name, fd.num]', 'values:', '- [a, 1]', '- [b, 2]'],
      'evt.type = open and not (proc.name = a and fd.num = 1 or proc.name = b and fd.num = 2)',
    ],
    [
      'several comparisons',
      [
        'name: e',
        'fields: [proc.name, fd.name, fd.num]',
        'comps: [in, startswith, ">="]',
        'values:',
        '- [[a, b], /etc, 3]',
        '- [c, "/tmp dir", 4]',
      ],
      'evt.type = open and not (proc.name in (a, b) and fd.name startswith /etc and fd.num >= 3 or proc.name in (c) and fd.name startswith "/tmp dir" and fd.num >= 4)',
    ],
    [
      'lists and parentheses',
      [
        'name: e',
        'fields: [proc.name, proc.pname]',
        'comps: [in, in]',
        'values:',
        '- [names, "(x, y)"]',
      ],
      'evt.type = open and not (proc.name in (n1, n2) and proc.pname in (x, y))',
    ],
    [
      'a value that only looks like a call',
      ['name: e', 'fields: [proc.cmdline]', 'values:', '- [sd(1)]'],
      'evt.type = open and not proc.cmdline = "sd(1)"',
    ],
    [
      'a field at the right',
      ['name: e', 'fields: [proc.name]', 'values:', '- [val(proc.pname)]'],
      'evt.type = open and not proc.name = val(proc.pname)',
    ],
    [
      'a transformer at the left',
      ['name: e', 'fields: [tolower(proc.name)]', 'values:', '- [a]'],
      'evt.type = open and not tolower(proc.name) = a',
    ],
    [
      'values that are no words',
      ['name: e', 'fields: [fd.name]', 'values:', "- ['a,b=(c)\"d']"],
      'evt.type = open and not fd.name = "a,b=(c)\\"d"',
    ],
  ];
  for (const [name, lines, want] of cases) {
    test(name, () => {
      const rule = ruleOf(load(withException(lines, '- list: names\n  items: [n1, n2]\n')));
      assert.equal(printCondition(rule.condition.expr), want);
      assert.equal(rule.conditionText, 'evt.type = open');
    });
  }

  test('two of them', () => {
    const keys = [
      'exceptions:',
      '  - {name: e, fields: proc.name, values: [a]}',
      '  - {name: f, fields: fd.num, values: ["1"]}',
    ];
    const rule = ruleOf(load(ruleText('r', 'evt.type = open or evt.type = close', keys)));
    assert.equal(
      printCondition(rule.condition.expr),
      '(evt.type = open or evt.type = close) and not proc.name in (a) and not fd.num in (1)',
    );
  });

  const refused: readonly (readonly [name: string, lines: readonly string[], want: string])[] = [
    ['no name', ['fields: proc.name'], "YAML_VALIDATE: Item has no mapping for key 'name'"],
    ['no mapping', ['text'], 'YAML_VALIDATE: Rule exception must be a mapping'],
    ['no fields', ['name: e'], "YAML_VALIDATE: Item has no mapping for key 'fields'"],
    [
      'empty fields',
      ['name: e', 'fields: []'],
      'VALIDATE: Rule exception item must have fields property with a list of fields',
    ],
    ['an empty field', ['name: e', 'fields: [""]'], 'YAML_VALIDATE: Value must be non-empty'],
    [
      'values that are no sequence',
      ['name: e', 'fields: proc.name', 'values: a'],
      'YAML_VALIDATE: Rule exception values must be a sequence',
    ],
    [
      'fewer comparisons than fields',
      ['name: e', 'fields: [proc.name, fd.num]', 'comps: ["="]'],
      'VALIDATE: Fields and comps lists must have equal length',
    ],
    [
      'no operator',
      ['name: e', 'fields: [proc.name]', 'comps: [equals]'],
      "VALIDATE: 'equals' is not a supported comparison operator",
    ],
    [
      'an unknown field',
      ['name: e', 'fields: [proc.nme]'],
      "VALIDATE: 'proc.nme' is not a supported filter field",
    ],
    [
      'comparisons for a single field',
      ['name: e', 'fields: proc.name', 'comps: [in]'],
      'VALIDATE: Fields and comps must both be strings',
    ],
    [
      'a comparison that takes one value',
      ['name: e', 'fields: proc.name', 'comps: "="'],
      'VALIDATE: When fields is a single value, comps must be one of (in, pmatch, intersects) or a modifier operator (e.g. startswith oneof)',
    ],
    [
      'a tuple for a single field',
      ['name: e', 'fields: proc.name', 'values: [[a]]'],
      'VALIDATE: Expected values array to contain a list of strings',
    ],
    [
      'a value that is too short',
      ['name: e', 'fields: [proc.name, fd.num]', 'values: [[a]]'],
      'VALIDATE: Fields and values lists must have equal length',
    ],
    [
      'a single value for several fields',
      ['name: e', 'fields: [proc.name, fd.num]', 'values: [a]'],
      'VALIDATE: Fields and values lists must have equal length',
    ],
  ];
  for (const [name, lines, want] of refused) {
    test(`refused: ${name}`, () => {
      assert.equal(errorOf(load(withException(lines))), `LOAD_ERR_${want}`);
    });
  }

  test('the same name twice', () => {
    const entry = '{name: e, fields: proc.name, values: [a]}';
    const keys = ['exceptions:', `  - ${entry}`, `  - ${entry}`];
    const [warning] = warningsOf(load(ruleText('r', 'evt.type = open', keys)));
    assert.equal(
      warning,
      "LOAD_EXCEPTION_NAME_NOT_UNIQUE: Multiple definitions of exception 'e' in the same rule",
    );
  });

  test('an append without values', () => {
    const rule = withException(['name: e', 'fields: proc.name', 'values: [a]']);
    const append = '- rule: r\n  exceptions: [{name: e}]\n  override: {exceptions: append}\n';
    const [warning] = warningsOf(load([rule, append]));
    assert.equal(warning, 'LOAD_APPEND_NO_VALUES: Overriding/appending exception with no values');
  });
});
