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
import { encodeMessage, textMapInput } from '../grpc/protobuf.ts';
import { temporaryFolder } from '../temporary-folder.cases.ts';
import { ContainerdRuntime } from './containerd-runtime.ts';

const SERVICES = '/containerd.services';
const DIGEST = `sha256:${'b'.repeat(64)}`;

const spec = {
  process: { user: { uid: 1000 }, apparmorProfile: 'docker-default' },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['mode=755'] },
    { destination: '/data', type: 'bind', source: '/srv', options: ['rbind', 'rslave', 'ro'] },
  ],
  linux: {
    rootfsPropagation: 'shared',
    maskedPaths: ['/proc/kcore'],
    namespaces: [{ type: 'pid' }, { type: 'network' }, { type: 'mount' }],
    resources: {
      memory: { limit: 1000, swap: 2000 },
      cpu: { shares: 7, quota: 50, period: 100, cpus: '0,2' },
    },
  },
};

interface FakeContainer {
  readonly id: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly spec?: object;
  readonly sandbox?: string;
}

function encodeContainer({ id, labels = {}, image = '', sandbox = '', ...rest }: FakeContainer) {
  const json = new TextEncoder().encode(JSON.stringify(rest.spec ?? {}));
  return encodeMessage(
    [1, id],
    [2, textMapInput(new Map(Object.entries(labels)))],
    [3, image],
    [4, encodeMessage([1, 'io.containerd.runc.v2'])],
    [5, encodeMessage([1, 'types.containerd.io/opencontainers/runtime-spec/1/Spec'], [2, json])],
    [6, 'overlayfs'],
    [7, `key-of-${id}`],
    [8, encodeMessage([1, 1_795_267_320], [2, 5])],
    [11, sandbox],
  );
}

function service(namespaces: Readonly<Record<string, readonly FakeContainer[]>>) {
  const here = ({ headers }: FakeCall) => {
    const name = String(headers['containerd-namespace']);
    return namespaces[name] ?? [];
  };
  const methods: Record<string, FakeMethod> = {
    [`${SERVICES}.namespaces.v1.Namespaces/List`]: () =>
      encodeMessage([1, Object.keys(namespaces).map((name) => encodeMessage([1, name]))]),
    [`${SERVICES}.containers.v1.Containers/Get`]: (call) => {
      const id = call.request.text(1);
      if (id.includes('..')) throw new GrpcError(GrpcStatus.INVALID_ARGUMENT, `identifier ${id}`);
      const found = here(call).find((container) => container.id === id);
      if (found === undefined) throw notFound(`container ${id}`);
      return encodeMessage([1, encodeContainer(found)]);
    },
    [`${SERVICES}.containers.v1.Containers/List`]: (call) => {
      const pattern = /^id~="(.*)"$/.exec(call.request.text(1))?.[1] ?? '$^';
      const found = here(call).filter(({ id }) => new RegExp(pattern).test(id));
      return encodeMessage([1, found.map(encodeContainer)]);
    },
    [`${SERVICES}.tasks.v1.Tasks/List`]: (call) =>
      encodeMessage([1, here(call).map(({ id }) => encodeMessage([2, id], [3, 77]))]),
    [`${SERVICES}.images.v1.Images/Get`]: ({ request }) => {
      if (request.text(1) === 'gone:1') throw notFound('image');
      return encodeMessage([1, encodeMessage([3, encodeMessage([2, DIGEST])])]);
    },
    [`${SERVICES}.snapshots.v1.Snapshots/Usage`]: ({ request }) =>
      encodeMessage([1, request.text(2) === 'key-of-web' ? 4096 : 0]),
  };
  return methods;
}

async function runtimeOf(
  t: TestContext,
  methods: Readonly<Record<string, FakeMethod>>,
  options = { withSize: false, foreignNamespaces: new Set(['moby', 'k8s.io']) },
) {
  const path = join(temporaryFolder(t), 's');
  const fake = await new FakeService(path, methods).listen();
  const runtime = new ContainerdRuntime(path, options);
  t.after(async () => {
    runtime.close();
    await fake.close();
  });
  return { runtime, fake };
}

const webDocument: ContainerDocument = {
  ...unknownDocument,
  type: 7,
  id: 'web',
  full_id: 'web',
  name: 'shop-web',
  image: 'docker.io/library/nginx:1.25',
  imagerepo: 'docker.io/library/nginx',
  imagetag: '1.25',
  imagedigest: DIGEST,
  User: '1000',
  host_ipc: true,
  labels: new Map([['nerdctl/name', 'shop-web']]),
  Mounts: [
    { Source: 'proc', Destination: '/proc', Mode: '', RW: true, Propagation: 'shared' },
    { Source: 'tmpfs', Destination: '/dev', Mode: '755', RW: true, Propagation: 'shared' },
    { Source: '/srv', Destination: '/data', Mode: '', RW: false, Propagation: 'rslave' },
  ],
  created_time: 1_795_267_320,
  size: 4096,
  memory_limit: 1000,
  swap_limit: 2000,
  cpu_shares: 7,
  cpu_quota: 50,
  cpu_period: 100,
  cpuset_cpu_count: 2,
};
const web: FakeContainer = {
  id: 'web',
  labels: { 'nerdctl/name': 'shop-web' },
  image: 'docker.io/library/nginx:1.25',
  spec,
};

test('a container, wherever it is', async (t) => {
  const { runtime, fake } = await runtimeOf(t, service({ default: [], lab: [web] }), {
    withSize: true,
    foreignNamespaces: new Set(),
  });
  assert.deepEqual(await runtime.find({ ...keyOf('web'), namespace: 'lab' }), webDocument);
  assert.equal(fake.calls.length, 3);
  assert.deepEqual(await runtime.find({ ...keyOf('web'), namespace: 'none' }), webDocument);
  assert.deepEqual(await runtime.find(keyOf('web')), webDocument);
});

test('ids: short ones are completed, others not taken', async (t) => {
  const long = 'a-long-container-name';
  const { runtime } = await runtimeOf(t, service({ lab: [{ id: long }, { id: 'web2' }] }));
  const find = async (id: string, fullId: string) => (await runtime.find({ id, fullId }))?.full_id;
  assert.equal(await find('a-long-conta', 'a-long-conta'), long);
  assert.equal(await find('a-long-conta', long), long);
  assert.equal(await find('web', 'web'), undefined);
  assert.equal(await find('a-long-conta', 'a-long-container-other'), undefined);
  assert.equal(await find('../../x', '../../x'), undefined);
  assert.equal(await find('"', '"'), undefined);
});

test('what a specification says about privileges', async (t) => {
  const free = {
    process: {},
    linux: { namespaces: [] },
    mounts: [{ type: 'sysfs', options: ['rw'] }],
  };
  const cases: readonly (readonly [spec: object, privileged: boolean])[] = [
    [free, true],
    [{ ...free, process: { apparmorProfile: 'unconfined' } }, true],
    [{ ...free, process: { apparmorProfile: 'docker-default' } }, false],
    [{ ...free, process: { selinuxLabel: 'x' } }, false],
    [{ ...free, linux: { seccomp: {} } }, false],
    [{ ...free, linux: { readonlyPaths: ['/proc/sys'] } }, false],
    [{ ...free, mounts: [{ type: 'cgroup', options: ['ro'] }] }, false],
    [{}, false],
  ];
  for (const [index, [one, privileged]] of cases.entries()) {
    const { runtime } = await runtimeOf(t, service({ lab: [{ id: 'x', spec: one }] }));
    const found = await runtime.find(keyOf('x'));
    assert.equal(found?.privileged, privileged, `case ${index}`);
  }
});

test('a pod, without CRI', async (t) => {
  const annotations = { 'io.kubernetes.cri.sandbox-id': 'sandbox' };
  const containers: readonly FakeContainer[] = [
    { id: 'sandbox', labels: { 'io.cri-containerd.kind': 'sandbox', app: 'shop' } },
    { id: 'by-note', spec: { annotations }, image: 'gone:1' },
    { id: 'by-field', sandbox: 'sandbox' },
    { id: 'lonely', sandbox: 'gone' },
  ];
  const { runtime } = await runtimeOf(t, service({ 'k8s.io': containers }));
  const podOf = async (id: string) => {
    const found = (await runtime.find(keyOf(id))) ?? unknownDocument;
    return [found.is_pod_sandbox, found.pod_sandbox_id, found.pod_sandbox_labels.get('app')];
  };
  assert.deepEqual(await podOf('by-note'), [false, 'sandbox', 'shop']);
  assert.deepEqual(await podOf('by-field'), [false, 'sandbox', 'shop']);
  assert.deepEqual(await podOf('lonely'), [false, 'gone', undefined]);
  assert.equal((await podOf('sandbox'))[0], true);
});

test('the list leaves out what others know better', async (t) => {
  const { runtime } = await runtimeOf(t, service({ moby: [{ id: 'd' }], lab: [web] }));
  assert.deepEqual(await runtime.list(), [{ ...keyOf('web'), namespace: 'lab' }]);
});

test('events', async (t) => {
  let lastFilter = '';
  const event = (namespace: string, topic: string, id: string) =>
    encodeMessage(
      [2, namespace],
      [3, topic],
      [4, encodeMessage([1, 'type'], [2, encodeMessage([1, id], [2, 'image'])])],
    );
  const ready = Promise.withResolvers<void>();
  const tell = async (stream: ServerHttp2Stream) => {
    await ready.promise;
    push(stream, event('lab', '/containers/create', 'web'));
    push(stream, event('moby', '/containers/create', 'd'));
    push(stream, event('lab', '/tasks/start', 'web'));
    push(stream, event('lab', '/containers/delete', 'a-long-container-name'));
  };
  const { runtime, fake } = await runtimeOf(t, {
    ...service({ lab: [] }),
    [`${SERVICES}.events.v1.Events/Subscribe`]: ({ request, stream }) => {
      lastFilter = request.text(1);
      void tell(stream);
      return 'open';
    },
  });
  const seen: string[] = [];
  const last = Promise.withResolvers<void>();
  const watched = runtime.watch({
    onReady: ready.resolve,
    onContainer: ({ id, namespace }) => seen.push(`${namespace}/${id}`),
    onRemoved: (id) => {
      seen.push(`removed ${id}`);
      last.resolve();
    },
  });
  await last.promise;
  assert.deepEqual(seen, ['lab/web', 'lab/web', 'removed a-long-conta']);
  assert.equal(lastFilter, 'topic=="/containers/delete"');
  await Promise.all([assert.rejects(watched, GrpcError), fake.close()]);
});
