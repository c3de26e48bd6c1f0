import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { highWord, lowWord, normalise64, signed64, unsigned64 } from './int64.ts';

const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 1, 0x1f_ffff, 0x20_0000, 0x7fff_ffff, 0x8000_0000, 0xffe0_0000, 0xffff_ffff),
);
const words = fc.tuple(word, word);

/** The one form that a value may have, so that `===` compares values. */
function canonical(exact: bigint): number | bigint {
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}

describe('Int64', () => {
  test('unsigned64 is the exact value in canonical form', () => {
    fc.assert(
      fc.property(words, ([low, high]) => {
        const exact = (BigInt(high) << 32n) | BigInt(low);
        assert.equal(unsigned64(low, high), canonical(exact));
      }),
    );
  });

  test('signed64 is the exact value in canonical form', () => {
    fc.assert(
      fc.property(words, ([low, high]) => {
        const exact = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
        assert.equal(signed64(low, high), canonical(exact));
      }),
    );
  });

  test('the words of a value make the value again', () => {
    fc.assert(
      fc.property(words, ([low, high]) => {
        for (const value of [unsigned64(low, high), signed64(low, high)]) {
          assert.deepEqual([lowWord(value), highWord(value)], [low, high]);
        }
      }),
    );
  });

  test('normalise64 changes the form only', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (exact) => {
        assert.equal(normalise64(exact), canonical(exact));
      }),
    );
  });

  const cases: readonly (readonly [low: number, high: number, value: number | bigint])[] = [
    [0xffff_ffff, 0xffff_ffff, -1],
    [0, 0xffff_ffff, -0x1_0000_0000],
    [0, 0x8000_0000, -(2n ** 63n)],
    [0xffff_ffff, 0x1f_ffff, Number.MAX_SAFE_INTEGER],
    [0, 0x20_0000, 2n ** 53n],
    [1, 0xffe0_0000, Number.MIN_SAFE_INTEGER],
    [0, 0xffe0_0000, -(2n ** 53n)],
  ];
  for (const [low, high, value] of cases) {
    test(`signed64 of ${high.toString(16)}:${low.toString(16)} is ${value}`, () => {
      assert.equal(signed64(low, high), value);
    });
  }
});
