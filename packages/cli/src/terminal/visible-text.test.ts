import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { visible, visibleLines } from './visible-text.ts';

test('what a terminal would obey is shown', () => {
  const cases: readonly [string, string][] = [
    ['plain über 日本', 'plain über 日本'],
    ['a\u001b[2Jb', 'a\\x1b[2Jb'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\u0000\u007f\u009b1m', '\\x00\\x7f\\x9b1m'],
    ['gpj.\u202eexe', 'gpj.\\u202eexe'],
    ['\ud800', '\\ud800'],
    ['😀', '😀'],
  ];
  for (const [text, want] of cases) assert.equal(visible(text), want);
  assert.equal(visibleLines('a\n\tb\u001b'), 'a\n\tb\\x1b');
});

test('no control character gets through', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(fc.property(text, (any) => !/\p{Cc}|\p{Bidi_Control}/u.test(visible(any))));
});
