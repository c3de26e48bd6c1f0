import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeAll, describeRule, type NamedIndex } from './describe.ts';
import { formatDescriptions } from './describe-text.ts';
import { load, ruleText } from './loading.cases.ts';

const names = ['open', 'close', 'read'];
const events: NamedIndex = {
  size: names.length,
  named: (name) => (names.includes(name) ? [names.indexOf(name)] : []),
  shared: new Set(),
  nameOf: (type) => names[type],
};
const options = {
  events,
  syscalls: events,
  plugins: [
    { name: 'container', extracts: { sources: [], fields: ['container.id'] } },
    { name: 'other', eventSource: 'other' },
  ],
};

const result = load(
  [
    '- required_engine_version: 26\n- required_plugin_versions: [{name: container, version: 0.4.0}]\n',
    '- list: inner\n  items: [x]\n- list: names\n  items: [inner, y z]\n',
    '- macro: opened\n  condition: evt.type = open\n',
    ruleText('r', 'opened and (proc.name in (names) or fd.num > 3)', [
      'tags: [t]',
      'exceptions: [{name: e, fields: [container.id], comps: [startswith], values: [[a]]}]',
    ]).replace('something happened', 'opened %fd.name %proc.aname[2]'),
  ].join(''),
  { appendOutput: [{ extraFields: [{ key: 'k', template: '%fd.num' }] }] },
);

test('everything is described', () => {
  assert.equal(result.successful, true);
  assert.deepEqual(describeAll(result, options), {
    lists: [
      {
        details: { items_compiled: ['x'], lists: [], plugins: [], used: true },
        info: { items: ['x'], name: 'inner' },
      },
      {
        details: { items_compiled: ['x', 'y z'], lists: ['inner'], plugins: [], used: true },
        info: { items: ['y z'], name: 'names' },
      },
    ],
    macros: [
      {
        details: {
          condition_compiled: 'evt.type = open',
          condition_fields: ['evt.type'],
          condition_operators: ['='],
          events: ['asyncevent', 'open'],
          lists: [],
          macros: [],
          plugins: [],
          used: true,
        },
        info: { condition: 'evt.type = open', name: 'opened' },
      },
    ],
    required_engine_version: '0.26.0',
    required_plugin_versions: [{ alternatives: [], name: 'container', version: '0.4.0' }],
    rules: [
      {
        details: {
          condition_compiled:
            '((evt.type = open and (proc.name in (x, "y z") or fd.num > 3)) and not container.id startswith a)',
          condition_fields: ['container.id', 'evt.type', 'fd.num', 'proc.name'],
          condition_operators: ['=', '>', 'in', 'startswith'],
          events: ['asyncevent', 'open'],
          exception_fields: ['container.id'],
          exception_names: ['e'],
          exception_operators: ['startswith'],
          extra_output_formatted_fields: { k: '%fd.num' },
          lists: ['names'],
          macros: ['opened'],
          output_compiled: 'opened %fd.name %proc.aname[2]',
          output_fields: ['%fd.num', 'fd.name', 'proc.aname[2]'],
          plugins: ['container'],
        },
        info: {
          capture: false,
          capture_duration: 0,
          condition: 'opened and (proc.name in (names) or fd.num > 3)',
          description: 'a description',
          enabled: true,
          name: 'r',
          output: 'opened %fd.name %proc.aname[2]',
          priority: 'Informational',
          source: 'syscall',
          tags: ['t'],
        },
      },
    ],
  });
});

test('keys are sorted, as in the JSON of Falco', () => {
  const check = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) assert.deepEqual(Object.keys(value), Object.keys(value).sort());
    for (const inner of Object.values(value)) check(inner);
  };
  check(describeAll(result, options));
});

test('one rule is described', () => {
  assert.deepEqual(Object.keys(describeRule('r', result, options) ?? {}), ['rules']);
  assert.equal(describeRule('s', result, options), undefined);
});

test('descriptions as text', () => {
  const { compiled } = load(
    ruleText('A rule', 'evt.type = open').replace('a description', `${'word '.repeat(14)}end`),
  );
  const indent = ' '.repeat(51);
  const lines = [
    `${'Rule'.padEnd(50)} Description`,
    `${'----'.padEnd(50)} -----------`,
    `${'A rule'.padEnd(50)} ${'word '.repeat(11)}`,
    `${indent}${'word '.repeat(3)}end `,
    '',
    '',
  ];
  assert.equal(formatDescriptions(compiled.rules), lines.join('\n'));
});
