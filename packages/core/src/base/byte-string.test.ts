import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fromText, toBytes, toText, untilNul } from './byte-string.ts';
import { host } from './host.ts';

const bytes = fc.uint8Array({ maxLength: 40 });

describe('byte strings', () => {
  test('hold every byte in one char', () => {
    fc.assert(
      fc.property(bytes, (array) => {
        const string = host.byteString(array, 0, array.length);
        assert.equal(string.length, array.length);
        assert.deepEqual(toBytes(string), array);
      }),
    );
  });

  test('any text survives the way through bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(toText(fromText(text)), text);
      }),
    );
  });

  test('compare as the bytes do', () => {
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        const [a, b] = [left, right].map((array) => host.byteString(array, 0, array.length));
        assert.equal(Math.sign(Buffer.compare(left, right)), a! < b! ? -1 : a! > b! ? 1 : 0);
      }),
    );
  });

  const cases: readonly (readonly [name: string, bytes: string, text: string])[] = [
    ['ASCII is itself', 'a/b\n\0', 'a/b\n\0'],
    ['UTF-8 is decoded', '\xc3\xa9\xf0\x9f\x90\x9f', 'é🐟'],
    ['a lone continuation byte is replaced', 'a\x80b', 'a\ufffdb'],
    ['one mark per maximal ill-formed part', '\xe2\x82(\xff\xff', '\ufffd(\ufffd\ufffd'],
    ['an overlong form is no character', '\xc0\xaf', '\ufffd\ufffd'],
    ['a surrogate is no character', '\xed\xa0\x80', '\ufffd\ufffd\ufffd'],
    ['a byte-order mark is kept', '\xef\xbb\xbfx', '\ufeffx'],
  ];
  for (const [name, string, text] of cases) {
    test(name, () => assert.equal(toText(string), text));
  }

  test('a part of a buffer is copied', () => {
    const buffer = Uint8Array.of(1, 2, 3, 4);
    const string = host.byteString(buffer, 1, 3);
    buffer.fill(9);
    assert.equal(string, '\x02\x03');
  });

  test('untilNul is what C sees', () => {
    assert.equal(untilNul('abc\0def'), 'abc');
    assert.equal(untilNul('abc'), 'abc');
    assert.equal(untilNul('\0'), '');
  });
});
