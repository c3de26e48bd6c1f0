/** Real runtimes, started here: what they answer becomes what rules see. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { ContainerInfo } from '@saker/core/state/container-info.ts';
import { parseContainerJson } from '@saker/core/state/container-json.ts';
import { TestPod } from '../testing/pods.ts';
import { skipWithoutRuntimes, TestContainerd, TestDocker } from '../testing/runtimes.ts';
import { ContainerLookup } from './container-lookup.ts';
import type { RuntimeEngine } from './runtime-sockets.ts';

const labelLengthMax = 100;
const IMAGE = 'saker-test/busybox';

/** Follows the runtimes at these sockets; `find` waits for a container. */
function follow(t: TestContext, sockets: Readonly<Partial<Record<RuntimeEngine, string>>>) {
  const added = new Map<string, ContainerInfo>();
  const removed: string[] = [];
  const lookup = new ContainerLookup({
    engines: ['docker', 'cri', 'containerd'],
    sockets: new Map(
      (['docker', 'podman', 'cri', 'containerd'] as const).map((engine) => [
        engine,
        sockets[engine] === undefined ? [] : [sockets[engine]],
      ]),
    ),
    labelLengthMax,
    withSize: false,
    hostRoot: '',
    now: () => performance.now(),
    onMetadata: (json, id) => {
      const info = parseContainerJson(json);
      if (info !== undefined) added.set(id, info);
    },
    onRemoved: (_, id) => removed.push(id),
    log: { warning: () => undefined, info: () => undefined, debug: (text) => t.diagnostic(text) },
  });
  const until = async (what: string, isSo: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 1000; tries++) {
      if (isSo()) return;
      await wait(10);
    }
    assert.fail(`not after 10 s: ${what}; ${JSON.stringify(lookup.stats)}`);
  };
  const find = async (fullId: string): Promise<ContainerInfo> => {
    const id = fullId.slice(0, 12);
    await until(`container ${id}`, () => added.has(id));
    return added.get(id) ?? assert.fail();
  };
  return { lookup, added, removed, until, find };
}

test('Docker', { skip: skipWithoutRuntimes('dockerd', 'docker') }, async (t) => {
  const docker = await TestDocker.start();
  const early = await docker.run(
    'early',
    ['--label', 'io.kubernetes.pod.name=p'],
    ['sleep', '600'],
  );
  const { lookup, added, removed, until, find } = follow(t, {
    docker: docker.socketPath,
    cri: docker.containerd.socketPath,
    containerd: docker.containerd.socketPath,
  });
  t.after(async () => {
    await lookup.stop();
    await docker.stop();
  });
  const before = performance.now();
  await lookup.start();
  t.diagnostic(`started after ${Math.round(performance.now() - before)} ms`);
  assert.equal(added.get(early.slice(0, 12))?.labels.get('io.kubernetes.pod.name'), 'p');

  const options = ['--label', 'tier=front', '--label', `long=${'x'.repeat(101)}`, '--privileged'];
  const mounts = ['--volume', '/tmp:/host-tmp:ro', '--pid', 'host', '--user', 'app'];
  const web = await docker.run('web', [...options, ...mounts, '--memory', '64m'], ['sleep', '600']);
  t.diagnostic(`known when docker run returns: ${added.has(web.slice(0, 12))}`);
  const found = await find(web);
  assert.deepEqual(
    { ...found, createdTime: 0, imageId: '' },
    {
      ...found,
      id: web.slice(0, 12),
      fullId: web,
      type: 'docker',
      name: 'web',
      image: `${IMAGE}:1.0`,
      imageId: '',
      imageRepository: IMAGE,
      imageTag: '1.0',
      imageDigest: '',
      user: 'app',
      privileged: true,
      hostPid: true,
      hostNetwork: false,
      labels: new Map([['tier', 'front']]),
      env: [],
      memoryLimitBytes: 64 << 20,
      createdTime: 0,
    },
  );
  assert.match(found.imageId, /^[0-9a-f]{64}$/);
  assert.ok(Math.abs(found.createdTime - Date.now() / 1000) < 60);
  const [mount, ...others] = found.mounts;
  assert.deepEqual(
    [mount?.source, mount?.destination, mount?.writable],
    ['/tmp', '/host-tmp', false],
  );
  assert.deepEqual(others, []);

  await docker.docker('rm', '--force', 'web');
  await until('removed', () => removed.includes(web.slice(0, 12)));
  assert.equal(lookup.stats.errors, 0);
});

test('dockerd is started again', { skip: skipWithoutRuntimes('dockerd', 'docker') }, async (t) => {
  const docker = await TestDocker.start();
  const { lookup, until, find } = follow(t, { docker: docker.socketPath });
  t.after(async () => {
    await lookup.stop();
    await docker.stop();
  });
  await lookup.start();
  await docker.stopDaemon();
  await until('lost', () => lookup.stats.runtimes[0]?.losses === 1);
  await docker.startDaemon();
  const web = await docker.run('web', [], ['sleep', '600']);
  assert.equal((await find(web)).name, 'web');
  assert.equal(lookup.stats.runtimes[0]?.connections, 2);
});

test('containerd', { skip: skipWithoutRuntimes() }, async (t) => {
  const containerd = await TestContainerd.start();
  const { lookup, removed, until, find } = follow(t, { containerd: containerd.socketPath });
  t.after(async () => {
    await lookup.stop();
    await containerd.stop();
  });
  await containerd.importImage('lab');
  await containerd.run('lab', 'early', [], ['/bin/sleep', '600']);
  await lookup.start();
  assert.equal((await find('early')).name, 'early');

  const mount = 'type=bind,src=/tmp,dst=/host-tmp,options=rbind:ro';
  const options = ['--label', 'tier=front', '--mount', mount, '--privileged'];
  await containerd.run('lab', 'a-long-container-name', options, ['/bin/sleep', '600']);
  const found = await find('a-long-container-name');
  const { labels, mounts, imageDigest, ...rest } = found;
  assert.deepEqual(
    { ...rest, createdTime: 0 },
    {
      ...rest,
      id: 'a-long-conta',
      fullId: 'a-long-container-name',
      type: 'containerd',
      image: `docker.io/${IMAGE}:1.0`,
      imageRepository: `docker.io/${IMAGE}`,
      imageTag: '1.0',
      user: '0',
      privileged: true,
      hostPid: false,
      hostNetwork: false,
      createdTime: 0,
    },
  );
  assert.equal(labels.get('tier'), 'front');
  assert.match(imageDigest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(
    mounts.filter(({ destination }) => destination === '/host-tmp'),
    [{ source: '/tmp', destination: '/host-tmp', mode: '', writable: false, propagation: '' }],
  );
  await containerd.ctr('lab', 'tasks', 'delete', '--force', 'early');
  await containerd.ctr('lab', 'containers', 'delete', 'early');
  await until('removed', () => removed.includes('early'));
});

test('a pod, by CRI', { skip: skipWithoutRuntimes() }, async (t) => {
  const containerd = await TestContainerd.start();
  const { lookup, removed, until, find } = follow(t, {
    cri: containerd.socketPath,
    containerd: containerd.socketPath,
  });
  t.after(async () => {
    await lookup.stop();
    await containerd.stop();
  });
  await containerd.importImage('k8s.io');
  await lookup.start();
  const pod = await TestPod.start(containerd, 'front', { app: 'shop' });
  const web = await pod.run({
    name: 'web',
    argv: ['/bin/sleep', '600'],
    labels: { 'io.kubernetes.container.name': 'web' },
    privileged: true,
    memoryLimitBytes: 64 << 20,
    mounts: { '/host-tmp': '/tmp' },
  });
  const podLabels = {
    'io.kubernetes.pod.name': 'front',
    'io.kubernetes.pod.namespace': 'test-namespace',
    'io.kubernetes.pod.uid': 'uid-of-front',
    'io.kubernetes.sandbox.id': pod.sandboxId,
  };
  const found = await find(web);
  assert.deepEqual(
    { ...found, createdTime: 0, imageDigest: '' },
    {
      ...found,
      id: web.slice(0, 12),
      fullId: web,
      type: 'containerd',
      name: 'web',
      image: `docker.io/${IMAGE}:1.0`,
      imageRepository: `docker.io/${IMAGE}`,
      imageTag: '1.0',
      imageDigest: '',
      user: '0',
      privileged: true,
      hostNetwork: true,
      labels: new Map(Object.entries({ ...podLabels, 'io.kubernetes.container.name': 'web' })),
      mounts: [
        {
          source: '/tmp',
          destination: '/host-tmp',
          mode: '',
          writable: false,
          propagation: 'private',
        },
      ],
      podSandboxId: pod.sandboxId,
      podSandboxLabels: new Map([['app', 'shop']]),
      isPodSandbox: false,
      memoryLimitBytes: 64 << 20,
      createdTime: 0,
    },
  );
  const sandbox = await find(pod.sandboxId);
  assert.equal(sandbox.isPodSandbox, true);
  assert.equal(sandbox.privileged, false);
  assert.deepEqual(sandbox.labels, new Map(Object.entries({ ...podLabels, app: 'shop' })));
  await pod.stop();
  const gone = [web, pod.sandboxId].map((id) => id.slice(0, 12));
  await until('removed', () => gone.every((id) => removed.includes(id)));
});
