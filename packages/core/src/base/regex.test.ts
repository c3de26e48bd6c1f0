import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileRegex } from './regex.ts';

suite('patterns match the whole text', () => {
  const cases: [pattern: string, text: string, matches: boolean][] = [
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['b', 'abc', false],
    ['a|ab', 'ab', true],
    ['^a.c$', 'abc', true],
    ['.', '\u{1f600}', true],
    ['.', '\n', false],
    ['[^a]', '\n', true],
    ['[[:alpha:]]+', 'abc', true],
    ['\\d+', '42', true],
    ['(?i)ABC', 'abc', true],
    ['^a$\n^b$', 'a\nb', true],
    ['\\xff', 'ÿ', true],
    ['', '', true],
    ['', 'a', false],
    ['(a+)+b', `${'a'.repeat(20_000)}c`, false],
  ];
  for (const [pattern, text, matches] of cases) {
    test(`${pattern} on ${JSON.stringify(text.slice(0, 20))}`, () => {
      const regex = compileRegex(pattern);
      assert.ok('matches' in regex);
      assert.equal(regex.matches(text), matches);
    });
  }
});

suite('patterns are found in a text', () => {
  const cases: [pattern: string, text: string, found: boolean][] = [
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^b', 'a\nb', true],
    ['a$', 'a\nb', true],
    ['b.', 'ab', false],
    ['', '', true],
  ];
  for (const [pattern, text, found] of cases) {
    test(`${pattern} in ${JSON.stringify(text)}`, () => {
      const regex = compileRegex(pattern);
      assert.ok('finds' in regex);
      assert.equal(regex.finds(text), found);
    });
  }
});

suite('patterns that are refused', () => {
  const cases: [pattern: string, error: string][] = [
    ['[a-', 'missing closing ]: [a-'],
    ['(a', 'missing closing ): (a'],
    ['a**', 'invalid nested repetition operator: **'],
    ['(?=a)', 'invalid or unsupported Perl syntax: (?='],
    ['(a)\\1', 'invalid escape sequence: \\1'],
    ['(a{1000}){1000}', 'invalid repeat count: {1000}'],
    [`${'('.repeat(2000)}${')'.repeat(2000)}`, 'expression nests too deeply'],
    ['a\udcff', 'invalid UTF-8'],
  ];
  for (const [pattern, error] of cases) {
    test(pattern.slice(0, 30), () => {
      assert.deepEqual(compileRegex(pattern), { error });
    });
  }
});
