import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOlder, KERNEL_MIN, parseRelease } from './kernel-release.ts';

const cases: readonly [release: string, major: number, minor: number, isTooOld: boolean][] = [
  ['6.1.0-18-amd64', 6, 1, false],
  ['5.8.0', 5, 8, false],
  ['5.7.19', 5, 7, true],
  ['5.15.153.1-microsoft-standard-WSL2', 5, 15, false],
  ['4.18.0-513.el8.x86_64', 4, 18, true],
  ['10.0-rc1', 10, 0, false],
];
for (const [release, major, minor, isTooOld] of cases) {
  test(release, () => {
    assert.deepEqual(parseRelease(release), { major, minor });
    assert.equal(isOlder(release, KERNEL_MIN), isTooOld);
  });
}

test('what is no release is not taken for an old one', () => {
  for (const text of ['', 'linux', '6', 'v6.1']) {
    assert.equal(parseRelease(text), undefined);
    assert.equal(isOlder(text, KERNEL_MIN), false);
  }
});
