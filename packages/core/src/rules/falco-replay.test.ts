/**
 * Falco's places in conditions: they count in the text with lists in place, or in that of a macro.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogue } from '../lang/catalogue.cases.ts';
import { lastFile, load, loadOptions, ruleText, warningsOf } from './loading.cases.ts';

const LIST = '- list: names\n  items: [aa, "b b"]\n';

interface Place {
  readonly type: string | undefined;
  readonly name: string | undefined;
  /** In the text, which is where Falco's sum of places is undone. */
  readonly offset: number;
  readonly snippet: string | undefined;
}

function placeOfError(text: string): Place {
  const [error] = lastFile(load(text)).errors;
  const locations = error?.context.locations() ?? [];
  const last = locations.at(-1);
  const offset = (last?.offset ?? 0) - (locations.at(-2)?.offset ?? 0);
  const [snippet] = error?.context.snippet().split('\n') ?? [];
  return { type: last?.itemType, name: last?.name, offset, snippet };
}

describe('the place of an error', () => {
  const cases: readonly (readonly [name: string, text: string, offset: number, snippet: string])[] =
    [
      [
        'of syntax, behind a list',
        LIST + ruleText('r', 'proc.name in (names) and (fd.num = 1'),
        'proc.name in ( aa, "b b" ) and (fd.num = 1'.length,
        'proc.name in ( aa, "b b" ) and (fd.num = 1',
      ],
      [
        'of a type, behind a list: in the text without it',
        LIST + ruleText('r', 'proc.name in (names) and fd.num = x'),
        'proc.name in ( aa, "b b" ) and '.length,
        'proc.name in (names) and fd.num = x',
      ],
      [
        'in a macro: in the text of the rule',
        `- macro: m\n  condition: evt.type = open and fd.num = x\n${ruleText('r', 'm')}`,
        'evt.type = open and '.length,
        'm',
      ],
      [
        'of syntax in a macro',
        '- macro: m\n  condition: evt.type =\n',
        'evt.type ='.length,
        'evt.type =',
      ],
      [
        'of a macro behind a list',
        LIST + ruleText('r', 'proc.name in (names) and missing'),
        'proc.name in ( aa, "b b" ) and '.length,
        'proc.name in (names) and missing',
      ],
      [
        'in an exception',
        ruleText('r', 'evt.type = open', [
          'exceptions: [{name: e, fields: [fd.num], values: [[x]]}]',
        ]),
        '(evt.type = open) and not (( '.length,
        '(evt.type = open) and not (( fd.num = x))',
      ],
    ];
  for (const [name, text, offset, snippet] of cases) {
    test(name, () => {
      const found = placeOfError(text);
      assert.equal(found.type, 'condition expression');
      assert.equal(found.offset, offset);
      assert.equal(found.snippet, snippet);
    });
  }
});

test('warnings of macros come where the macro stands', () => {
  const text = `- macro: m\n  condition: proc.name regex 'a'\n${ruleText(
    'r',
    "evt.type = open and proc.name regex 'b' and m and proc.name regex 'c'",
  )}`;
  const patterns = warningsOf(load(text)).map((warning) => /check with '(.)'/.exec(warning)?.[1]);
  assert.deepEqual(patterns, ['b', 'a', 'c']);
});

test('a comparison with <NA>', () => {
  const sources = new Map([...loadOptions.sources, ['k8s_audit', { catalogue }]]);
  const condition = 'ka.users in (<NA>, x) and not ka.users intersects (<NA>)';
  const result = load(ruleText('r', condition, ['source: k8s_audit']), { sources });
  assert.deepEqual(warningsOf(result), ['LOAD_UNSAFE_NA_CHECK: ']);
  assert.equal(result.diagnostics.length, 2);
});
