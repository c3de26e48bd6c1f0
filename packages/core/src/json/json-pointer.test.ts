import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from './json-parser.ts';
import { parsePointer, resolvePath } from './json-pointer.ts';

const document = parseJson(
  '{"a":{"b":[10,[20,30]],"":1},"x/y":2,"m~n":3,"~1":4,"":{"":5},"0":6,"o":{"1":7}}',
);

test('pointers lead to values', () => {
  const cases: readonly [pointer: string, text: string | undefined][] = [
    ['/a/b/0', '10'],
    ['a/b/0', '10'],
    ['/a/b/1', '[20,30]'],
    ['/a/b/1/1', '30'],
    ['/a/', '1'],
    ['/x~1y', '2'],
    ['/m~0n', '3'],
    ['/~01', '4'],
    ['//', '5'],
    ['/', '{"":5}'],
    ['/0', '6'],
    ['/o/1', '7'],
    ['/a/b/2', undefined],
    ['/a/b/-', undefined],
    ['/a/b/01', undefined],
    ['/a/b/+1', undefined],
    ['/a/b/0/c', undefined],
    ['/a/c/d', undefined],
    ['/a/b/length', undefined],
    ['/__proto__', undefined],
  ];
  assert.ok(document.root);
  for (const [pointer, text] of cases) {
    assert.equal(resolvePath(document.root, parsePointer(pointer))?.text, text, pointer);
  }
  assert.equal(resolvePath(document.root, parsePointer('')), document.root);
});
