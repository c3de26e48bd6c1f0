import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCompatible, parseVersion, unmetRequirement } from './version.ts';

test('versions are three numbers', () => {
  assert.deepEqual(parseVersion('0.57.1'), { major: 0, minor: 57, patch: 1 });
  assert.deepEqual(parseVersion(' 1.2.3-rc1'), { major: 1, minor: 2, patch: 3 });
  for (const text of ['', '1', '1.2', 'a.b.c', '1.2.x']) {
    assert.equal(parseVersion(text), undefined, text);
  }
});

test('the same major version and not older', () => {
  const cases: readonly (readonly [present: string, wanted: string, want: boolean])[] = [
    ['0.63.0', '0.63.0', true],
    ['0.63.0', '0.9.7', true],
    ['0.63.0', '0.63.1', false],
    ['0.63.0', '0.64.0', false],
    ['1.0.0', '0.63.0', false],
    ['0.63.0', '1.0.0', false],
  ];
  for (const [present, wanted, want] of cases) {
    const [left, right] = [parseVersion(present), parseVersion(wanted)];
    assert(left && right);
    assert.equal(isCompatible(left, right), want, `${present} for ${wanted}`);
  }
});

test('requirements of plugins', () => {
  const alternatives = [
    { name: 'k8saudit', version: '0.7.0' },
    { name: 'k8saudit-eks', version: '0.4.0' },
  ];
  const cases: readonly (readonly [name: string, version: string, want: string | undefined])[] = [
    ['k8saudit', '0.7.0', undefined],
    ['k8saudit-eks', '0.5.0', undefined],
    [
      'k8saudit',
      '0.6.0',
      "Plugin 'k8saudit' version '0.6.0' is not compatible with required plugin version '0.7.0'",
    ],
    ['k8saudit', 'new', "Plugin 'k8saudit' has invalid version string 'new'"],
    [
      'json',
      '0.7.0',
      'Plugin requirement not satisfied, must load one of: k8saudit (>= 0.7.0), k8saudit-eks (>= 0.4.0)',
    ],
  ];
  for (const [name, version, want] of cases) {
    assert.equal(unmetRequirement([alternatives], [{ name, version }]), want);
  }
  assert.equal(unmetRequirement([], []), undefined);
});
