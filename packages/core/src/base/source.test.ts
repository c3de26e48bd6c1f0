import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { Source } from './source.ts';

describe('Source', () => {
  const source = new Source('rules.yaml', 'one\ntwo\r\n\nlast');

  const positions: readonly (readonly [offset: number, line: number, column: number])[] = [
    [0, 1, 1],
    [3, 1, 4],
    [4, 2, 1],
    [8, 2, 5],
    [9, 3, 1],
    [10, 4, 1],
    [13, 4, 4],
    [14, 4, 5],
  ];
  for (const [offset, line, column] of positions) {
    test(`offset ${offset} is ${line}:${column}`, () => {
      assert.deepEqual(source.position(offset), { line, column });
    });
  }

  test('lines are without their ends', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((line) => source.line(line)),
      ['one', 'two', '', 'last', ''],
    );
  });

  test('an empty text has one empty line', () => {
    const empty = new Source('empty', '');
    assert.deepEqual(empty.position(0), { line: 1, column: 1 });
    assert.equal(empty.line(1), '');
  });

  test('positions are those of counting line ends', () => {
    const text = fc.array(fc.constantFrom('a', '\n', 'é', ' ')).map((chars) => chars.join(''));
    fc.assert(
      fc.property(text, fc.nat(), (written, choice) => {
        const offset = choice % (written.length + 1);
        const before = written.slice(0, offset).split('\n');
        assert.deepEqual(new Source('any', written).position(offset), {
          line: before.length,
          column: (before.at(-1)?.length ?? 0) + 1,
        });
      }),
    );
  });
});
