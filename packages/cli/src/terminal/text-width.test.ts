import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { colourStyle } from './style.ts';
import { clip, padEnd, padStart, textWidth, wrap } from './text-width.ts';

test('widths', () => {
  const cases: readonly [string, number][] = [
    ['', 0],
    ['abc', 3],
    ['über', 4],
    ['u\u0308ber', 4],
    ['日本', 4],
    ['✓ │ ◀', 5],
    ['😀', 2],
    [colourStyle.red('abc'), 3],
  ];
  for (const [text, want] of cases) assert.equal(textWidth(text), want, text);
});

test('text is cut at a column, never inside a character', () => {
  assert.equal(clip('abcdef', 6), 'abcdef');
  assert.equal(clip('abcdef', 5), 'abcd…');
  assert.equal(clip('日本語', 5), '日本…');
  assert.equal(clip('日本語', 4), '日…');
  const width = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), width, (text, most) => {
      assert.ok(textWidth(clip(text, most)) <= most);
    }),
  );
});

test('padding counts columns', () => {
  assert.equal(padEnd('日本', 6), '日本  ');
  assert.equal(padStart(colourStyle.red('7'), 3), `  ${colourStyle.red('7')}`);
});

test('text is broken at blanks', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('a-very-long-word b', 5), ['a-very-long-word', 'b']);
  assert.deepEqual(wrap('as it is', undefined), ['as it is']);
  assert.deepEqual(wrap('', 10), ['']);
});
