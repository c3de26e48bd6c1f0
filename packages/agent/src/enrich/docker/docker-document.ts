/** What Docker's `inspect` says of a container and of its image, as a document. */

import {
  type ContainerDocument,
  countCpus,
  type MountDocument,
  type PortDocument,
  shortId,
  unknownDocument,
} from '../container-document.ts';
import {
  familiarRepository,
  type ImageReference,
  imageIdOf,
  isDigest,
  parseImageReference,
} from '../image-reference.ts';
import {
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  positiveOr,
  textMapOf,
  textOf,
  textsOf,
  valueAt,
} from '../json-value.ts';

/** cri-dockerd puts the sandbox of a container into this label. */
export const SANDBOX_LABEL = 'io.kubernetes.sandbox.id';
/** Part of the names of sandboxes. */
const SANDBOX_NAME = 'k8s_POD';

export interface DockerAnswers {
  /** `ContainerType`. */
  readonly type: number;
  readonly container: JsonObject;
  /** {} when it is gone. */
  readonly image: JsonObject;
  /** The container whose network, or whose pod, it shares; {} when there is none. */
  readonly joined: JsonObject;
}

export function dockerDocument(answers: DockerAnswers): ContainerDocument {
  const { type, container, joined } = answers;
  const host = objectOf(container['HostConfig']);
  const config = objectOf(container['Config']);
  const fullId = textOf(container['Id']);
  const name = textOf(container['Name']).replace(/^\//, '');
  const labels = textMapOf(config['Labels']);
  const isPodSandbox = name.includes(SANDBOX_NAME);
  const sandboxId = isPodSandbox ? fullId : (labels.get(SANDBOX_LABEL) ?? '');
  return {
    ...unknownDocument,
    ...imageOf(answers),
    ...resourcesOf(host),
    type,
    id: shortId(fullId),
    full_id: fullId,
    name,
    User: textOf(config['User']),
    ip: addressOf(container) || addressOf(joined),
    privileged: host['Privileged'] === true,
    host_pid: host['PidMode'] === 'host',
    host_network: host['NetworkMode'] === 'host',
    host_ipc: host['IpcMode'] === 'host',
    labels,
    Mounts: listOf(container['Mounts']).map(mountOf),
    port_mappings: portsOf(container),
    is_pod_sandbox: isPodSandbox,
    pod_sandbox_id: sandboxId,
    pod_sandbox_labels: podLabelsOf(labels, isPodSandbox, joined),
    created_time: secondsOf(textOf(container['Created'])),
    size: container['SizeRw'] === undefined ? -1 : numberOf(container['SizeRw']),
  };
}

/** Full id of the container that has to be known too; "" for none. */
export function joinedContainer(container: JsonObject): string {
  const sandbox = textOf(valueAt(container, 'Config', 'Labels', SANDBOX_LABEL));
  const network = textOf(valueAt(container, 'HostConfig', 'NetworkMode'));
  return sandbox || (/^container:(.+)$/.exec(network)?.[1] ?? '');
}

function podLabelsOf(
  labels: ReadonlyMap<string, string>,
  isPodSandbox: boolean,
  joined: JsonObject,
): ReadonlyMap<string, string> {
  if (isPodSandbox) return labels;
  return labels.has(SANDBOX_LABEL) ? textMapOf(valueAt(joined, 'Config', 'Labels')) : new Map();
}

/**
 * Docker knows an image by its id; it may have many names. The one that the container was started
 * by comes first, then whatever comes first.
 */
function imageOf({ container, image }: DockerAnswers) {
  const asked = textOf(valueAt(container, 'Config', 'Image'));
  const wanted = parseImageReference(asked);
  const tagged = textsOf(image['RepoTags']).map(parseImageReference).filter(isNamed);
  const digested = textsOf(image['RepoDigests']).map(parseImageReference).filter(isNamed);
  const familiar = familiarRepository(wanted.repository);
  const isWanted = ({ repository }: ImageReference) => familiarRepository(repository) === familiar;
  const listed = digested.find(isWanted) ?? tagged.find(isWanted) ?? digested[0] ?? tagged[0];
  const repository = listed?.repository ?? (isImageId(asked) ? '' : wanted.repository);
  const ofRepository = (names: readonly ImageReference[]) =>
    names.filter((name) => name.repository === repository);
  const tags = ofRepository(tagged).map(({ tag }) => tag);
  const usualTag = tags.includes('latest') ? 'latest' : (tags[0] ?? '');
  const digests = ofRepository(digested).map(({ digest }) => digest);
  const onlyDigest = digested.length === 1 ? digested[0]?.digest : '';
  return {
    image: asked,
    imageid: imageIdOf(textOf(image['Id']) || textOf(container['Image'])),
    imagerepo: repository,
    imagetag: familiarRepository(repository) === familiar && wanted.tag ? wanted.tag : usualTag,
    // Alone, a digest is the id of the image.
    imagedigest: (wanted.repository && wanted.digest) || (digests[0] ?? onlyDigest ?? ''),
  };
}

function isNamed({ repository }: ImageReference): boolean {
  return repository !== '' && repository !== '<none>';
}

function isImageId(text: string): boolean {
  return isDigest(text) || /^[0-9a-f]{12,64}$/.test(text);
}

function resourcesOf(host: JsonObject) {
  return {
    memory_limit: numberOf(host['Memory']),
    swap_limit: numberOf(host['MemorySwap']),
    cpu_shares: positiveOr(host['CpuShares'], unknownDocument.cpu_shares),
    cpu_quota: numberOf(host['CpuQuota']),
    cpu_period: positiveOr(host['CpuPeriod'], unknownDocument.cpu_period),
    cpuset_cpu_count: countCpus(textOf(host['CpusetCpus'])),
  };
}

/** Newer Dockers tell it by network only. */
function addressOf(container: JsonObject): string {
  const settings = objectOf(container['NetworkSettings']);
  const plain = textOf(settings['IPAddress']);
  if (plain !== '') return plain;
  const networks = Object.values(objectOf(settings['Networks']));
  const addresses = networks.map((network) => textOf(objectOf(network)['IPAddress']));
  return addresses.find((address) => address !== '') ?? '';
}

function mountOf(value: unknown): MountDocument {
  const mount = objectOf(value);
  return {
    Source: textOf(mount['Source']),
    Destination: textOf(mount['Destination']),
    Mode: textOf(mount['Mode']),
    RW: mount['RW'] === true,
    Propagation: textOf(mount['Propagation']),
  };
}

/** `"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]`; events hold TCP over IPv4 only. */
function portsOf(container: JsonObject): PortDocument[] {
  const ports: PortDocument[] = [];
  const published = objectOf(valueAt(container, 'NetworkSettings', 'Ports'));
  for (const [port, bindings] of Object.entries(published)) {
    const inside = /^(\d+)\/tcp$/.exec(port)?.[1];
    for (const binding of inside === undefined ? [] : listOf(bindings)) {
      const { HostIp, HostPort } = objectOf(binding);
      const address = ipv4Number(textOf(HostIp));
      if (address === undefined) continue;
      ports.push({
        HostIp: address,
        HostPort: Number(textOf(HostPort)) || 0,
        ContainerPort: Number(inside),
      });
    }
  }
  return ports;
}

/** "" is every address, as Podman writes it. */
function ipv4Number(text: string): number | undefined {
  if (text === '') return 0;
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  return match?.slice(1).reduce((number, byte) => number * 256 + Number(byte), 0);
}

function secondsOf(rfc3339: string): number {
  const ms = Date.parse(rfc3339);
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
}
