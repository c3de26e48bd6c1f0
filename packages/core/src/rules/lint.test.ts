import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diagnosticsOf, load, ruleText } from './loading.cases.ts';

function lintOf(text: string): string[] {
  return diagnosticsOf(load(text)).filter((line) => !line.includes(' LOAD_'));
}

describe('lint', () => {
  test('a rule behind one with the same condition', () => {
    const text = ruleText('a', 'evt.type=open') + ruleText('b', 'evt.type = open');
    assert.deepEqual(lintOf(text), [
      'file-1.yaml:8:14 rule-shadowed: rule "b" has the same condition as "a", which stands before it and hides it (unless rule_matching is "all", only the first of them gives alerts)',
    ]);
    assert.deepEqual(lintOf(text.replace('INFO', 'INFO\n  enabled: false')), []);
  });

  test('checks on evt.type that exclude each other', () => {
    assert.deepEqual(lintOf(ruleText('a', 'evt.type = open and evt.type = close')), [
      'file-1.yaml:3:14 never-matches: rule "a" can never match: its checks on evt.type exclude each other',
    ]);
    assert.deepEqual(lintOf(ruleText('a', 'evt.type = gettid and evt.type != getppid')), []);
    const never = '- macro: never\n  condition: evt.num = 0\n';
    assert.deepEqual(lintOf(never + ruleText('a', 'evt.type = open and never')), []);
  });

  test('lists that do not exist', () => {
    const lists = '- list: shell_binaries\n  items: [sh]\n';
    const used = ruleText('used', 'evt.type = open and proc.name in (shell_binaries)');
    const rule = (value: string): string =>
      `${lists}${used}${ruleText('r', `evt.type = open and proc.name in ${value}`)}`;
    assert.deepEqual(lintOf(rule('shel_binaries')), [
      'file-1.yaml:10:47 unknown-list: there is no list "shel_binaries", so this compares with the text "shel_binaries" (did you mean "shell_binaries"?)',
    ]);
    assert.equal(lintOf(rule('(shel_binaries)')).length, 1);
    assert.equal(lintOf(rule('(some_binaries)')).length, 1);
    assert.deepEqual(lintOf(rule('(bash)')), []);
    assert.deepEqual(lintOf(rule('("shel_binaries")')), []);
    assert.deepEqual(lintOf(rule('(shel_binaries, bash)')), []);
  });
});
