import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fromText } from '../base/byte-string.ts';
import { type ContainerInfo, unknownContainer } from './container-info.ts';
import { parseContainerJson } from './container-json.ts';
import { containerJson } from './container-json-text.ts';

const texts = fc.string({ unit: 'grapheme', maxLength: 12 }).map(fromText);
const counts = fc.nat();
const flags = fc.boolean();
const plain = { noNullPrototype: true } as const;
const labels = fc.array(fc.tuple(texts, texts), { maxLength: 4 }).map((pairs) => new Map(pairs));
const args = fc
  .array(texts, { maxLength: 3 })
  .map((items) => items.filter((item) => item !== '').join('\0'));

const members = {
  id: texts.filter((id) => id !== ''),
  fullId: texts,
  type: fc.constantFrom('docker', 'cri-o', 'containerd', 'podman', 'lxc', ''),
  name: texts,
  image: texts,
  imageId: texts,
  imageRepository: texts,
  imageTag: texts,
  imageDigest: texts,
  user: texts,
  ip: texts,
  cniJson: texts,
  privileged: flags,
  hostPid: flags,
  hostNetwork: flags,
  hostIpc: flags,
  mounts: fc.array(
    fc.record(
      { source: texts, destination: texts, mode: texts, writable: flags, propagation: texts },
      plain,
    ),
    { maxLength: 3 },
  ),
  portMappings: fc.array(
    fc.record({ hostIp: counts, hostPort: counts, containerPort: counts }, plain),
    {
      maxLength: 3,
    },
  ),
  labels,
  env: fc.array(texts, { maxLength: 3 }),
  healthProbes: fc.record({ exe: texts, args }).map((probe) => [
    { kind: 'healthcheck' as const, ...probe },
    { kind: 'readiness' as const, exe: '/ready', args: '' },
  ]),
  podSandboxId: texts,
  podSandboxLabels: labels,
  isPodSandbox: flags,
  createdTime: counts,
  sizeBytes: fc.integer(),
  memoryLimitBytes: counts,
  swapLimitBytes: counts,
  cpuShares: counts,
  cpuQuotaUs: fc.integer(),
  cpuPeriodUs: counts,
  cpusetCpuCount: counts,
};
const containers: fc.Arbitrary<ContainerInfo> = fc.record(members, plain);

test('what is written is read again', () => {
  fc.assert(
    fc.property(containers, (container) => {
      assert.deepEqual(parseContainerJson(containerJson(container)), container);
    }),
  );
});

test('a runtime that has no code is unknown', () => {
  const json = containerJson({ ...unknownContainer, id: 'x', type: 'static' });
  assert.match(json, /"type":65535/);
});
