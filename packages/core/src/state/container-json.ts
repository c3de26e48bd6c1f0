/**
 * Container metadata as the events `container` and `container_removed` carry it: `{"container":
 * {...}}`. The text comes from a runtime by way of a capture file, so nothing about its shape is
 * certain: what has another type than expected counts as absent, what is no such object at all
 * gives undefined, and nothing here throws.
 */

import { fromText, toText, untilNul } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import {
  type ContainerInfo,
  type ContainerMount,
  containerTypeName,
  type HealthProbe,
  type HealthProbeKind,
  type PortMapping,
  unknownContainer,
} from './container-info.ts';

/**
 * Longest text that is parsed. Real ones have a few KiB; labels and environment can make them
 * large, not this large.
 */
export const CONTAINER_JSON_BYTES_MAX: number = 1 << 20;
/** Most mounts, labels, ports and variables taken of one container each. */
const ITEMS_MAX = 4096;

type JsonObject = { readonly [key: string]: unknown };

const probeKinds: readonly (readonly [key: string, kind: HealthProbeKind])[] = [
  ['Healthcheck', 'healthcheck'],
  ['LivenessProbe', 'liveness'],
  ['ReadinessProbe', 'readiness'],
];

/** `bytes` may go on after a NUL. Undefined when it holds no container with an id. */
export function parseContainerJson(bytes: ByteString): ContainerInfo | undefined {
  if (bytes.length > CONTAINER_JSON_BYTES_MAX) return undefined;
  const container = objectOf(objectOf(parse(toText(untilNul(bytes))))['container']);
  const id = stringOf(container['id']);
  if (id === '') return undefined;
  return {
    ...identityOf(container),
    ...resourcesOf(container),
    id,
    user: stringOf(container['User']),
    ip: stringOf(container['ip']),
    cniJson: stringOf(container['cni_json']),
    privileged: container['privileged'] === true,
    hostPid: container['host_pid'] === true,
    hostNetwork: container['host_network'] === true,
    hostIpc: container['host_ipc'] === true,
    mounts: listOf(container['Mounts']).map(mountOf),
    portMappings: listOf(container['port_mappings']).map(portMappingOf),
    labels: mapOf(container['labels']),
    env: listOf(container['env']).map(stringOf),
    healthProbes: probesOf(container),
    podSandboxId: stringOf(container['pod_sandbox_id']),
    podSandboxLabels: mapOf(container['pod_sandbox_labels']),
    isPodSandbox: container['is_pod_sandbox'] === true,
  };
}

function identityOf(container: JsonObject) {
  return {
    fullId: stringOf(container['full_id']),
    type: containerTypeName(numberOf(container['type'], -1)),
    name: stringOf(container['name']),
    image: stringOf(container['image']),
    imageId: stringOf(container['imageid']),
    imageRepository: stringOf(container['imagerepo']),
    imageTag: stringOf(container['imagetag']),
    imageDigest: stringOf(container['imagedigest']),
  };
}

function resourcesOf(container: JsonObject) {
  return {
    createdTime: numberOf(container['created_time'], unknownContainer.createdTime),
    sizeBytes: numberOf(container['size'], unknownContainer.sizeBytes),
    memoryLimitBytes: numberOf(container['memory_limit'], unknownContainer.memoryLimitBytes),
    swapLimitBytes: numberOf(container['swap_limit'], unknownContainer.swapLimitBytes),
    cpuShares: numberOf(container['cpu_shares'], unknownContainer.cpuShares),
    cpuQuotaUs: numberOf(container['cpu_quota'], unknownContainer.cpuQuotaUs),
    cpuPeriodUs: numberOf(container['cpu_period'], unknownContainer.cpuPeriodUs),
    cpusetCpuCount: numberOf(container['cpuset_cpu_count'], unknownContainer.cpusetCpuCount),
  };
}

function mountOf(value: unknown): ContainerMount {
  const mount = objectOf(value);
  return {
    source: stringOf(mount['Source']),
    destination: stringOf(mount['Destination']),
    mode: stringOf(mount['Mode']),
    writable: mount['RW'] === true,
    propagation: stringOf(mount['Propagation']),
  };
}

function portMappingOf(value: unknown): PortMapping {
  const mapping = objectOf(value);
  return {
    hostIp: numberOf(mapping['HostIp'], 0),
    hostPort: numberOf(mapping['HostPort'], 0),
    containerPort: numberOf(mapping['ContainerPort'], 0),
  };
}

function probesOf(container: JsonObject): HealthProbe[] {
  const probes: HealthProbe[] = [];
  for (const [key, kind] of probeKinds) {
    if (container[key] === undefined) continue;
    const probe = objectOf(container[key]);
    const args = listOf(probe['args']).map(stringOf).join('\0');
    probes.push({ kind, exe: stringOf(probe['exe']), args });
  }
  return probes;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Foreign bytes that are no JSON: the container stays one without metadata, as if the event had
    // not come.
    return undefined;
  }
}

function objectOf(value: unknown): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, ITEMS_MAX) : [];
}

function mapOf(value: unknown): ReadonlyMap<ByteString, ByteString> {
  const entries = Object.entries(objectOf(value)).slice(0, ITEMS_MAX);
  return new Map(entries.map(([key, item]) => [fromText(key), stringOf(item)]));
}

function stringOf(value: unknown): ByteString {
  return typeof value === 'string' ? fromText(value) : '';
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
