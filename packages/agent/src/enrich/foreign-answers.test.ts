/** Whatever a runtime answers becomes a text that core reads, or none: nothing here throws. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromText } from '@saker/core/base/byte-string.ts';
import { parseContainerJson } from '@saker/core/state/container-json.ts';
import * as fc from 'fast-check';
import type { ContainerDocument } from './container-document.ts';
import { CONTAINER_TEXT_BYTES_MAX, formatContainer } from './container-text.ts';
import {
  isPrivilegedSpec,
  sharedNamespaces,
  specMounts,
  specResources,
  specUser,
} from './containerd/oci-spec.ts';
import type { CriContainer, CriSandbox } from './cri/cri-api.ts';
import { criContainerDocument, criSandboxDocument } from './cri/cri-document.ts';
import { dockerDocument, joinedContainer } from './docker/docker-document.ts';
import { objectOf } from './json-value.ts';

const ID = 'a'.repeat(64);

/** Objects with keys that are looked for, and values of any shape. */
function answer(...keys: readonly string[]): fc.Arbitrary<unknown> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom('', ID, `sha256:${ID}`, 'a/b:1@c', 'host', `container:${ID}`, '0-3', true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 8 }),
    ),
  }));
  return value;
}

function isReadable(document: ContainerDocument): void {
  const { json } = formatContainer({ ...document, id: 'x' }, 100);
  assert.ok(json.length <= CONTAINER_TEXT_BYTES_MAX);
  assert.equal(parseContainerJson(fromText(json))?.id, 'x');
}

const dockerKeys = [
  'Id Name Image Created Config HostConfig NetworkSettings Mounts SizeRw Labels NetworkMode',
  'Ports 80/tcp HostIp HostPort IPAddress Networks RepoTags RepoDigests CpusetCpus Privileged',
  'io.kubernetes.sandbox.id',
].flatMap((line) => line.split(' '));

test('Docker', () => {
  const one = answer(...dockerKeys);
  fc.assert(
    fc.property(one, one, one, (container, image, joined) => {
      const answers = {
        container: objectOf(container),
        image: objectOf(image),
        joined: objectOf(joined),
      };
      joinedContainer(answers.container);
      isReadable(dockerDocument({ type: 0, ...answers }));
    }),
    { numRuns: 500 },
  );
});

const specKeys = [
  'process user uid apparmorProfile linux namespaces type resources cpu shares memory limit mounts',
  'source destination options maskedPaths annotations runtimeSpec config image envs privileged',
  'security_context cniResult Interfaces eth0 sandboxID io.kubernetes.cri.image-name',
].flatMap((line) => line.split(' '));

test('specifications, and what CRI runtimes add', () => {
  const names = fc.constantFrom('', 'a', `sha256:${ID}`, `a@sha256:${ID}`, '@', ':', 'a:b:c');
  fc.assert(
    fc.property(answer(...specKeys), names, names, (value, image, imageRef) => {
      const spec = objectOf(value);
      specMounts(spec);
      specUser(spec);
      specResources(spec);
      sharedNamespaces(spec);
      isPrivilegedSpec(spec);
      const info = JSON.stringify(value);
      const container: CriContainer = {
        id: ID,
        name: 'n',
        createdAtNs: 1,
        image,
        imageRef,
        imageId: image,
        labels: new Map(),
        mounts: [],
        resources: undefined,
        uid: undefined,
        info,
      };
      const sandbox: CriSandbox = {
        id: ID,
        podName: 'p',
        podUid: 'u',
        podNamespace: 'n',
        createdAtNs: 1,
        ip: '',
        hostNetwork: false,
        hostPid: false,
        hostIpc: false,
        labels: new Map(),
        info,
      };
      isReadable(criContainerDocument(6, container, sandbox, -1));
      isReadable(criSandboxDocument(6, sandbox));
    }),
    { numRuns: 500 },
  );
});
