/** Redefinition, append and override of lists, macros and rules, in every shape. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printCondition } from '../lang/printer.ts';
import { errorOf, load, ruleOf, ruleText, warningsOf } from './loading.cases.ts';
import type { Rule } from './rule.ts';

const LIST = '- list: l\n  items: [a, b]\n';
const MACRO = '- macro: m\n  condition: evt.type = open\n';
const RULE = ruleText('r', 'evt.type = open', [
  'tags: [x]',
  'exceptions:',
  '  - {name: e, fields: proc.name, values: [v]}',
]);

const NO_LIST =
  "List uses 'append' or 'override.items: append' but no list by that name already exists";
const NO_MACRO =
  "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists";
const NO_RULE =
  "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists";
const BOTH =
  "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

describe('lists', () => {
  const cases: readonly (readonly [
    name: string,
    text: string,
    want: string | readonly string[],
  ])[] = [
    ['redefined', '- list: l\n  items: [c]\n', ['c']],
    ['appended to', '- list: l\n  items: [c]\n  override: {items: append}\n', ['a', 'b', 'c']],
    ['appended to, the old way', '- list: l\n  items: [c]\n  append: true\n', ['a', 'b', 'c']],
    ['append: false', '- list: l\n  items: [c]\n  append: false\n', ['c']],
    ['replaced', '- list: l\n  items: [c]\n  override: {items: replace}\n', ['c']],
    ['an empty override', '- list: l\n  items: [c]\n  override: {}\n', ['c']],
    ['appended to nothing', '- list: k\n  items: [c]\n  append: true\n', `VALIDATE: ${NO_LIST}`],
    ['replacing nothing', '- list: k\n  items: [c]\n  override: {items: replace}\n', ['a', 'b']],
    [
      'both',
      '- list: l\n  items: [c]\n  append: true\n  override: {items: append}\n',
      `YAML_VALIDATE: ${BOTH}`,
    ],
    [
      'another key',
      '- list: l\n  items: [c]\n  override: {condition: append}\n',
      "YAML_VALIDATE: Key 'condition' cannot be appended to, use 'replace' instead",
    ],
    [
      'another operation',
      '- list: l\n  items: [c]\n  override: {items: prepend}\n',
      "YAML_VALIDATE: Invalid override operation for key 'items': 'prepend'. Allowed values are: append replace ",
    ],
  ];
  for (const [name, text, want] of cases) {
    test(name, () => {
      const result = load([LIST, text]);
      if (typeof want === 'string') assert.equal(errorOf(result), `LOAD_ERR_${want}`);
      else assert.deepEqual(result.ruleSet.lists.get('l'), want);
    });
  }

  test('an append that is deprecated', () => {
    const [warning] = warningsOf(load([LIST, '- list: l\n  items: [c]\n  append: true\n']));
    assert.match(warning ?? '', /^LOAD_DEPRECATED_ITEM: 'append' key is deprecated/);
  });

  test('lists in lists, at any depth, with the items of later appends', () => {
    const text = [
      '- list: a\n  items: [1]\n',
      '- list: b\n  items: [a, 2]\n',
      '- list: c\n  items: [b, 3]\n',
      '- list: a\n  items: [4]\n  override: {items: append}\n',
    ].join('');
    const { lists } = load(text).ruleSet;
    assert.deepEqual(lists.get('c'), ['1', '4', '2', '3']);
  });

  test('lists in a circle end', () => {
    const { lists } = load('- list: a\n  items: [b, x]\n- list: b\n  items: [a, y]\n').ruleSet;
    assert.deepEqual(lists.get('a'), ['a', 'y', 'x']);
  });
});

describe('macros', () => {
  const cases: readonly (readonly [name: string, text: string, want: string])[] = [
    ['redefined', '- macro: m\n  condition: fd.num = 1\n', 'fd.num = 1'],
    [
      'appended to',
      '- macro: m\n  condition: and fd.num = 1\n  override: {condition: append}\n',
      'evt.type = open and fd.num = 1',
    ],
    [
      'appended to, the old way',
      '- macro: m\n  condition: or fd.num = 1\n  append: true\n',
      'evt.type = open or fd.num = 1',
    ],
    [
      'replaced',
      '- macro: m\n  condition: fd.num = 1\n  override: {condition: replace}\n',
      'fd.num = 1',
    ],
    [
      'appended to nothing',
      '- macro: k\n  condition: x\n  append: true\n',
      `LOAD_ERR_VALIDATE: ${NO_MACRO}`,
    ],
  ];
  for (const [name, text, want] of cases) {
    test(name, () => {
      const result = load([MACRO, text]);
      const macro = result.ruleSet.macros.get('m');
      const got = errorOf(result) ?? (macro && printCondition(macro.condition.expr));
      assert.equal(got, want);
    });
  }

  test('keep their place when they are redefined', () => {
    const uses = '- macro: uses\n  condition: m and fd.num = 1\n';
    const result = load([MACRO + uses, '- macro: m\n  condition: evt.type = close\n']);
    assert.equal(result.successful, true);
    assert.deepEqual([...result.ruleSet.macros.keys()], ['m', 'uses']);
  });

  test('stay references', () => {
    const rule = ruleOf(load(MACRO + ruleText('r', 'm and proc.name = x')));
    assert.equal(printCondition(rule.condition.expr), 'm and proc.name = x');
  });
});

describe('rules', () => {
  /** An update of the rule, and what becomes of it: an error, or properties. */
  const cases: readonly (readonly [
    name: string,
    keys: readonly string[],
    want: string | Partial<Rule>,
  ])[] = [
    [
      'condition, appended',
      ['condition: or evt.type = close', 'override: {condition: append}'],
      { conditionText: 'evt.type = open or evt.type = close' },
    ],
    [
      'condition, the old way',
      ['append: true', 'condition: and fd.num = 1'],
      { conditionText: 'evt.type = open and fd.num = 1' },
    ],
    [
      'condition, replaced',
      ['condition: evt.type = close', 'override: {condition: replace}'],
      { conditionText: 'evt.type = close' },
    ],
    [
      'output, appended',
      ['output: to %fd.name', 'override: {output: append}'],
      { outputText: 'something happened to %fd.name' },
    ],
    ['output, replaced', ['output: new', 'override: {output: replace}'], { outputText: 'new' }],
    [
      'desc, appended',
      ['desc: and more', 'override: {desc: append}'],
      { description: 'a description and more' },
    ],
    ['desc, replaced', ['desc: new', 'override: {desc: replace}'], { description: 'new' }],
    ['tags, appended', ['tags: [a, x]', 'override: {tags: append}'], { tags: ['a', 'x'] }],
    ['tags, replaced', ['tags: [b, a]', 'override: {tags: replace}'], { tags: ['a', 'b'] }],
    ['priority', ['priority: critical', 'override: {priority: replace}'], { priority: 2 }],
    ['enabled', ['enabled: false', 'override: {enabled: replace}'], { enabled: false }],
    ['enabled alone', ['enabled: false'], { enabled: false }],
    ['capture', ['capture: true', 'override: {capture: replace}'], { capture: true }],
    [
      'capture_duration',
      ['capture_duration: 7', 'override: {capture_duration: replace}'],
      { captureDurationMs: 7 },
    ],
    [
      'warn_evttypes',
      ['warn_evttypes: false', 'override: {warn_evttypes: replace}'],
      { warnEventTypes: false },
    ],
    [
      'append and replace at once',
      ['output: new', 'tags: [a]', 'override: {output: replace, tags: append}'],
      { outputText: 'new', tags: ['a', 'x'] },
    ],
    [
      'exceptions, values appended',
      ['exceptions: [{name: e, values: [w]}]', 'override: {exceptions: append}'],
      { exceptions: [{ name: 'e', fields: 'proc.name', comps: 'in', values: ['v', 'w'] }] },
    ],
    [
      'exceptions, a new one, the old way',
      ['append: true', 'exceptions: [{name: f, fields: [fd.num], values: [["1"]]}]'],
      {
        exceptions: [
          { name: 'e', fields: 'proc.name', comps: 'in', values: ['v'] },
          { name: 'f', fields: ['fd.num'], comps: ['='], values: [['1']] },
        ],
      },
    ],
    [
      'exceptions, replaced',
      ['exceptions: [{name: f, fields: fd.num, values: ["1"]}]', 'override: {exceptions: replace}'],
      { exceptions: [{ name: 'f', fields: 'fd.num', comps: 'in', values: ['1'] }] },
    ],
    [
      'priority, appended',
      ['priority: Error', 'override: {priority: append}'],
      "YAML_VALIDATE: Key 'priority' cannot be appended to, use 'replace' instead",
    ],
    [
      'an unknown key',
      ['override: {name: replace}'],
      "YAML_VALIDATE: Key 'name' cannot be replaced",
    ],
    [
      'a key that is not there',
      ['override: {output: replace}'],
      "YAML_VALIDATE: An replace override for 'output' was specified but 'output' is not defined",
    ],
    [
      'a key without an override',
      ['output: new', 'desc: new', 'tags: [a]', 'override: {tags: append}'],
      "YAML_VALIDATE: Unexpected key 'desc': no corresponding entry under 'override' is defined.",
    ],
    ['both', ['append: true', 'override: {tags: append}', 'tags: [a]'], `YAML_VALIDATE: ${BOTH}`],
    [
      'an override that is a sequence',
      ['override: [a]'],
      'YAML_VALIDATE: Overrides must be a mapping',
    ],
    [
      'another source',
      ['source: other', 'append: true', 'condition: and fd.num = 1'],
      'VALIDATE: Rule has been re-defined with a different source',
    ],
    [
      'nothing appended',
      ['append: true'],
      'VALIDATE: Appended rule must have exceptions or condition property',
    ],
    [
      'fields for a known exception',
      ['append: true', 'exceptions: [{name: e, fields: fd.num, values: [w]}]'],
      'VALIDATE: Can not append exception fields to existing exception, only values',
    ],
    [
      'comps for a known exception',
      ['append: true', 'exceptions: [{name: e, comps: in, values: [w]}]'],
      'VALIDATE: Can not append exception comps to existing exception, only values',
    ],
    [
      'a new exception without fields',
      ['append: true', 'exceptions: [{name: f, values: [w]}]'],
      'VALIDATE: Rule exception must have fields property with a list of fields',
    ],
    [
      'a new exception without values',
      ['append: true', 'exceptions: [{name: f, fields: fd.num}]'],
      'VALIDATE: Rule exception must have values property with a list of values',
    ],
  ];
  for (const [name, keys, want] of cases) {
    test(name, () => {
      const update = `- rule: r\n${keys.map((line) => `  ${line}\n`).join('')}`;
      const result = load([RULE, update]);
      if (typeof want === 'string') {
        assert.equal(errorOf(result), `LOAD_ERR_${want}`);
        return;
      }
      const rule = ruleOf(result);
      for (const key of Object.keys(want) as (keyof Rule)[]) {
        assert.deepEqual(rule[key], want[key], key);
      }
    });
  }

  test('of a rule that is not there', () => {
    const append = '- rule: s\n  condition: x\n  override: {condition: append}\n';
    assert.equal(errorOf(load([RULE, append])), `LOAD_ERR_VALIDATE: ${NO_RULE}`);
    const replace = '- rule: s\n  enabled: true\n  override: {enabled: replace}\n';
    assert.match(errorOf(load([RULE, replace])) ?? '', /no rule by that name already exists$/);
    const enabled = '- rule: s\n  enabled: true\n';
    assert.match(
      errorOf(load([RULE, enabled])) ?? '',
      /^LOAD_ERR_VALIDATE: Rule has 'enabled' key/,
    );
  });

  test('a redefinition takes the place of the first', () => {
    const other = ruleText('s', 'evt.type = close');
    const { rules } = load([RULE + other, ruleText('r', 'evt.type = read')]).ruleSet;
    assert.deepEqual(
      rules.map(({ name, conditionText }) => [name, conditionText]),
      [
        ['r', 'evt.type = read'],
        ['s', 'evt.type = close'],
      ],
    );
  });

  test('appends to rules of an unknown source', () => {
    const text = ruleText('r', 'ka.verb = get', ['source: k8s_audit']);
    const append = '- rule: r\n  append: true\n  condition: and ka.uri = x\n';
    const result = load([text, append]);
    assert.equal(result.successful, true, errorOf(result));
    assert.deepEqual(result.ruleSet.rules, []);
  });
});
