/**
 * What a runtime says of a container, as the JSON document that events named `container` carry.
 * Keys and values are those of Falco's container plugin, so that its captures and ours read alike
 * (core/state/container-json.ts reads them).
 *
 * Names, labels and mounts are chosen by whoever may start a container: every text and every list
 * is bounded here, so that the event always fits into one block of a capture.
 */

/** `container.type`, as a number. */
export const ContainerType = {
  DOCKER: 0,
  CRI: 6,
  CONTAINERD: 7,
  CRIO: 8,
  PODMAN: 11,
} as const;

export interface MountDocument {
  readonly Source: string;
  readonly Destination: string;
  readonly Mode: string;
  readonly RW: boolean;
  readonly Propagation: string;
}

export interface PortDocument {
  /** An IPv4 address as a number. */
  readonly HostIp: number;
  readonly HostPort: number;
  readonly ContainerPort: number;
}

export interface ContainerDocument {
  readonly type: number;
  /** The short id, by which threads refer to it. */
  readonly id: string;
  readonly full_id: string;
  readonly name: string;
  readonly image: string;
  readonly imageid: string;
  readonly imagerepo: string;
  readonly imagetag: string;
  readonly imagedigest: string;
  readonly User: string;
  readonly ip: string;
  readonly cni_json: string;
  readonly privileged: boolean;
  readonly host_pid: boolean;
  readonly host_network: boolean;
  readonly host_ipc: boolean;
  readonly labels: ReadonlyMap<string, string>;
  readonly Mounts: readonly MountDocument[];
  readonly port_mappings: readonly PortDocument[];
  readonly is_pod_sandbox: boolean;
  /** Full id; "" outside of Kubernetes. */
  readonly pod_sandbox_id: string;
  readonly pod_sandbox_labels: ReadonlyMap<string, string>;
  /** Seconds since the epoch. */
  readonly created_time: number;
  /** Bytes of the writable layer; -1: not asked for. */
  readonly size: number;
  readonly memory_limit: number;
  readonly swap_limit: number;
  readonly cpu_shares: number;
  readonly cpu_quota: number;
  readonly cpu_period: number;
  readonly cpuset_cpu_count: number;
}

/** Nothing known. The numbers are what runtimes use where nothing is configured. */
export const unknownDocument: ContainerDocument = {
  type: 0xffff,
  id: '',
  full_id: '',
  name: '',
  image: '',
  imageid: '',
  imagerepo: '',
  imagetag: '',
  imagedigest: '',
  User: '',
  ip: '',
  cni_json: '',
  privileged: false,
  host_pid: false,
  host_network: false,
  host_ipc: false,
  labels: new Map(),
  Mounts: [],
  port_mappings: [],
  is_pod_sandbox: false,
  pod_sandbox_id: '',
  pod_sandbox_labels: new Map(),
  created_time: 0,
  size: -1,
  memory_limit: 0,
  swap_limit: 0,
  cpu_shares: 1024,
  cpu_quota: 0,
  cpu_period: 100_000,
  cpuset_cpu_count: 0,
};

/** Containers are known by the first characters of their id. */
const SHORT_ID_LENGTH = 12;

export function shortId(fullId: string): string {
  return fullId.slice(0, SHORT_ID_LENGTH);
}

/** How many processors a list such as `0-3,7` names; 0 for what is no such list. */
export function countCpus(list: string): number {
  let count = 0;
  for (const item of list === '' ? [] : list.split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(item);
    if (range === null) return 0;
    const first = Number(range[1]);
    count += Math.max(0, Number(range[2] ?? first) - first + 1);
  }
  return count;
}
