import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { loadRules } from '../../rules/load-rules.ts';
import { load, loadOptions, ruleText } from '../../rules/loading.cases.ts';
import { sharedPath, skipWithoutShared } from '../../testing.ts';
import { syscallsOfRules } from './rule-syscalls.ts';
import { eventNamesOf, syscallsNamed } from './syscall-index.ts';

function namesFor(condition: string, keys: readonly string[] = []): string {
  const macro = '- macro: opens\n  condition: evt.type in (open, openat)\n';
  const { ruleSet, successful } = load(`${macro}${ruleText('a', condition, keys)}`);
  assert.ok(successful, condition);
  return eventNamesOf(syscallsOfRules(ruleSet)).join(' ');
}

/** How many calls there are, unnamed codes and PPM_SC_UNKNOWN not counted. */
const everyCall = syscallsOfRules(load(ruleText('a', 'proc.name = cat')).ruleSet);

describe('calls that conditions ask for', () => {
  const cases: readonly (readonly [condition: string, names: string])[] = [
    ['evt.type = openat', 'openat'],
    ['evt.type = openat and proc.name = cat', 'openat'],
    ['opens', 'open openat'],
    ['opens and not evt.type = open', 'openat'],
    ['opens or evt.type = mprotect', 'mprotect open openat'],
    // The old events of accept4 are called accept.
    ['evt.type = accept', 'accept accept4'],
    ['evt.type in (syncfs, kill)', 'kill syncfs'],
    ['evt.type = procexit', 'procexit'],
    ['evt.num = 0', ''],
    ['evt.type = container', ''],
    ['evt.type = container or evt.type = unshare', 'unshare'],
  ];
  for (const [condition, names] of cases) {
    test(condition, () => assert.equal(namesFor(condition), names));
  }

  test('without a look at the type: all, and a type can be taken away', () => {
    assert.ok(everyCall.size > 400);
    assert.ok(!everyCall.has(0));
    const others = syscallsOfRules(load(ruleText('a', 'evt.type != read')).ruleSet);
    assert.equal(others.size, everyCall.size - syscallsNamed('read').length);
  });

  test('rules that are off ask for nothing', () => {
    assert.equal(namesFor('evt.type = openat', ['enabled: false']), '');
  });

  test('rules together ask for the calls of each', () => {
    const text = `${ruleText('a', 'evt.type = chmod')}${ruleText('b', 'evt.type = kill')}`;
    assert.deepEqual(eventNamesOf(syscallsOfRules(load(text).ruleSet)), ['chmod', 'kill']);
  });
});

describe('names of calls', () => {
  test('of events, of their 32-bit forms, of calls without an event', () => {
    assert.equal(syscallsNamed('setuid').length, 2);
    assert.equal(syscallsNamed('setuid32').length, 0);
    assert.equal(syscallsNamed('syncfs').length, 1);
    assert.deepEqual(syscallsNamed('asyncevent'), []);
  });
});

test('the public rules ask for what is known of them', { skip: skipWithoutShared }, () => {
  const names = ['falco_rules.yaml', 'falco-incubating_rules.yaml', 'falco-sandbox_rules.yaml'];
  const files = names.map((name) => {
    return { name, text: readFileSync(sharedPath(`rules/${name}`), 'utf8') };
  });
  const { ruleSet } = loadRules(files, loadOptions);
  const rules = ruleSet.rules.map((rule) => ({ ...rule, enabled: true }));
  const facts = JSON.parse(readFileSync(sharedPath('spec/rules-facts.json'), 'utf8')) as {
    readonly eventTypesUsed: readonly string[];
  };
  const asked = eventNamesOf(syscallsOfRules({ ...ruleSet, rules }));
  assert.deepEqual(asked, facts.eventTypesUsed);
});
