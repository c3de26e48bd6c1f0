import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { toBytes } from '../base/byte-string.ts';
import { isBare, isBareArgument, literalBytes, quote, unescape } from './quoting.ts';

suite('escapes', () => {
  const cases: [quoted: string, text: string][] = [
    ['"a"', 'a'],
    ['""', ''],
    ['"\\b\\f\\n\\r\\t\\\\\\/\\""', '\b\f\n\r\t\\/"'],
    ["'\\''", "'"],
    ['"\\ "', '\\'],
    ['"\\x41\\x00\\x7F"', 'A\0\x7f'],
    ['"\\xff"', '\udcff'],
    ['"é"', 'é'],
  ];
  for (const [quoted, text] of cases) {
    test(quoted, () => {
      assert.equal(unescape(quoted), text);
    });
  }

  const problems: [quoted: string, at: number, length: number, falco: string][] = [
    ['"a\\qb"', 2, 2, 'unsupported string escape sequence: \\q'],
    ['"\\\'"', 1, 2, 'invalid \\\' escape in "-quoted string'],
    ["'\\\"'", 1, 2, 'invalid \\" escape in \'-quoted string'],
    ['"\\x"', 1, 2, 'truncated hex char escape sequence'],
    ['"\\x4"', 1, 3, 'truncated hex char escape sequence'],
    ['"\\x4g"', 1, 4, 'invalid hex char escape sequence: 4g'],
  ];
  for (const [quoted, at, length, falco] of problems) {
    test(quoted, () => {
      const problem = unescape(quoted);
      assert.ok(typeof problem !== 'string');
      assert.deepEqual([problem.at, problem.length, problem.falco], [at, length, falco]);
    });
  }
});

test('what is quoted reads back equal', () => {
  const chars = [
    'a',
    '"',
    "'",
    '\\',
    '\n',
    ' ',
    '\x01',
    '\x7f',
    'é',
    '\udc80',
    '\ud83d\ude00',
    '=',
  ];
  const extend = (text: string, left: number): void => {
    assert.equal(unescape(quote(text)), text);
    if (left > 0) for (const char of chars) extend(text + char, left - 1);
  };
  extend('', 4);
});

test('a backslash at the end is not written before the quote', () => {
  assert.equal(quote('a\\'), '"a\\x5c"');
  assert.equal(quote('a\\b'), '"a\\\\b"');
});

test('which texts can stand without quotes', () => {
  for (const text of [
    'a',
    '/etc/x-y_z.conf',
    '*',
    '[a]',
    'é',
    '😀',
    '>',
    'a\bb'.replace('\b', ''),
  ]) {
    assert.ok(isBare(text), text);
  }
  for (const text of ['', 'a b', 'a,b', '(a', 'a)', 'a=b', '"', "a'b", '\b', '\0', '\udc80']) {
    assert.ok(!isBare(text), text);
  }
  assert.ok(isBareArgument('a=(b),c') && !isBareArgument('a]') && !isBareArgument(''));
});

test('the bytes that a text stands for', () => {
  const cases: [text: string, bytes: number[]][] = [
    ['az', [0x61, 0x7a]],
    ['é', [0xc3, 0xa9]],
    ['\udcc3\udca9', [0xc3, 0xa9]],
    ['a\udcffb', [0x61, 0xff, 0x62]],
    ['😀\udc80', [0xf0, 0x9f, 0x98, 0x80, 0x80]],
    // U+1F480 has a low surrogate in the range that stands for bytes.
    ['\u{1f480}', [0xf0, 0x9f, 0x92, 0x80]],
  ];
  for (const [text, bytes] of cases) {
    assert.deepEqual([...toBytes(literalBytes(text))], bytes);
  }
});
