import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEvent } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import type { Expected } from './harness.ts';
import { recordProblems } from './record-problems.ts';

const read = PPME.PPME_SYSCALL_READ_X;
const rename = PPME.PPME_SYSCALL_RENAME_X;
const header = { time: 1, tid: 2 };

function problems(bytes: Uint8Array, expected: Expected): string[] {
  return recordProblems({ tid: 2, ofCases: true, bytes }, expected);
}

describe('recordProblems', () => {
  const bytes = encodeEvent(read, header, [-9, 'ab', 7, 100]);
  const expected: Expected = { res: -9, data: 'ab', fd: 7, size: 100 };

  test('a record that is as expected has none', () => {
    assert.deepEqual(problems(bytes, expected), []);
    const more = { data: Uint8Array.of(0x61, 0x62), size: { between: [99, 101] as const } };
    assert.deepEqual(problems(bytes, { ...expected, ...more }), []);
    assert.deepEqual(problems(bytes, { ...expected, data: { matches: '^a.$' } }), []);
  });

  const wrong: readonly (readonly [name: string, change: Expected, problem: string])[] = [
    ['another number', { res: -8 }, 'res: is -9, not -8'],
    ['another sign', { res: 9 }, 'res: is -9, not 9'],
    ['other bytes', { data: 'abc' }, 'data: is "ab", not "abc"'],
    ['bytes where none may be', { data: null }, 'data: is "ab", not empty'],
    [
      'a number out of bounds',
      { size: { between: [0, 99] } },
      'size: is 100, not between 0 and 99',
    ],
    ['no match', { data: { matches: '^b' } }, 'data: is "ab", not like ^b'],
    ['a parameter too many', { sise: 1 }, 'sise: the event has no such parameter'],
    ['a path that is missing', { realPath: '/a' }, 'realPath: is empty, not "/a"'],
  ];
  for (const [name, change, problem] of wrong) {
    test(name, () => {
      assert.deepEqual(problems(bytes, { ...expected, ...change }), [problem]);
    });
  }

  test('a parameter of which nothing is said', () => {
    assert.deepEqual(problems(bytes, { res: -9, data: 'ab', fd: 7 }), [
      'size: nothing is said about it, and it is 100',
    ]);
  });

  test('a parameter that is not in the record', () => {
    const short = encodeEvent(read, header, [-9, 'ab', 7]);
    assert.deepEqual(problems(short, expected), ['size: is not in the record']);
  });

  test('a string has its one NUL, at its end', () => {
    const paths = encodeEvent(rename, header, [0, 'old', 'new']);
    const wanted: Expected = { res: 0, oldpath: 'old', newpath: 'new' };
    assert.deepEqual(problems(paths, wanted), []);
    const damaged = paths.slice();
    damaged[damaged.length - 1] = 0x21;
    assert.deepEqual(problems(damaged, wanted), ['newpath: is "new!", not "new"']);
  });

  test('a record whose lengths are not its own', () => {
    const long = Uint8Array.from([...bytes, 0]);
    assert.throws(() => problems(long, expected), /parameters up to/);
  });
});
