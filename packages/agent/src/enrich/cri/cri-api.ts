/**
 * The calls of CRI, the interface between kubelets and runtimes, and the fields of its messages
 * that are read. Names and numbers: api.proto of k8s.io/cri-api. The versions v1 and v1alpha2
 * differ in the name of the service only.
 */

import { GrpcStatus, isGrpcStatus } from '../grpc/grpc-error.ts';
import type { GrpcSession } from '../grpc/grpc-session.ts';
import { encodeMessage, type Fields } from '../grpc/protobuf.ts';

const services: readonly string[] = [
  '/runtime.v1.RuntimeService',
  '/runtime.v1alpha2.RuntimeService',
];
const EMPTY = encodeMessage();
/** Enumeration values: of a running container, and of the kinds of events. */
const CONTAINER_RUNNING = 1;
const SANDBOX_READY = 0;
const CONTAINER_CREATED_EVENT = 0;
const CONTAINER_STARTED_EVENT = 1;
const CONTAINER_DELETED_EVENT = 3;
/** NamespaceMode. */
const NODE = 2;

const propagations: readonly string[] = ['private', 'rslave', 'rshared'];

export interface CriVersion {
  readonly service: string;
  /** `containerd`, `cri-o`, ... */
  readonly runtimeName: string;
}

export interface CriMount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readonly: boolean;
  readonly propagation: string;
}

export interface CriResources {
  readonly cpuPeriod: number;
  readonly cpuQuota: number;
  readonly cpuShares: number;
  readonly memoryLimitBytes: number;
  readonly swapLimitBytes: number;
  readonly cpus: string;
}

export interface CriContainer {
  readonly id: string;
  readonly name: string;
  readonly createdAtNs: number;
  /** As it was asked for. */
  readonly image: string;
  /** `repository@digest`, or the id of the image. */
  readonly imageRef: string;
  readonly imageId: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly mounts: readonly CriMount[];
  /** undefined: older runtimes do not tell. */
  readonly resources: CriResources | undefined;
  /** undefined: older runtimes do not tell. */
  readonly uid: number | undefined;
  /** What the runtime adds for people who look for faults, as JSON; "" when nothing. */
  readonly info: string;
}

export interface CriSandbox {
  readonly id: string;
  readonly podName: string;
  readonly podUid: string;
  readonly podNamespace: string;
  readonly createdAtNs: number;
  readonly ip: string;
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  readonly labels: ReadonlyMap<string, string>;
  readonly info: string;
}

export interface CriEvent {
  readonly kind: 'changed' | 'deleted';
  readonly id: string;
}

/** GrpcError UNIMPLEMENTED when the socket has no CRI service. */
export async function getVersion(session: GrpcSession): Promise<CriVersion> {
  let refusal: unknown;
  for (const service of services) {
    try {
      const answer = await session.call({ method: `${service}/Version`, request: EMPTY });
      return { service, runtimeName: answer.text(2) };
    } catch (error) {
      if (!isGrpcStatus(error, GrpcStatus.UNIMPLEMENTED)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/** Ids of the containers that run. */
export async function listContainers(session: GrpcSession, service: string): Promise<string[]> {
  const running = encodeMessage([1, encodeMessage([2, encodeMessage([1, CONTAINER_RUNNING])])]);
  const answer = await session.call({ method: `${service}/ListContainers`, request: running });
  return answer.messages(1).map((container) => container.text(1));
}

/** Ids of the sandboxes that are ready. */
export async function listSandboxes(session: GrpcSession, service: string): Promise<string[]> {
  const ready = encodeMessage([1, encodeMessage([2, encodeMessage([1, SANDBOX_READY])])]);
  const answer = await session.call({ method: `${service}/ListPodSandbox`, request: ready });
  return answer.messages(1).map((sandbox) => sandbox.text(1));
}

/** The pod sandbox that the container belongs to; "" when there is no such container. */
export async function sandboxIdOf(
  session: GrpcSession,
  service: string,
  id: string,
): Promise<string> {
  const request = encodeMessage([1, encodeMessage([1, id])]);
  const answer = await session.call({ method: `${service}/ListContainers`, request });
  return answer.message(1).text(2);
}

/** GrpcError NOT_FOUND when there is no such container. */
export async function getContainer(
  session: GrpcSession,
  service: string,
  id: string,
): Promise<CriContainer> {
  const request = encodeMessage([1, id], [2, true]);
  const answer = await session.call({ method: `${service}/ContainerStatus`, request });
  const status = answer.message(1);
  return {
    id: status.text(1),
    name: status.message(2).text(1),
    createdAtNs: status.number(4),
    image: status.message(8).text(1),
    imageRef: status.text(9),
    labels: status.textMap(12),
    mounts: status.messages(14).map(mountOf),
    resources: status.has(16) ? resourcesOf(status.message(16).message(1)) : undefined,
    imageId: status.text(17),
    uid: status.has(18) ? status.message(18).message(1).number(1) : undefined,
    info: answer.textMap(2).get('info') ?? '',
  };
}

/** GrpcError NOT_FOUND when there is no such sandbox. */
export async function getSandbox(
  session: GrpcSession,
  service: string,
  id: string,
): Promise<CriSandbox> {
  const request = encodeMessage([1, id], [2, true]);
  const answer = await session.call({ method: `${service}/PodSandboxStatus`, request });
  const status = answer.message(1);
  const metadata = status.message(2);
  const options = status.message(6).message(1).message(2);
  return {
    id: status.text(1),
    podName: metadata.text(1),
    podUid: metadata.text(2),
    podNamespace: metadata.text(3),
    createdAtNs: status.number(4),
    ip: status.message(5).text(1),
    hostNetwork: options.number(1) === NODE,
    hostPid: options.number(2) === NODE,
    hostIpc: options.number(3) === NODE,
    labels: status.textMap(7),
    info: answer.textMap(2).get('info') ?? '',
  };
}

export async function getLayerBytes(
  session: GrpcSession,
  service: string,
  id: string,
): Promise<number> {
  const request = encodeMessage([1, id]);
  const answer = await session.call({ method: `${service}/ContainerStats`, request });
  return answer.message(1).message(4).message(3).number(1);
}

/** Until the stream ends. GrpcError UNIMPLEMENTED where events are not there or switched off. */
export function watchContainers(
  session: GrpcSession,
  service: string,
  onEvent: (event: CriEvent) => void,
): Promise<void> {
  const method = `${service}/GetContainerEvents`;
  return session.stream({ method, request: EMPTY }, (event) => {
    const id = event.text(1);
    const kind = event.number(2);
    const isChange = kind === CONTAINER_CREATED_EVENT || kind === CONTAINER_STARTED_EVENT;
    if (isChange) onEvent({ kind: 'changed', id });
    if (kind === CONTAINER_DELETED_EVENT) onEvent({ kind: 'deleted', id });
  });
}

function mountOf(mount: Fields): CriMount {
  return {
    containerPath: mount.text(1),
    hostPath: mount.text(2),
    readonly: mount.flag(3),
    propagation: propagations[mount.number(5)] ?? 'unknown',
  };
}

function resourcesOf(linux: Fields): CriResources {
  return {
    cpuPeriod: linux.number(1),
    cpuQuota: linux.number(2),
    cpuShares: linux.number(3),
    memoryLimitBytes: linux.number(4),
    cpus: linux.text(6),
    swapLimitBytes: linux.number(10),
  };
}
