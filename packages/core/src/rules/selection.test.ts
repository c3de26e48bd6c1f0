import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { load, ruleText } from './loading.cases.ts';
import { matchesGlob, type RuleSelection, selectRules, unmatchedSelections } from './selection.ts';

const { ruleSet } = load(
  ruleText('Shell in container', 'evt.type = open', ['tags: [container, shell]']) +
    ruleText('Shell on host', 'evt.type = close', ['tags: [host, shell]', 'enabled: false']) +
    ruleText('Other', 'evt.type = read'),
);

const enable = (by: RuleSelection['by']): RuleSelection => ({ enable: true, by });
const disable = (by: RuleSelection['by']): RuleSelection => ({ enable: false, by });

describe('selection of rules', () => {
  const cases: readonly (readonly [name: string, selections: RuleSelection[], want: string[]])[] = [
    ['none', [], ['Shell in container', 'Other']],
    [
      'enable by name',
      [enable({ rule: 'Shell on host' })],
      ['Shell in container', 'Shell on host', 'Other'],
    ],
    ['disable all', [disable({ rule: '*' })], []],
    [
      'all of a kind, in order of definition',
      [disable({ rule: '*' }), enable({ rule: 'Shell*' })],
      ['Shell in container', 'Shell on host'],
    ],
    ['by tag', [disable({ rule: '*' }), enable({ tag: 'host' })], ['Shell on host']],
    ['tags are whole', [disable({ tag: 'shel' })], ['Shell in container', 'Other']],
    [
      'the last one wins',
      [disable({ tag: 'shell' }), enable({ tag: 'container' })],
      ['Shell in container', 'Other'],
    ],
  ];
  for (const [name, selections, want] of cases) {
    test(name, () => {
      const { rules } = selectRules(ruleSet, selections);
      assert.deepEqual(
        rules.filter(({ enabled }) => enabled).map((rule) => rule.name),
        want,
      );
      assert.equal(rules.length, ruleSet.rules.length);
    });
  }

  test('what matches nothing is told', () => {
    const selections = [
      enable({ rule: 'Shell*' }),
      disable({ rule: 'Shel' }),
      enable({ tag: 'x' }),
    ];
    assert.deepEqual(unmatchedSelections(ruleSet, selections), selections.slice(1));
  });
});

test('globs', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*', '', true],
    ['**', 'a', true],
    ['a*', 'a', true],
    ['*a', 'a', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'acb', false],
    ['*b', 'xbyb', true],
    ['a*b*c', 'a b b c', true],
    ['a*b*c', 'abc', true],
    ['ab*ba', 'aba', false],
    ['', '', true],
    ['', 'a', false],
    ['*b*', 'abc', true],
    ['a', 'ab', false],
  ];
  for (const [pattern, text, want] of cases) {
    assert.equal(matchesGlob(pattern, text), want, `${pattern} on ${text}`);
  }
});
