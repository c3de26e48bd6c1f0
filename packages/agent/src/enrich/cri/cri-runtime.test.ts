import assert from 'node:assert/strict';
import type { ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ContainerDocument, unknownDocument } from '../container-document.ts';
import { keyOf } from '../container-runtime.ts';
import {
  type FakeCall,
  type FakeMethod,
  FakeService,
  notFound,
  push,
} from '../grpc/fake-service.cases.ts';
import { GrpcError, GrpcStatus } from '../grpc/grpc-error.ts';
import { encodeMessage, type FieldEntry, textMapInput } from '../grpc/protobuf.ts';
import { temporaryFolder } from '../temporary-folder.cases.ts';
import { CriRuntime } from './cri-runtime.ts';

const ID = 'a8716b8133c3'.padEnd(64, 'a');
const SANDBOX = '4269a52ad16f'.padEnd(64, 'b');
const DIGEST = `sha256:${'9'.repeat(64)}`;
const IMAGE_ID = '5'.repeat(64);
const CREATED_NS = 1_795_267_418_000_000_000;

const map = (object: Readonly<Record<string, string>>) =>
  textMapInput(new Map(Object.entries(object)));
const info = (value: object) => map({ info: JSON.stringify(value) });

interface FakeRuntime {
  readonly version?: string;
  readonly runtimeName: string;
  /** Fields of ContainerStatus beyond id, name and time; and `info`. */
  readonly status: readonly FieldEntry[];
  readonly info: object;
  readonly sandboxInfo?: object;
  readonly absent?: GrpcError;
}

function service(fake: FakeRuntime): Record<string, FakeMethod> {
  const { version = 'v1', absent = notFound('container') } = fake;
  const ours = (id: string, { request }: FakeCall) => {
    if (request.text(1) !== id) throw absent;
  };
  const methods: Record<string, FakeMethod> = {
    Version: () => encodeMessage([1, '0.1.0'], [2, fake.runtimeName], [3, 'x'], [4, version]),
    ContainerStatus: (call) => {
      ours(ID, call);
      assert.equal(call.request.flag(2), true);
      const status = encodeMessage(
        [1, ID],
        [2, encodeMessage([1, 'web'], [2, 3])],
        [3, 1],
        [4, CREATED_NS],
        ...fake.status,
      );
      return encodeMessage([1, status], [2, info(fake.info)]);
    },
    PodSandboxStatus: (call) => {
      ours(SANDBOX, call);
      const options = encodeMessage([1, 2], [2, 1], [3, 2]);
      const status = encodeMessage(
        [1, SANDBOX],
        [2, encodeMessage([1, 'front'], [2, 'uid-1'], [3, 'shop'])],
        [4, CREATED_NS],
        [5, encodeMessage([1, '10.1.2.3'])],
        [6, encodeMessage([1, encodeMessage([2, options])])],
        [7, map({ app: 'shop' })],
      );
      return encodeMessage([1, status], [2, info(fake.sandboxInfo ?? {})]);
    },
    ListContainers: ({ request }) => {
      const id = request.message(1).text(1);
      if (id !== '' && id !== ID) return encodeMessage();
      return encodeMessage([1, encodeMessage([1, ID], [2, SANDBOX])]);
    },
    ListPodSandbox: () => encodeMessage([1, encodeMessage([1, SANDBOX])]),
    ContainerStats: () =>
      encodeMessage([1, encodeMessage([4, encodeMessage([3, encodeMessage([1, 4096])])])]),
  };
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      `/runtime.${version}.RuntimeService/${name}`,
      method,
    ]),
  );
}

async function runtimeOf(
  t: TestContext,
  methods: Readonly<Record<string, FakeMethod>>,
  withSize = false,
) {
  const path = join(temporaryFolder(t), 's');
  const fake = await new FakeService(path, methods).listen();
  const runtime = new CriRuntime(path, { withSize });
  t.after(async () => {
    runtime.close();
    await fake.close();
  });
  return { runtime, fake };
}

const podLabels = {
  'io.kubernetes.sandbox.id': SANDBOX,
  'io.kubernetes.pod.uid': 'uid-1',
  'io.kubernetes.pod.name': 'front',
  'io.kubernetes.pod.namespace': 'shop',
};

/** containerd 1.6: resources and user are in the specification only. */
const containerd: FakeRuntime = {
  runtimeName: 'containerd',
  status: [
    [8, encodeMessage([1, 'registry.k8s.io/app:1.2'])],
    [9, `registry.k8s.io/app@${DIGEST}`],
    [12, map({ 'io.kubernetes.container.name': 'web', 'io.kubernetes.pod.name': 'forged' })],
    [
      14,
      [
        encodeMessage([1, '/data'], [2, '/srv'], [3, true], [5, 1]),
        encodeMessage([1, '/b'], [2, '/a']),
      ],
    ],
  ],
  info: {
    sandboxID: SANDBOX,
    config: {
      image: { image: `sha256:${IMAGE_ID}` },
      envs: [{ key: 'SECRET', value: '1' }],
      linux: { security_context: { privileged: true } },
    },
    runtimeSpec: {
      process: { user: { uid: 65_535 } },
      linux: { resources: { memory: { limit: 64, swap: 65 }, cpu: { shares: 2, cpus: '1' } } },
    },
  },
  sandboxInfo: {
    image: 'registry.k8s.io/pause:3.6',
    cniResult: { Interfaces: { lo: {}, veth1: {}, eth0: { IPConfigs: [{ IP: '10.1.2.3' }] } } },
    config: { linux: { security_context: { privileged: true } } },
    runtimeSpec: { process: { user: { uid: 0 } }, linux: { maskedPaths: ['/proc/kcore'] } },
  },
};

const pod = {
  ip: '10.1.2.3',
  cni_json: '{"eth0":{"IPConfigs":[{"IP":"10.1.2.3"}]}}',
  host_network: true,
  host_pid: false,
  host_ipc: true,
  pod_sandbox_id: SANDBOX,
  pod_sandbox_labels: new Map([['app', 'shop']]),
  created_time: 1_795_267_418,
};
const webDocument: ContainerDocument = {
  ...unknownDocument,
  ...pod,
  type: 7,
  id: 'a8716b8133c3',
  full_id: ID,
  name: 'web',
  image: 'registry.k8s.io/app:1.2',
  imageid: IMAGE_ID,
  imagerepo: 'registry.k8s.io/app',
  imagetag: '1.2',
  imagedigest: DIGEST,
  User: '65535',
  privileged: true,
  labels: new Map(Object.entries({ 'io.kubernetes.container.name': 'web', ...podLabels })),
  Mounts: [
    { Source: '/srv', Destination: '/data', Mode: '', RW: false, Propagation: 'rslave' },
    { Source: '/a', Destination: '/b', Mode: '', RW: true, Propagation: 'private' },
  ],
  memory_limit: 64,
  swap_limit: 65,
  cpu_shares: 2,
  cpuset_cpu_count: 1,
};

test('a container of containerd', async (t) => {
  const { runtime } = await runtimeOf(t, service(containerd));
  assert.deepEqual(await runtime.find(keyOf(ID)), webDocument);
});

test('a sandbox of containerd, by an older CRI', async (t) => {
  const { runtime } = await runtimeOf(t, service({ ...containerd, version: 'v1alpha2' }));
  assert.deepEqual(await runtime.find(keyOf(SANDBOX)), {
    ...unknownDocument,
    ...pod,
    type: 7,
    id: '4269a52ad16f',
    full_id: SANDBOX,
    name: 'front',
    image: 'registry.k8s.io/pause:3.6',
    imagerepo: 'registry.k8s.io/pause',
    imagetag: '3.6',
    User: '0',
    labels: new Map(Object.entries({ app: 'shop', ...podLabels })),
    is_pod_sandbox: true,
  });
});

/** CRI-O: with resources and user in the status, and its own notes. */
const crio: FakeRuntime = {
  runtimeName: 'cri-o',
  status: [
    [8, encodeMessage([1, DIGEST])],
    [9, `quay.io/team/app@${DIGEST}`],
    [16, encodeMessage([1, encodeMessage([1, 5], [2, 6], [3, 7], [4, 8], [6, '0-3'], [10, 9])])],
    [17, IMAGE_ID],
    [18, encodeMessage([1, encodeMessage([1, 1001])])],
  ],
  info: { privileged: true },
  sandboxInfo: {
    image: 'quay.io/pause@x',
    runtimeSpec: { annotations: { 'io.kubernetes.cri-o.CNIResult': '{"ips":[]}' } },
  },
  absent: new GrpcError(GrpcStatus.UNKNOWN, 'could not find container "x"'),
};

test('a container of CRI-O, with its size', async (t) => {
  const { runtime } = await runtimeOf(t, service(crio), true);
  assert.deepEqual(await runtime.find(keyOf(ID)), {
    ...unknownDocument,
    ...pod,
    type: 8,
    id: 'a8716b8133c3',
    full_id: ID,
    name: 'web',
    image: 'quay.io/team/app',
    imageid: IMAGE_ID,
    imagerepo: 'quay.io/team/app',
    imagedigest: DIGEST,
    User: '1001',
    cni_json: '{"ips":[]}',
    privileged: true,
    labels: new Map(Object.entries(podLabels)),
    size: 4096,
    memory_limit: 8,
    swap_limit: 9,
    cpu_shares: 7,
    cpu_quota: 6,
    cpu_period: 5,
    cpuset_cpu_count: 4,
  });
  assert.equal((await runtime.find(keyOf(SANDBOX)))?.is_pod_sandbox, true);
  assert.equal(await runtime.find(keyOf('c'.repeat(64))), undefined);
});

test('names of images', async (t) => {
  const noted = (name: string, value: string) => ({
    runtimeSpec: { annotations: { [name]: value } },
  });
  const byName = 'io.kubernetes.cri.image-name';
  type Row = readonly [image: string, ref: string, info: object, names: readonly string[]];
  const cases: readonly Row[] = [
    ['app:1', DIGEST, {}, ['app:1', 'app', '1', DIGEST, '9'.repeat(64)]],
    [DIGEST, DIGEST, noted(byName, 'a/b:2'), ['a/b:2', 'a/b', '2', DIGEST, '9'.repeat(64)]],
    ['', '', noted('io.kubernetes.cri-o.ImageName', 'a:2'), ['a:2', 'a', '2', '', '']],
    [DIGEST, '', {}, [DIGEST, '', '', '', '']],
    ['a:1', `b@${DIGEST}`, {}, ['b:1', 'b', '1', DIGEST, '']],
    ['a:1', 'docker-pullable://weird', {}, ['a:1', 'a', '1', '', '']],
  ];
  for (const [image, ref, one, names] of cases) {
    const status: readonly FieldEntry[] = [
      [8, encodeMessage([1, image])],
      [9, ref],
    ];
    const { runtime } = await runtimeOf(t, service({ runtimeName: 'other', status, info: one }));
    const found = (await runtime.find(keyOf(ID))) ?? unknownDocument;
    const { imagerepo, imagetag, imagedigest, imageid } = found;
    assert.deepEqual([found.image, imagerepo, imagetag, imagedigest, imageid], names, image);
    assert.equal(found.type, 6);
  }
});

test('the list has sandboxes and containers', async (t) => {
  const { runtime } = await runtimeOf(t, service(containerd));
  assert.deepEqual(await runtime.list(), [keyOf(SANDBOX), keyOf(ID)]);
});

test('events of CRI', async (t) => {
  const ready = Promise.withResolvers<void>();
  const event = (kind: number, id: string) => encodeMessage([1, id], [2, kind], [3, 5]);
  const tell = async (stream: ServerHttp2Stream) => {
    await ready.promise;
    for (const kind of [0, 1, 2, 3]) push(stream, event(kind, ID));
  };
  const { runtime, fake } = await runtimeOf(t, {
    ...service(crio),
    '/runtime.v1.RuntimeService/GetContainerEvents': ({ stream }) => {
      void tell(stream);
      return 'open';
    },
  });
  const seen: string[] = [];
  const last = Promise.withResolvers<void>();
  const watched = runtime.watch({
    onReady: ready.resolve,
    onContainer: ({ fullId }) => seen.push(fullId),
    onRemoved: (id) => {
      seen.push(`removed ${id}`);
      last.resolve();
    },
  });
  await last.promise;
  assert.deepEqual(seen, [ID, ID, 'removed a8716b8133c3']);
  await Promise.all([assert.rejects(watched, GrpcError), fake.close()]);
});

test('without events the connection is watched all the same', async (t) => {
  const { runtime, fake } = await runtimeOf(t, service(crio));
  const ready = Promise.withResolvers<void>();
  const watched = runtime.watch({
    onReady: ready.resolve,
    onContainer: () => assert.fail(),
    onRemoved: () => assert.fail(),
  });
  await ready.promise;
  assert.notEqual(await runtime.find(keyOf(ID)), undefined);
  await fake.close();
  await watched;
});

test('a socket without CRI', async (t) => {
  const { runtime } = await runtimeOf(t, {});
  await assert.rejects(runtime.list(), (error) => {
    assert.ok(error instanceof GrpcError);
    assert.equal(error.code, GrpcStatus.UNIMPLEMENTED);
    return true;
  });
});
