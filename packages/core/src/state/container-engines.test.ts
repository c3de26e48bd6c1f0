import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ContainerEngine, matchCgroup } from './container-engines.ts';

const ID = '0123456789abcdefABCDEF'.padEnd(64, '7');
const SHORT = ID.slice(0, 12);

const cases: readonly (readonly [cgroup: string, engine: ContainerEngine | 'none', id?: string])[] =
  [
    ['/', 'none'],
    ['', 'none'],
    ['/lab', 'none'],
    ['/user.slice/user-1000.slice/session-2.scope', 'none'],
    ['/system.slice/docker.service', 'none'],
    ['/kubepods.slice/kubepods-burstable.slice', 'none'],
    [`/docker/${ID}`, 'docker', SHORT],
    [`/system.slice/docker-${ID}.scope`, 'docker', SHORT],
    [`/${ID}`, 'docker', SHORT],
    [`/kubepods/besteffort/pod1/${ID}`, 'docker', SHORT],
    [`/docker/${ID}x`, 'none'],
    [`/docker-${ID.slice(1)}.scope`, 'none'],
    [`/docker-${'g'.repeat(64)}.scope`, 'none'],
    [`/libpod_parent/libpod-${ID}`, 'podman', SHORT],
    [`/machine.slice/libpod-${ID}.scope`, 'podman', SHORT],
    [`/machine.slice/libpod-${ID}.scope/container`, 'podman', SHORT],
    [`/user.slice/libpod-payload-${ID}`, 'podman', SHORT],
    [`/kubepods.slice/crio-${ID}.scope`, 'cri', SHORT],
    [`/kubepods/pod1/crio-${ID}`, 'cri', SHORT],
    [`/kubepods.slice/cri-containerd-${ID}.scope`, 'cri', SHORT],
    [`/system.slice:cri-containerd:${ID}`, 'cri', SHORT],
    [`/system.slice/nerdctl-${ID}.scope`, 'cri', SHORT],
    ['/default/web', 'containerd', 'web'],
    ['/k8s.io/a-long-container-name', 'containerd', 'a-long-conta'],
    [`/default/${'n'.repeat(65)}`, 'none'],
    ['/default/', 'none'],
    ['/default/x.service', 'none'],
    ['/lxc/box', 'containerd', 'box'],
    ['/lxc.payload/box/init', 'containerd', 'box/init'],
    ['/lxc.payload.box', 'lxc', 'box'],
    ['/lxc.payload.box/init.scope', 'lxc', 'box'],
    ['/machine/x.libvirt-lxc', 'containerd', 'x.libvirt-lx'],
    ['x/box.libvirt-lxc', 'libvirt-lxc', 'box'],
    ['/machine.slice/machine-lxc\\x2d229\\x2dbox.scope', 'libvirt-lxc', '229\\x2dbox'],
    ['/machine.slice/machine-lxc\\x2dbox.scope/libvirt', 'containerd', 'machine-lxc\\'],
    ['/bpm-job.scope', 'bpm', 'job'],
    ['/system.slice/runc-bpm-job.x.scope', 'bpm', 'job.x'],
    ['bpm-', 'none'],
  ];

test('cgroup paths of the engines', () => {
  for (const [cgroup, engine, id] of cases) {
    const expected = engine === 'none' ? undefined : { engine, id };
    assert.deepEqual(
      matchCgroup(cgroup, () => true),
      expected,
      cgroup,
    );
  }
});

test('engines that are switched off', () => {
  const without =
    (...off: readonly ContainerEngine[]) =>
    (engine: ContainerEngine) =>
      !off.includes(engine);
  assert.equal(matchCgroup(`/docker/${ID}`, without('docker'))?.engine, 'cri');
  assert.equal(matchCgroup(`/docker/${ID}`, without('docker', 'cri'))?.engine, 'containerd');
  assert.equal(matchCgroup('/lxc/box', without('containerd'))?.id, 'box');
  assert.equal(matchCgroup('/lxc.payload/box/init', without('containerd'))?.id, 'box');
  assert.equal(matchCgroup('/lxc/', without('containerd')), undefined);
  assert.equal(matchCgroup('/libvirt/lxc/a/b', without('containerd', 'lxc'))?.id, 'a/b');
});
