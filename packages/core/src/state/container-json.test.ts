import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromText } from '../base/byte-string.ts';
import { unknownContainer } from './container-info.ts';
import { CONTAINER_JSON_BYTES_MAX, parseContainerJson } from './container-json.ts';

const full = {
  container: {
    Mounts: [
      { Source: '/s', Destination: '/d', Mode: 'z', RW: true, Propagation: 'rprivate' },
      { Destination: 7 },
    ],
    User: 'app',
    Healthcheck: { exe: '/bin/check', args: ['-q', 'x'] },
    LivenessProbe: { exe: 'alive' },
    cni_json: '{}',
    cpu_period: 1,
    cpu_quota: 2,
    cpu_shares: 3,
    cpuset_cpu_count: 4,
    created_time: 1730971086,
    env: ['A=B'],
    full_id: '32a1026ccb88a551',
    host_ipc: true,
    host_network: true,
    host_pid: true,
    id: '32a1026ccb88',
    image: 'fedora:38',
    imagedigest: 'sha256:b9',
    imageid: '0ca0',
    imagerepo: 'fedora',
    imagetag: '38',
    ip: '172.17.0.2',
    is_pod_sandbox: true,
    labels: { maintainer: 'Ünal' },
    memory_limit: 5,
    name: 'youthful',
    pod_sandbox_id: 'sb',
    pod_sandbox_labels: null,
    port_mappings: [{ HostIp: 1, HostPort: 80, ContainerPort: 8080 }],
    privileged: true,
    size: 6,
    swap_limit: 7,
    type: 8,
  },
};

test('every key', () => {
  assert.deepEqual(parseContainerJson(fromText(JSON.stringify(full))), {
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
      { source: '', destination: '', mode: '', writable: false, propagation: '' },
    ],
    portMappings: [{ hostIp: 1, hostPort: 80, containerPort: 8080 }],
    labels: new Map([['maintainer', fromText('Ünal')]]),
    env: ['A=B'],
    healthProbes: [
      { kind: 'healthcheck', exe: '/bin/check', args: '-q\0x' },
      { kind: 'liveness', exe: 'alive', args: '' },
    ],
    podSandboxId: 'sb',
    podSandboxLabels: new Map(),
    isPodSandbox: true,
    createdTime: 1730971086,
    sizeBytes: 6,
    memoryLimitBytes: 5,
    swapLimitBytes: 7,
    cpuShares: 3,
    cpuQuotaUs: 2,
    cpuPeriodUs: 1,
    cpusetCpuCount: 4,
  });
});

test('what is not there', () => {
  assert.deepEqual(parseContainerJson('{"container":{"id":"x"}}\0rest'), {
    ...unknownContainer,
    id: 'x',
  });
});

test('no container', () => {
  const long = `{"container":{"id":"${'x'.repeat(CONTAINER_JSON_BYTES_MAX)}"}}`;
  const deep = `{"container":${'['.repeat(100_000)}`;
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '1',
    '{"container":[]}',
    '{"container":{"id":7}}',
    '{"id":"x"}',
    long,
    deep,
  ]) {
    assert.equal(parseContainerJson(text), undefined, text.slice(0, 40));
  }
});

test('any JSON, and any bytes, give a container or none', () => {
  const keys = Object.keys(full.container);
  const shapes = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue());
  fc.assert(
    fc.property(shapes, (container) => {
      const found = parseContainerJson(JSON.stringify({ container }));
      const { id } = container;
      assert.equal(found?.id, typeof id === 'string' && id !== '' ? fromText(id) : undefined);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      parseContainerJson(String.fromCharCode(...bytes));
    }),
  );
});
