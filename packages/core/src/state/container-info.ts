/**
 * What is known of a container: the metadata that a runtime gave the container engine, and it to
 * the event stream.
 */

import type { ByteString } from '../base/host.ts';

export interface ContainerMount {
  readonly source: ByteString;
  readonly destination: ByteString;
  readonly mode: ByteString;
  readonly writable: boolean;
  readonly propagation: ByteString;
}

export interface PortMapping {
  /** The IPv4 address as a number. */
  readonly hostIp: number;
  readonly hostPort: number;
  readonly containerPort: number;
}

export type HealthProbeKind = 'healthcheck' | 'liveness' | 'readiness';

/** A command that the runtime starts in the container to see whether it is well. */
export interface HealthProbe {
  readonly kind: HealthProbeKind;
  readonly exe: ByteString;
  /** NUL-separated, as `ThreadInfo.args`. */
  readonly args: ByteString;
}

export interface ContainerInfo {
  /** As in `ThreadInfo.containerId`: the first 12 characters where the runtime's ids are longer. */
  readonly id: ByteString;
  readonly fullId: ByteString;
  /**
   * As `container.type` prints the code: docker, podman, cri-o, ...; "" for codes without a name.
   */
  readonly type: ByteString;
  readonly name: ByteString;
  readonly image: ByteString;
  readonly imageId: ByteString;
  readonly imageRepository: ByteString;
  readonly imageTag: ByteString;
  readonly imageDigest: ByteString;
  /** The user that the container is configured to run as. */
  readonly user: ByteString;
  readonly ip: ByteString;
  readonly cniJson: ByteString;
  readonly privileged: boolean;
  readonly hostPid: boolean;
  readonly hostNetwork: boolean;
  readonly hostIpc: boolean;
  readonly mounts: readonly ContainerMount[];
  readonly portMappings: readonly PortMapping[];
  readonly labels: ReadonlyMap<ByteString, ByteString>;
  readonly env: readonly ByteString[];
  readonly healthProbes: readonly HealthProbe[];
  /** Full id of the pod's sandbox container; "" outside of Kubernetes. */
  readonly podSandboxId: ByteString;
  readonly podSandboxLabels: ReadonlyMap<ByteString, ByteString>;
  readonly isPodSandbox: boolean;
  /** Seconds since the epoch. */
  readonly createdTime: number;
  /** Of the writable layer; -1 when unknown. */
  readonly sizeBytes: number;
  readonly memoryLimitBytes: number;
  readonly swapLimitBytes: number;
  readonly cpuShares: number;
  readonly cpuQuotaUs: number;
  readonly cpuPeriodUs: number;
  readonly cpusetCpuCount: number;
}

/** Nothing known: what a value is that the metadata does not hold. */
export const unknownContainer: ContainerInfo = {
  id: '',
  fullId: '',
  type: '',
  name: '',
  image: '',
  imageId: '',
  imageRepository: '',
  imageTag: '',
  imageDigest: '',
  user: '',
  ip: '',
  cniJson: '',
  privileged: false,
  hostPid: false,
  hostNetwork: false,
  hostIpc: false,
  mounts: [],
  portMappings: [],
  labels: new Map(),
  env: [],
  healthProbes: [],
  podSandboxId: '',
  podSandboxLabels: new Map(),
  isPodSandbox: false,
  createdTime: 0,
  sizeBytes: -1,
  memoryLimitBytes: 0,
  swapLimitBytes: 0,
  cpuShares: 1024,
  cpuQuotaUs: 0,
  cpuPeriodUs: 100_000,
  cpusetCpuCount: 0,
};

/**
 * Names of the codes of container runtimes; mesos and rkt are history. `custom` and `static` have
 * none.
 */
const typeNames: ReadonlyMap<number, string> = new Map([
  [0, 'docker'],
  [1, 'lxc'],
  [2, 'libvirt-lxc'],
  [3, 'mesos'],
  [4, 'rkt'],
  [6, 'cri'],
  [7, 'containerd'],
  [8, 'cri-o'],
  [9, 'bpm'],
  [11, 'podman'],
  [0xfffe, 'host'],
]);

const typeCodes: ReadonlyMap<ByteString, number> = new Map(
  [...typeNames].map(([code, name]) => [name, code]),
);
/** CT_UNKNOWN. */
const UNKNOWN_TYPE = 0xffff;

/** `container.type` of a runtime's code; "" for codes without a name. */
export function containerTypeName(code: number): ByteString {
  return typeNames.get(code) ?? '';
}

export function containerTypeCode(name: ByteString): number {
  return typeCodes.get(name) ?? UNKNOWN_TYPE;
}
