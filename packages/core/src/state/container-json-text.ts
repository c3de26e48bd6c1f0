/**
 * What is known of a container as the text that events named `container` carry: the inverse of
 * container-json.ts, for captures that begin while it is known.
 */

import { fromText, toText } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';
import {
  type ContainerInfo,
  containerTypeCode,
  type HealthProbe,
  type HealthProbeKind,
} from './container-info.ts';

const probeKeys: Readonly<Record<HealthProbeKind, string>> = {
  healthcheck: 'Healthcheck',
  liveness: 'LivenessProbe',
  readiness: 'ReadinessProbe',
};

export function containerJson(info: ContainerInfo): ByteString {
  const container = {
    type: containerTypeCode(info.type),
    id: toText(info.id),
    full_id: toText(info.fullId),
    name: toText(info.name),
    image: toText(info.image),
    imageid: toText(info.imageId),
    imagerepo: toText(info.imageRepository),
    imagetag: toText(info.imageTag),
    imagedigest: toText(info.imageDigest),
    User: toText(info.user),
    ip: toText(info.ip),
    cni_json: toText(info.cniJson),
    privileged: info.privileged,
    host_pid: info.hostPid,
    host_network: info.hostNetwork,
    host_ipc: info.hostIpc,
    is_pod_sandbox: info.isPodSandbox,
    pod_sandbox_id: toText(info.podSandboxId),
    pod_sandbox_labels: objectOf(info.podSandboxLabels),
    labels: objectOf(info.labels),
    env: info.env.map(toText),
    ...mountsAndPortsOf(info),
    ...probesOf(info.healthProbes),
    ...resourcesOf(info),
  };
  return fromText(JSON.stringify({ container }));
}

function mountsAndPortsOf({ mounts, portMappings }: ContainerInfo) {
  return {
    Mounts: mounts.map((mount) => ({
      Source: toText(mount.source),
      Destination: toText(mount.destination),
      Mode: toText(mount.mode),
      RW: mount.writable,
      Propagation: toText(mount.propagation),
    })),
    port_mappings: portMappings.map(({ hostIp, hostPort, containerPort }) => ({
      HostIp: hostIp,
      HostPort: hostPort,
      ContainerPort: containerPort,
    })),
  };
}

function probesOf(probes: readonly HealthProbe[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    probes.map(({ kind, exe, args }) => {
      const list = args === '' ? [] : args.split('\0').map(toText);
      return [probeKeys[kind], { exe: toText(exe), args: list }];
    }),
  );
}

function resourcesOf(info: ContainerInfo) {
  return {
    created_time: info.createdTime,
    size: info.sizeBytes,
    memory_limit: info.memoryLimitBytes,
    swap_limit: info.swapLimitBytes,
    cpu_shares: info.cpuShares,
    cpu_quota: info.cpuQuotaUs,
    cpu_period: info.cpuPeriodUs,
    cpuset_cpu_count: info.cpusetCpuCount,
  };
}

function objectOf(map: ReadonlyMap<ByteString, ByteString>): Readonly<Record<string, string>> {
  return Object.fromEntries([...map].map(([key, value]) => [toText(key), toText(value)]));
}
