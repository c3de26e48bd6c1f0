import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerKey, userOfCgroup } from './container-key.ts';
import type { ContainerKey } from './container-runtime.ts';

const FULL = '0123456789abcdef'.repeat(4);
const SHORT = FULL.slice(0, 12);

test('whole ids and namespaces from paths', () => {
  const cases: readonly (readonly [cgroup: string, key: ContainerKey])[] = [
    [`/docker/${FULL}`, { id: SHORT, fullId: FULL, namespace: 'docker' }],
    [`/${FULL}`, { id: SHORT, fullId: FULL }],
    [`/kubepods/pod1/${FULL}`, { id: SHORT, fullId: FULL }],
    [`/system.slice/docker-${FULL}.scope`, { id: SHORT, fullId: FULL }],
    [`/machine.slice/libpod-${FULL}.scope/container`, { id: SHORT, fullId: FULL }],
    [`/x.slice:cri-containerd:${FULL}`, { id: SHORT, fullId: FULL }],
    [`/default/${FULL}`, { id: SHORT, fullId: FULL, namespace: 'default' }],
    ['/lab/web', { id: 'web', fullId: 'web', namespace: 'lab' }],
    [
      '/lab/a-long-container-name',
      { id: 'a-long-conta', fullId: 'a-long-container-name', namespace: 'lab' },
    ],
    ['/a/b/web/init', { id: 'web', fullId: 'web' }],
    ['/elsewhere', { id: SHORT, fullId: SHORT }],
    [`/docker/${SHORT}`, { id: SHORT, fullId: SHORT, namespace: 'docker' }],
  ];
  for (const [cgroup, key] of cases) {
    assert.deepEqual(containerKey(key.id, cgroup), key, cgroup);
  }
});

test('slices of users', () => {
  const cases: readonly (readonly [cgroup: string, uid: number | undefined])[] = [
    ['/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-x.scope', 1000],
    ['/user.slice/user-0.slice', 0],
    ['user-7.slice/x', 7],
    ['/system.slice/docker-x.scope', undefined],
    ['/x/user-1000.slicer/y', undefined],
    ['/x/user-12345678901.slice/y', undefined],
    ['/my-user-1.slice/y', undefined],
  ];
  for (const [cgroup, uid] of cases) assert.equal(userOfCgroup(cgroup), uid, cgroup);
});
