import assert from 'node:assert/strict';
import { test } from 'node:test';
import { only, openingComment, segments } from './source-text.ts';

const cases: readonly (readonly [input: string, code: string])[] = [
  ['a /* b */ c', 'a         c'],
  ['a // b\nc', 'a     \nc'],
  [`x = 'it\\'s // no' + "/*"`, 'x =               +     '],
  ['t = `a${b + `c${d}`}e` + f', 't =     b +     d      + f'],
  ['t = `${ { k: 1 } }` + f', 't =     { k: 1 }    + f'],
  ['r = /[/"]+/.test(s) / 2', 'r =        .test(s) / 2'],
  ["f(a / b, 'c')", 'f(a / b,    )'],
  ['return /"/', 'return    '],
];

test('code is what remains without comments and literals', () => {
  for (const [input, code] of cases) assert.equal(only(input, ['code']), code, input);
});

test('segments cover the text without gaps', () => {
  for (const [input] of cases) {
    const joined = segments(input).map(({ start, end }) => input.slice(start, end));
    assert.equal(joined.join(''), input);
  }
});

test('the opening comment is the first one', () => {
  assert.equal(openingComment('/** Why. */\nconst a = 1; // no'), '/** Why. */');
  assert.equal(openingComment('const a = 1;'), '');
});
