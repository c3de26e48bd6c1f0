import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assert as check, constantFrom, property, string } from 'fast-check';
import { compileGlob } from './glob.ts';

const cases: readonly (readonly [pattern: string, text: string, want: boolean])[] = [
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', '/a/.b', true],
  ['/etc/*', '/etc/', true],
  ['/etc/*', '/etc/ssh/key', true],
  ['/etc/*', '/etcx', false],
  ['*.so', 'libc.so', true],
  ['*.so', 'libc.so.6', false],
  ['*ssh*', '/root/.ssh/id', true],
  ['?', '/', true],
  ['?', '', false],
  ['a?c*e', 'abcde', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-c-b', false],
  ['[abc]x', 'bx', true],
  ['[!abc]x', 'bx', false],
  ['[^abc]x', 'dx', true],
  ['[a-c]', 'c', true],
  ['[a-c]', 'd', false],
  ['[]]', ']', true],
  ['[!]]', ']', false],
  ['[a', '[a', true],
  ['[[:digit:]]*', '7up', true],
  ['[[:digit:]]*', 'up', false],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a\\', 'a\\', true],
  ['[\\]]', ']', true],
  ['[a\\-z]', '-', true],
  ['[a\\-z]', 'b', false],
];

for (const [pattern, text, want] of cases) {
  test(`glob ${JSON.stringify(pattern)} on ${JSON.stringify(text)} is ${want}`, () => {
    assert.equal(compileGlob(pattern)(text), want);
  });
}

test('iglob folds ASCII letters on both sides', () => {
  assert.ok(compileGlob('/ETC/[A-C]*', true)('/etc/Abc'));
  assert.ok(compileGlob('*.conf', true)('X.CONF'));
  assert.ok(!compileGlob('*.conf', false)('X.CONF'));
});

/** The meaning of stars and question marks, by trying every split. */
function slowMatch(pattern: string, text: string): boolean {
  const [head] = pattern;
  if (head === undefined) return text === '';
  if (head === '*') {
    return slowMatch(pattern.slice(1), text) || (text !== '' && slowMatch(pattern, text.slice(1)));
  }
  return (
    text !== '' && (head === '?' || head === text[0]) && slowMatch(pattern.slice(1), text.slice(1))
  );
}

test('agrees with a search of every split', () => {
  const letters = string({ unit: constantFrom('a', 'b', '/'), maxLength: 9 });
  const patterns = string({ unit: constantFrom('a', 'b', '*', '?'), maxLength: 7 });
  check(
    property(patterns, letters, (pattern, text) => {
      assert.equal(compileGlob(pattern)(text), slowMatch(pattern, text));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of many stars ends in time', () => {
  const pattern = '*a'.repeat(200);
  assert.equal(compileGlob(`${pattern}b`)('a'.repeat(4000)), false);
});
