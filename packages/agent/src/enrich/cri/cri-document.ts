/** What a CRI runtime says of a container or of a pod's sandbox, as a document. */

import {
  type ContainerDocument,
  ContainerType,
  countCpus,
  shortId,
  unknownDocument,
} from '../container-document.ts';
import {
  isPrivilegedSpec,
  specAnnotation,
  specResources,
  specUser,
} from '../containerd/oci-spec.ts';
import {
  type ImageReference,
  imageIdOf,
  isDigest,
  parseImageReference,
} from '../image-reference.ts';
import { type JsonObject, objectOf, parseObject, textOf, valueAt } from '../json-value.ts';
import type { CriContainer, CriMount, CriSandbox } from './cri-api.ts';

const NANOSECONDS = 1e9;

/** Where the runtimes note the image's name when the status has only its id. */
const imageAnnotations: readonly string[] = [
  'io.kubernetes.cri.image-name',
  'io.kubernetes.cri-o.Image',
  'io.kubernetes.cri-o.ImageName',
];
const CRIO_CNI_ANNOTATION = 'io.kubernetes.cri-o.CNIResult';

export function criType(runtimeName: string): number {
  if (runtimeName === 'containerd') return ContainerType.CONTAINERD;
  return runtimeName === 'cri-o' ? ContainerType.CRIO : ContainerType.CRI;
}

/**
 * The sandbox that the container belongs to, from what the runtime adds; "" when it does not tell.
 */
export function sandboxIdIn(container: CriContainer): string {
  return textOf(parseObject(container.info)['sandboxID']);
}

/** `size` of the writable layer, -1 when it was not asked for. */
export function criContainerDocument(
  type: number,
  container: CriContainer,
  sandbox: CriSandbox | undefined,
  size: number,
): ContainerDocument {
  const info = parseObject(container.info);
  const spec = objectOf(info['runtimeSpec']);
  return {
    ...unknownDocument,
    ...imageOf(container, spec),
    ...resourcesOf(container, spec),
    ...podOf(sandbox),
    type,
    id: shortId(container.id),
    full_id: container.id,
    name: container.name,
    User: container.uid === undefined ? specUser(spec) : String(container.uid),
    privileged: isPrivileged(info),
    labels: new Map([...container.labels, ...podLabelsOf(sandbox, container.id)]),
    Mounts: container.mounts.map(mountOf),
    created_time: Math.floor(container.createdAtNs / NANOSECONDS),
    size,
  };
}

export function criSandboxDocument(type: number, sandbox: CriSandbox): ContainerDocument {
  const info = parseObject(sandbox.info);
  const spec = objectOf(info['runtimeSpec']);
  const image = textOf(info['image']);
  const { repository, tag, digest } = parseImageReference(image);
  return {
    ...unknownDocument,
    ...specResources(spec),
    ...podOf(sandbox),
    type,
    id: shortId(sandbox.id),
    full_id: sandbox.id,
    name: sandbox.podName,
    image,
    imagerepo: repository,
    imagetag: tag,
    imagedigest: digest,
    User: specUser(spec),
    // Kubelets ask for a privileged sandbox when a container of the pod is; its own process is not.
    privileged: isPrivilegedSpec(spec),
    labels: new Map([...sandbox.labels, ...podLabelsOf(sandbox, sandbox.id)]),
    is_pod_sandbox: true,
    created_time: Math.floor(sandbox.createdAtNs / NANOSECONDS),
  };
}

function podOf(sandbox: CriSandbox | undefined) {
  if (sandbox === undefined) return {};
  return {
    ip: sandbox.ip,
    cni_json: cniOf(parseObject(sandbox.info)),
    host_network: sandbox.hostNetwork,
    host_pid: sandbox.hostPid,
    host_ipc: sandbox.hostIpc,
    pod_sandbox_id: sandbox.id,
    pod_sandbox_labels: sandbox.labels,
  };
}

/** Kubelets set most of them, but not for sandboxes that other clients made. */
function podLabelsOf(sandbox: CriSandbox | undefined, id: string): [string, string][] {
  if (sandbox === undefined) return [['io.kubernetes.sandbox.id', id]];
  return [
    ['io.kubernetes.sandbox.id', sandbox.id],
    ['io.kubernetes.pod.uid', sandbox.podUid],
    ['io.kubernetes.pod.name', sandbox.podName],
    ['io.kubernetes.pod.namespace', sandbox.podNamespace],
  ];
}

/** What CNI gave to the pod: its interfaces without those that every network has. */
function cniOf(info: JsonObject): string {
  const interfaces = Object.entries(objectOf(valueAt(info, 'cniResult', 'Interfaces'))).filter(
    ([name]) => name !== 'lo' && !name.startsWith('veth'),
  );
  if (interfaces.length > 0) return JSON.stringify(Object.fromEntries(interfaces));
  return specAnnotation(objectOf(info['runtimeSpec']), CRIO_CNI_ANNOTATION);
}

/** containerd repeats what it was asked for, CRI-O says what it did. */
function isPrivileged(info: JsonObject): boolean {
  const asked = valueAt(info, 'config', 'linux', 'security_context', 'privileged');
  return asked === true || info['privileged'] === true;
}

function resourcesOf({ resources }: CriContainer, spec: JsonObject) {
  if (resources === undefined) return specResources(spec);
  return {
    memory_limit: resources.memoryLimitBytes,
    swap_limit: resources.swapLimitBytes,
    cpu_shares: resources.cpuShares || unknownDocument.cpu_shares,
    cpu_quota: resources.cpuQuota,
    cpu_period: resources.cpuPeriod || unknownDocument.cpu_period,
    cpuset_cpu_count: countCpus(resources.cpus),
  };
}

function mountOf({ containerPath, hostPath, readonly, propagation }: CriMount) {
  return {
    Source: hostPath,
    Destination: containerPath,
    Mode: '',
    RW: !readonly,
    Propagation: propagation,
  };
}

/**
 * `image` is what was asked for, or an id; `imageRef` is `repository@digest`, or the id of an image
 * that came from no registry.
 */
function imageOf({ image, imageRef, imageId, info }: CriContainer, spec: JsonObject) {
  const asked = parseImageReference(image);
  const pulled = parseImageReference(imageRef);
  // Kubelets ask by id, other clients by name.
  const asId = parseImageReference(textOf(valueAt(parseObject(info), 'config', 'image', 'image')));
  const refId = pulled.repository === '' ? pulled.digest : '';
  const configId = asId.repository === '' ? asId.digest : '';
  return {
    ...nameOf(asked, pulled, spec),
    imageid: imageIdOf(configId || imageId || refId),
    imagedigest: pulled.digest,
  };
}

function nameOf(asked: ImageReference, pulled: ImageReference, spec: JsonObject) {
  if (pulled.repository !== '' && pulled.digest !== '') {
    const { repository } = pulled;
    const { tag } = asked;
    const image = tag === '' ? repository : `${repository}:${tag}`;
    return { image, imagerepo: repository, imagetag: tag };
  }
  const noted = imageAnnotations.map((name) => specAnnotation(spec, name)).find(isName);
  const named = asked.repository === '' ? parseImageReference(noted ?? '') : asked;
  const { repository, tag } = named;
  const image = tag === '' ? repository : `${repository}:${tag}`;
  return { image: image || asked.digest, imagerepo: repository, imagetag: tag };
}

function isName(text: string): boolean {
  return text !== '' && !isDigest(text);
}
