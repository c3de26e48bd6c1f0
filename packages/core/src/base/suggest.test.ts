import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { suggest } from './suggest.ts';

const fields = ['proc.name', 'proc.pname', 'proc.exe', 'evt.type', 'fd.name', 'container.id'];

describe('suggest', () => {
  const cases: readonly (readonly [word: string, meant: string | undefined])[] = [
    ['proc.nmae', 'proc.name'],
    ['proc.nam', 'proc.name'],
    ['PROC.NAME', 'proc.name'],
    ['evt.typ', 'evt.type'],
    ['evt.types', 'evt.type'],
    ['containr.id', 'container.id'],
    // The first of several that are equally near.
    ['proc.xname', 'proc.name'],
    ['completely.else', undefined],
    ['', undefined],
  ];
  for (const [word, meant] of cases) {
    test(`${JSON.stringify(word)}: ${meant}`, () => assert.equal(suggest(word, fields), meant));
  }

  test('a word that is known is meant itself', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), (field) => {
        assert.equal(suggest(field, fields), field);
      }),
    );
  });

  test('a text of any length costs little and is no slip of the pen', () => {
    assert.equal(suggest('a'.repeat(500_000), ['a'.repeat(499_999)]), undefined);
  });

  test('one mistake in a word of three letters or more is understood', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 12 }), fc.nat(), (word, choice) => {
        const at = choice % word.length;
        assert.equal(suggest(word.slice(0, at) + word.slice(at + 1), [word]), word);
      }),
    );
  });
});
