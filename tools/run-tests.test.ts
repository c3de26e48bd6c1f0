import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excessOfSkips, formatSkips, selectFiles } from './run-tests.ts';

test('skipped tests are grouped by reason', () => {
  const skips = new Map([
    ['needs root', 2],
    ['no sysdig', 1],
  ]);
  assert.equal(formatSkips(skips), '3 tests were skipped:\n     2  needs root\n     1  no sysdig');
  assert.equal(formatSkips(new Map()), 'no test was skipped');
  assert.equal(formatSkips(new Map([['a', 1]])), '1 test was skipped:\n     1  a');
});

test('more skips than committed are an excess', () => {
  const allowed = { groups: [{ count: 2, reason: 'needs root' }] };
  assert.equal(excessOfSkips(new Map([['needs root', 2]]), allowed), undefined);
  assert.match(excessOfSkips(new Map([['other', 3]]), allowed) ?? '', /3 tests .* allows 2/);
});

test('words select files, none selects all', () => {
  const files = ['packages/b/src/y.test.ts', 'packages/a/src/x.test.ts'];
  assert.deepEqual(selectFiles(files, []), files.toReversed());
  assert.deepEqual(selectFiles(files, ['b/src']), ['packages/b/src/y.test.ts']);
  assert.deepEqual(selectFiles(files, ['none']), []);
});
