import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromText } from '@saker/core/base/byte-string.ts';
import { parseContainerJson } from '@saker/core/state/container-json.ts';
import * as fc from 'fast-check';
import { type ContainerDocument, countCpus, unknownDocument } from './container-document.ts';
import { CONTAINER_TEXT_BYTES_MAX, formatContainer } from './container-text.ts';

const LABEL_LENGTH_MAX = 100;

const full: ContainerDocument = {
  type: 8,
  id: '32a1026ccb88',
  full_id: '32a1026ccb88a551',
  name: 'youthful',
  image: 'fedora:38',
  imageid: '0ca0',
  imagerepo: 'fedora',
  imagetag: '38',
  imagedigest: 'sha256:b9',
  User: 'app',
  ip: '172.17.0.2',
  cni_json: '{}',
  privileged: true,
  host_pid: true,
  host_network: true,
  host_ipc: true,
  labels: new Map([['maintainer', 'Ünal']]),
  Mounts: [{ Source: '/s', Destination: '/d', Mode: 'z', RW: true, Propagation: 'rprivate' }],
  port_mappings: [{ HostIp: 1, HostPort: 80, ContainerPort: 8080 }],
  is_pod_sandbox: true,
  pod_sandbox_id: 'sb',
  pod_sandbox_labels: new Map([['app', 'shop']]),
  created_time: 1_730_971_086,
  size: 6,
  memory_limit: 5,
  swap_limit: 7,
  cpu_shares: 3,
  cpu_quota: 2,
  cpu_period: 1,
  cpuset_cpu_count: 4,
};

const read = (document: ContainerDocument) =>
  parseContainerJson(fromText(formatContainer(document, LABEL_LENGTH_MAX).json));

test('what core reads is what was written', () => {
  assert.deepEqual(read(full), {
    id: '32a1026ccb88',
    fullId: '32a1026ccb88a551',
    type: 'cri-o',
    name: 'youthful',
    image: 'fedora:38',
    imageId: '0ca0',
    imageRepository: 'fedora',
    imageTag: '38',
    imageDigest: 'sha256:b9',
    user: 'app',
    ip: '172.17.0.2',
    cniJson: '{}',
    privileged: true,
    hostPid: true,
    hostNetwork: true,
    hostIpc: true,
    mounts: [
      { source: '/s', destination: '/d', mode: 'z', writable: true, propagation: 'rprivate' },
    ],
    portMappings: [{ hostIp: 1, hostPort: 80, containerPort: 8080 }],
    labels: new Map([['maintainer', fromText('Ünal')]]),
    env: [],
    healthProbes: [],
    podSandboxId: 'sb',
    podSandboxLabels: new Map([['app', 'shop']]),
    isPodSandbox: true,
    createdTime: 1_730_971_086,
    sizeBytes: 6,
    memoryLimitBytes: 5,
    swapLimitBytes: 7,
    cpuShares: 3,
    cpuQuotaUs: 2,
    cpuPeriodUs: 1,
    cpusetCpuCount: 4,
  });
});

test('labels: long ones go, those of the pod stay, order does not matter', () => {
  const labels = new Map([['z', 'ü'.repeat(101)]]);
  for (let index = 0; index < 1000; index++) labels.set(`label-${index}`, 'v'.repeat(90));
  labels.set('io.kubernetes.pod.name', 'front').set('__proto__', 'kept').set('0', 'first');
  const { json, omitted } = formatContainer({ ...full, labels }, LABEL_LENGTH_MAX);
  const found = parseContainerJson(json)?.labels;
  assert.equal(found?.get('io.kubernetes.pod.name'), 'front');
  assert.equal(found?.get('__proto__'), 'kept');
  assert.equal(found?.get('z'), undefined);
  assert.equal(omitted, 1003 - (found?.size ?? 0) + 1);
  const turned = new Map([...labels].reverse());
  assert.equal(formatContainer({ ...full, labels: turned }, LABEL_LENGTH_MAX).json, json);
});

test('texts are cut, lists end', () => {
  const mount = { Source: `/${'\0'.repeat(4000)}`, Destination: '/', Mode: '', RW: true };
  const { json, omitted } = formatContainer(
    {
      ...full,
      name: '\x01'.repeat(400),
      image: 'i'.repeat(600),
      Mounts: [{ ...mount, Propagation: '' }, ...full.Mounts],
    },
    LABEL_LENGTH_MAX,
  );
  const found = parseContainerJson(json);
  assert.equal(found?.name, '\x01'.repeat(85));
  assert.equal(found?.image, 'i'.repeat(510));
  assert.equal(found?.mounts.length, 1);
  assert.equal(omitted, 3);
});

test('any document fits', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('\0', '"', '\ud800', '😀', 'a'),
    maxLength: 9000,
  });
  const labels = fc
    .array(fc.tuple(hostile, hostile), { maxLength: 40 })
    .map((entries) => new Map(entries));
  const document = fc.record({
    name: hostile,
    image: hostile,
    User: hostile,
    cni_json: hostile,
    labels,
    pod_sandbox_labels: labels,
    Mounts: fc.array(hostile, { maxLength: 40 }).map((paths) =>
      paths.map((path) => ({
        Source: path,
        Destination: path,
        Mode: '',
        RW: true,
        Propagation: '',
      })),
    ),
  });
  fc.assert(
    fc.property(document, (parts) => {
      const { json } = formatContainer({ ...full, ...parts }, 9000);
      assert.ok(Buffer.byteLength(json) <= CONTAINER_TEXT_BYTES_MAX, `${json.length}`);
      assert.equal(parseContainerJson(fromText(json))?.id, full.id);
    }),
    { numRuns: 60 },
  );
  const most = 'x'.repeat(100_000);
  const list = Array.from({ length: 3000 }, (_, index) => `${index}`);
  const { json } = formatContainer(
    {
      ...unknownDocument,
      ...Object.fromEntries(
        Object.entries(unknownDocument).map(([key, value]) => [key, value === '' ? most : value]),
      ),
      labels: new Map(list.map((name) => [name, name])),
      pod_sandbox_labels: new Map(list.map((name) => [name, name])),
      port_mappings: list.map(() => ({ HostIp: 1, HostPort: 2, ContainerPort: 3 })),
      Mounts: list.map((name) => ({ ...full.Mounts[0]!, Source: name })),
    },
    LABEL_LENGTH_MAX,
  );
  assert.ok(json.length <= CONTAINER_TEXT_BYTES_MAX && json.length > 45_000, `${json.length}`);
});

test('lists of processors', () => {
  const cases: readonly (readonly [list: string, count: number])[] = [
    ['', 0],
    ['0', 1],
    ['1,7', 2],
    ['1-4,7', 5],
    ['1-4,7-10,12', 9],
    ['4-1', 0],
    ['1-2-3', 0],
    ['x', 0],
    ['1,,2', 0],
  ];
  for (const [list, count] of cases) assert.equal(countCpus(list), count, list);
});
