import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ContainerDocument, unknownDocument } from '../container-document.ts';
import { keyOf } from '../container-runtime.ts';
import { temporaryFolder } from '../temporary-folder.cases.ts';
import { type DockerLike, DockerRuntime } from './docker-runtime.ts';
import { type FakeAnswer, FakeDaemon } from './fake-daemon.cases.ts';

const ID = 'd5efe596090d'.padEnd(64, 'a');
const OTHER = 'c0ffee000000'.padEnd(64, 'b');
const IMAGE = '0'.repeat(64);
const DIGEST = `sha256:${'9'.repeat(64)}`;

async function runtimeOf(
  t: TestContext,
  answers: Readonly<Record<string, FakeAnswer>>,
  engine: DockerLike = 'docker',
  withSize = false,
) {
  const path = join(temporaryFolder(t), 's');
  const daemon = await new FakeDaemon(path, answers).listen();
  const runtime = new DockerRuntime(engine, path, { withSize });
  t.after(async () => {
    runtime.close();
    await daemon.close();
  });
  return { runtime, daemon };
}

/** Docker 20.10: a published port, limits, a bridge. */
const web = {
  Id: ID,
  Created: '2026-11-21T13:22:00.938959176Z',
  Name: '/web',
  Image: `sha256:${IMAGE}`,
  HostConfig: {
    NetworkMode: 'default',
    IpcMode: 'host',
    PidMode: 'host',
    Privileged: true,
    CpuShares: 512,
    CpuPeriod: 50_000,
    CpuQuota: 25_000,
    CpusetCpus: '0-2,5',
    Memory: 67_108_864,
    MemorySwap: -1,
  },
  Mounts: [
    {
      Type: 'bind',
      Source: '/tmp',
      Destination: '/host-tmp',
      Mode: 'ro',
      RW: false,
      Propagation: 'rslave',
    },
    { Type: 'volume', Source: 7 },
  ],
  Config: { User: 'app', Image: 'nginx', Labels: { tier: 'front', odd: 7 }, Env: ['SECRET=1'] },
  NetworkSettings: {
    IPAddress: '172.17.0.2',
    Ports: {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
        { HostIp: '127.0.0.1', HostPort: '8081' },
      ],
      '53/udp': [{ HostIp: '0.0.0.0', HostPort: '53' }],
      '81/tcp': null,
    },
  },
};
const nginx = {
  Id: `sha256:${IMAGE}`,
  RepoTags: ['mirror/nginx:9', 'nginx:1.25', 'nginx:latest'],
  RepoDigests: [`mirror/nginx@sha256:${'1'.repeat(64)}`, `nginx@${DIGEST}`],
};

const webDocument: ContainerDocument = {
  type: 0,
  id: 'd5efe596090d',
  full_id: ID,
  name: 'web',
  image: 'nginx',
  imageid: IMAGE,
  imagerepo: 'nginx',
  imagetag: 'latest',
  imagedigest: DIGEST,
  User: 'app',
  ip: '172.17.0.2',
  cni_json: '',
  privileged: true,
  host_pid: true,
  host_network: false,
  host_ipc: true,
  labels: new Map([
    ['tier', 'front'],
    ['odd', ''],
  ]),
  Mounts: [
    { Source: '/tmp', Destination: '/host-tmp', Mode: 'ro', RW: false, Propagation: 'rslave' },
    { Source: '', Destination: '', Mode: '', RW: false, Propagation: '' },
  ],
  port_mappings: [
    { HostIp: 0, HostPort: 8080, ContainerPort: 80 },
    { HostIp: 2_130_706_433, HostPort: 8081, ContainerPort: 80 },
  ],
  is_pod_sandbox: false,
  pod_sandbox_id: '',
  pod_sandbox_labels: new Map(),
  created_time: 1_795_267_320,
  size: -1,
  memory_limit: 67_108_864,
  swap_limit: -1,
  cpu_shares: 512,
  cpu_quota: 25_000,
  cpu_period: 50_000,
  cpuset_cpu_count: 4,
};

test('a container of Docker', async (t) => {
  const { runtime } = await runtimeOf(t, {
    [`/containers/${ID}/json`]: web,
    [`/images/${IMAGE}/json`]: nginx,
  });
  assert.deepEqual(await runtime.find(keyOf(ID)), webDocument);
});

test('Podman, without an image, with its size', async (t) => {
  const container = { ...web, Config: { Image: 'localhost:5000/app:2@x' }, SizeRw: 77 };
  const answers = { [`/containers/${ID}/json?size=true`]: container };
  const { runtime } = await runtimeOf(t, answers, 'podman', true);
  const found = await runtime.find(keyOf(ID));
  const { type, image, imageid, imagerepo, imagetag, size } = found ?? unknownDocument;
  assert.deepEqual(
    { type, image, imageid, imagerepo, imagetag, size },
    {
      type: 11,
      image: 'localhost:5000/app:2@x',
      imageid: IMAGE,
      imagerepo: 'localhost:5000/app',
      imagetag: '2',
      size: 77,
    },
  );
});

test('which of its names an image has', async (t) => {
  const { runtime, daemon } = await runtimeOf(t, {});
  const { RepoDigests } = nginx;
  const [mirrorDigest] = RepoDigests.map((name) => name.split('@')[1]);
  const one = { RepoTags: ['a/b:1'], RepoDigests: [] };
  const cases: readonly (readonly [asked: string, image: object, names: readonly unknown[]])[] = [
    ['nginx:1.25', nginx, ['nginx', '1.25', DIGEST]],
    ['docker.io/library/nginx', nginx, ['nginx', 'latest', DIGEST]],
    ['mirror/nginx', nginx, ['mirror/nginx', '9', mirrorDigest]],
    [`nginx@${DIGEST}`, nginx, ['nginx', 'latest', DIGEST]],
    [`sha256:${IMAGE}`, nginx, ['mirror/nginx', '9', mirrorDigest]],
    [IMAGE.slice(0, 12), nginx, ['mirror/nginx', '9', mirrorDigest]],
    ['was/renamed:3', nginx, ['mirror/nginx', '9', mirrorDigest]],
    ['a/b', one, ['a/b', '1', '']],
    ['gone:3', { RepoTags: null, RepoDigests: ['<none>@<none>'] }, ['gone', '3', '']],
    [`sha256:${IMAGE}`, {}, ['', '', '']],
    ['x:1', { RepoTags: ['x:1'], RepoDigests: [`y@${DIGEST}`] }, ['x', '1', DIGEST]],
  ];
  for (const [asked, image, names] of cases) {
    daemon.answers.set(`/containers/${ID}/json`, { ...web, Config: { Image: asked } });
    daemon.answers.set(`/images/${IMAGE}/json`, image);
    const found = (await runtime.find(keyOf(ID))) ?? unknownDocument;
    const { imagerepo, imagetag, imagedigest } = found;
    assert.deepEqual([imagerepo, imagetag, imagedigest], names, asked);
  }
});

test('a container in the network of another, newer Docker', async (t) => {
  const { runtime } = await runtimeOf(t, {
    [`/containers/${ID}/json`]: {
      Id: ID,
      HostConfig: { NetworkMode: `container:${OTHER}` },
      NetworkSettings: { Networks: {} },
    },
    [`/containers/${OTHER}/json`]: {
      Id: OTHER,
      Config: { Labels: { secret: 'x' } },
      NetworkSettings: { Networks: { a: { IPAddress: '' }, b: { IPAddress: '10.0.0.9' } } },
    },
  });
  const found = await runtime.find(keyOf(ID));
  assert.equal(found?.ip, '10.0.0.9');
  assert.equal(found?.pod_sandbox_id, '');
  assert.deepEqual(found?.pod_sandbox_labels, new Map());
});

test('a pod of cri-dockerd', async (t) => {
  const podLabels = { app: 'shop', 'io.kubernetes.pod.name': 'front' };
  const { runtime } = await runtimeOf(t, {
    [`/containers/${ID}/json`]: {
      Id: ID,
      Name: '/k8s_web_front_shop_uid_0',
      HostConfig: { NetworkMode: `container:${OTHER}` },
      Config: { Labels: { 'io.kubernetes.sandbox.id': OTHER } },
    },
    [`/containers/${OTHER}/json`]: {
      Id: OTHER,
      Name: '/k8s_POD_front_shop_uid_0',
      Config: { Labels: podLabels },
      NetworkSettings: { IPAddress: '10.1.2.3' },
    },
  });
  const container = await runtime.find(keyOf(ID));
  assert.equal(container?.is_pod_sandbox, false);
  assert.equal(container?.pod_sandbox_id, OTHER);
  assert.deepEqual(container?.pod_sandbox_labels, new Map(Object.entries(podLabels)));
  assert.equal(container?.ip, '10.1.2.3');
  const sandbox = await runtime.find(keyOf(OTHER));
  assert.equal(sandbox?.is_pod_sandbox, true);
  assert.equal(sandbox?.pod_sandbox_id, OTHER);
  assert.deepEqual(sandbox?.pod_sandbox_labels, new Map(Object.entries(podLabels)));
});

test('what is not asked, and not believed', async (t) => {
  const { runtime, daemon } = await runtimeOf(t, {
    // A container that has the short id of another one as its name.
    '/containers/d5efe596090d/json': { Id: OTHER },
    [`/containers/${OTHER}/json`]: {
      Id: OTHER,
      Image: 'sha256:../../x',
      Config: { Labels: { 'io.kubernetes.sandbox.id': '../images/x' } },
    },
  });
  assert.equal(await runtime.find({ id: 'd5efe596090d', fullId: 'd5efe596090d' }), undefined);
  assert.equal(await runtime.find(keyOf(ID)), undefined);
  assert.equal(await runtime.find(keyOf('../../../..')), undefined);
  assert.equal((await runtime.find(keyOf(OTHER)))?.full_id, OTHER);
  assert.deepEqual(daemon.asked, [
    '/containers/d5efe596090d/json',
    `/containers/${ID}/json`,
    `/containers/${OTHER}/json`,
  ]);
});

test('the list, and events', async (t) => {
  const { runtime, daemon } = await runtimeOf(t, {
    '/containers/json': [{ Id: ID }, { Id: OTHER }, { Id: 7 }, null],
  });
  assert.deepEqual(await runtime.list(), [keyOf(ID), keyOf(OTHER)]);

  const seen: string[] = [];
  const ready = Promise.withResolvers<void>();
  const last = Promise.withResolvers<void>();
  const watched = runtime.watch({
    onReady: ready.resolve,
    onContainer: ({ fullId }) => seen.push(`changed ${fullId}`),
    onRemoved: (id) => {
      seen.push(`removed ${id}`);
      if (seen.length === 5) last.resolve();
    },
  });
  await ready.promise;
  for (const action of ['create', 'start', 'exec_start: sh', 'rename', 'destroy', 'remove']) {
    daemon.tell(action, ID);
  }
  daemon.tell('create', '');
  await last.promise;
  assert.deepEqual(seen, [
    `changed ${ID}`,
    `changed ${ID}`,
    `changed ${ID}`,
    'removed d5efe596090d',
    'removed d5efe596090d',
  ]);
  await Promise.all([assert.rejects(watched), daemon.close()]);
});
