import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AppendOutput } from './append-output.ts';
import { errorOf, load, loadOptions, ruleOf, ruleText, warningsOf } from './loading.cases.ts';

const RULE = ruleText('r', 'evt.type = open', ['tags: [a, b]']);

function outputWith(...appendOutput: AppendOutput[]): string {
  return ruleOf(load(RULE, { appendOutput })).outputText;
}

describe('append_output', () => {
  const added = 'something happened x=%fd.name';
  const plain = 'something happened';
  const extraOutput = 'x=%fd.name';
  const cases: readonly (readonly [name: string, entry: AppendOutput, want: string])[] = [
    ['for all rules', { extraOutput }, added],
    ['for a source', { extraOutput, source: 'syscall' }, added],
    ['for another source', { extraOutput, source: 'k8s_audit' }, plain],
    ['for a rule', { extraOutput, rule: 'r' }, added],
    ['for another rule', { extraOutput, rule: 's' }, plain],
    ['for tags', { extraOutput, tags: ['a', 'b'] }, added],
    ['for more tags', { extraOutput, tags: ['a', 'c'] }, plain],
    ['nothing', { extraOutput: '' }, plain],
  ];
  for (const [name, entry, want] of cases) {
    test(name, () => assert.equal(outputWith(entry), want));
  }

  test('entries add up, in order', () => {
    assert.equal(outputWith({ extraOutput: 'a' }, { extraOutput: 'b' }), 'something happened a b');
  });

  test('suggested fields', () => {
    const source = loadOptions.sources.get('syscall');
    assert(source);
    const suggestedFields = ['container.id', 'k8s.ns.name'];
    const sources = new Map([['syscall', { ...source, suggestedFields }]]);
    const appendOutput = [{ suggestedOutput: true }];
    assert.equal(
      ruleOf(load(RULE, { appendOutput, sources })).outputText,
      'something happened container_id=%container.id k8s_ns_name=%k8s.ns.name',
    );
  });

  test('extra fields', () => {
    const extraFields = [{ key: 'fd.name' }, { key: 'both', template: '%fd.name by %proc.name' }];
    const rule = ruleOf(
      load(RULE, {
        appendOutput: [{ extraFields }, { extraFields: [{ key: 'both', template: '%fd.num' }] }],
      }),
    );
    const fields = rule.extraFields?.map(({ key, templateText, raw }) => [key, templateText, raw]);
    assert.deepEqual(fields, [
      ['both', '%fd.num', false],
      ['fd.name', '%fd.name', true],
    ]);
  });

  test('a wrong extra field', () => {
    const result = load(RULE, { appendOutput: [{ extraFields: [{ key: 'no.field' }] }] });
    assert.match(errorOf(result) ?? '', /^LOAD_ERR_COMPILE_OUTPUT: /);
  });
});

describe('outputs', () => {
  const withOutput = (output: string): string =>
    RULE.replace('something happened', JSON.stringify(output));

  test('%container.info keeps its meaning', () => {
    const result = load(withOutput('x %container.info y'));
    assert.equal(ruleOf(result).outputText, 'x %container.name (id=%container.id) y');
    assert.match(
      warningsOf(result)[0] ?? '',
      /^LOAD_DEPRECATED_ITEM: %container.info is deprecated/,
    );
  });

  test('deprecated fields', () => {
    assert.deepEqual(warningsOf(load(withOutput('x %evt.dir'))), [
      "LOAD_DEPRECATED_ITEM: usage of deprecated field 'evt.dir' has been detected in the rule output",
    ]);
  });

  test('an unknown field', () => {
    const result = load(withOutput('x %proc.nme'));
    assert.match(errorOf(result) ?? '', /^LOAD_ERR_COMPILE_OUTPUT: /);
    const [found] = result.diagnostics;
    assert.equal(found?.source.text.slice(found.span.start, found.span.end), 'proc.nme');
  });

  test('an unknown field that may be missing', () => {
    const result = load(withOutput('x %no.field') + '  skip-if-unknown-filter: true\n');
    assert.match(warningsOf(result)[0] ?? '', /^LOAD_UNKNOWN_FILTER: /);
    assert.deepEqual(result.ruleSet.rules, []);
  });
});
