/**
 * CRI, the interface of kubelets: containerd, CRI-O and others. Pods appear twice in it, as their
 * sandbox and as their containers; both are containers to the kernel, and to us.
 */

import { type ContainerDocument, shortId } from '../container-document.ts';
import {
  type ContainerKey,
  type ContainerRuntime,
  keyOf,
  type RuntimeEvents,
  type RuntimeOptions,
} from '../container-runtime.ts';
import { subscribe, TOPIC_DELETED } from '../containerd/containerd-api.ts';
import { GrpcError, GrpcStatus, isGrpcStatus } from '../grpc/grpc-error.ts';
import { GrpcSession } from '../grpc/grpc-session.ts';
import {
  type CriContainer,
  type CriVersion,
  getContainer,
  getLayerBytes,
  getSandbox,
  getVersion,
  listContainers,
  listSandboxes,
  sandboxIdOf,
  watchContainers,
} from './cri-api.ts';
import { criContainerDocument, criSandboxDocument, criType, sandboxIdIn } from './cri-document.ts';

/** The namespace of containerd that holds the containers of its CRI service. */
export const CRI_NAMESPACE = 'k8s.io';

export class CriRuntime implements ContainerRuntime {
  readonly #session: GrpcSession;
  readonly #withSize: boolean;
  #version: Promise<CriVersion> | undefined = undefined;

  constructor(socketPath: string, { withSize }: RuntimeOptions) {
    this.#session = new GrpcSession(socketPath);
    this.#withSize = withSize;
  }

  async find({ id, fullId }: ContainerKey): Promise<ContainerDocument | undefined> {
    const { service, runtimeName } = await this.#service();
    const type = criType(runtimeName);
    const container = await unlessAbsent(getContainer(this.#session, service, fullId));
    if (container === undefined) {
      const sandbox = await unlessAbsent(getSandbox(this.#session, service, fullId));
      const isIt = sandbox !== undefined && shortId(sandbox.id) === id;
      return isIt ? criSandboxDocument(type, sandbox) : undefined;
    }
    if (shortId(container.id) !== id) return undefined;
    const [sandbox, size] = await Promise.all([
      this.#sandboxOf(service, container),
      this.#withSize ? getLayerBytes(this.#session, service, container.id) : -1,
    ]);
    return criContainerDocument(type, container, sandbox, size);
  }

  async list(): Promise<readonly ContainerKey[]> {
    const { service } = await this.#service();
    const [sandboxes, containers] = await Promise.all([
      listSandboxes(this.#session, service),
      listContainers(this.#session, service),
    ]);
    return [...sandboxes, ...containers].map(keyOf);
  }

  async watch(events: RuntimeEvents): Promise<void> {
    const { service, runtimeName } = await this.#service();
    if (runtimeName === 'containerd') return this.#watchContainerd(events);
    const { onReady, onContainer, onRemoved } = events;
    const told = watchContainers(this.#session, service, ({ kind, id }) => {
      if (kind === 'changed') onContainer(keyOf(id));
      else onRemoved(keyOf(id).id);
    });
    onReady();
    try {
      await told;
    } catch (error) {
      if (!isGrpcStatus(error, GrpcStatus.UNIMPLEMENTED)) throw error;
      // No events, as CRI-O has them by default: what is needed is asked for.
      await this.#session.closed;
    }
  }

  close(): void {
    this.#session.close();
  }

  /** containerd before 1.7 has no events in CRI, but always has its own on the same socket. */
  async #watchContainerd({ onReady, onContainer, onRemoved }: RuntimeEvents): Promise<void> {
    const told = subscribe(this.#session, CRI_NAMESPACE, ({ topic, containerId }) => {
      const key = keyOf(containerId);
      if (topic === TOPIC_DELETED) onRemoved(key.id);
      else onContainer(key);
    });
    onReady();
    await told;
  }

  #service(): Promise<CriVersion> {
    this.#version ??= getVersion(this.#session);
    return this.#version;
  }

  async #sandboxOf(service: string, container: CriContainer) {
    const told = sandboxIdIn(container);
    const id = told || (await sandboxIdOf(this.#session, service, container.id));
    return id === '' ? undefined : unlessAbsent(getSandbox(this.#session, service, id));
  }
}

async function unlessAbsent<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isGrpcStatus(error, GrpcStatus.NOT_FOUND)) return undefined;
    // CRI-O before 1.20 has a text only.
    const isAbsent =
      isGrpcStatus(error, GrpcStatus.UNKNOWN) &&
      error instanceof GrpcError &&
      /not find|not found|no such|does not exist/.test(error.message);
    if (isAbsent) return undefined;
    throw error;
  }
}
