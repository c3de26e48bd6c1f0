/**
 * containerd by its own services: containers that neither Docker nor a kubelet made (nerdctl, ctr,
 * BuildKit, hosts of virtual machines). Ids are unique within a namespace only.
 */

import {
  type ContainerDocument,
  ContainerType,
  shortId,
  unknownDocument,
} from '../container-document.ts';
import {
  type ContainerKey,
  type ContainerRuntime,
  keyOf,
  type RuntimeEvents,
  type RuntimeOptions,
} from '../container-runtime.ts';
import { GrpcStatus, isGrpcStatus } from '../grpc/grpc-error.ts';
import { GrpcSession } from '../grpc/grpc-session.ts';
import { parseImageReference } from '../image-reference.ts';
import { parseObject } from '../json-value.ts';
import {
  type ContainerdContainer,
  findContainers,
  getContainer,
  getImageDigest,
  getSnapshotBytes,
  listNamespaces,
  listTasks,
  subscribe,
  TOPIC_DELETED,
} from './containerd-api.ts';
import {
  isPrivilegedSpec,
  sharedNamespaces,
  specAnnotation,
  specMounts,
  specResources,
  specUser,
} from './oci-spec.ts';

/** Most namespaces that are searched for a container whose cgroup does not name its own. */
const NAMESPACES_MAX = 32;

const NAME_LABEL = 'nerdctl/name';
const KIND_LABEL = 'io.cri-containerd.kind';
const SANDBOX_ANNOTATION = 'io.kubernetes.cri.sandbox-id';

export interface ContainerdOptions extends RuntimeOptions {
  /**
   * Namespaces whose containers another engine knows better: `moby` with Docker, `k8s.io` with
   * CRI. They are not listed and their events are passed over.
   */
  readonly foreignNamespaces: ReadonlySet<string>;
}

export class ContainerdRuntime implements ContainerRuntime {
  readonly #session: GrpcSession;
  readonly #options: ContainerdOptions;

  constructor(socketPath: string, options: ContainerdOptions) {
    this.#session = new GrpcSession(socketPath);
    this.#options = options;
  }

  async find(key: ContainerKey): Promise<ContainerDocument | undefined> {
    const namespaces = key.namespace === undefined ? await this.#namespaces() : [key.namespace];
    for (const namespace of namespaces) {
      const container = await this.#container(namespace, key);
      if (container !== undefined) return this.#document(namespace, container);
    }
    // What looked like a namespace in the cgroup may be none.
    return key.namespace === undefined ? undefined : this.find(keyOf(key.fullId));
  }

  async list(): Promise<readonly ContainerKey[]> {
    const keys: ContainerKey[] = [];
    for (const namespace of await this.#namespaces()) {
      if (this.#options.foreignNamespaces.has(namespace)) continue;
      const ids = await listTasks(this.#session, namespace);
      keys.push(...ids.map((id) => ({ ...keyOf(id), namespace })));
    }
    return keys;
  }

  async watch({ onReady, onContainer, onRemoved }: RuntimeEvents): Promise<void> {
    const events = subscribe(this.#session, undefined, ({ namespace, topic, containerId }) => {
      if (containerId === '' || this.#options.foreignNamespaces.has(namespace)) return;
      if (topic === TOPIC_DELETED) onRemoved(shortId(containerId));
      else onContainer({ ...keyOf(containerId), namespace });
    });
    // The stream does not say that it has begun; an answer says that somebody is there.
    await Promise.all([events, this.#namespaces().then(onReady)]);
  }

  close(): void {
    this.#session.close();
  }

  async #namespaces(): Promise<string[]> {
    return (await listNamespaces(this.#session)).slice(0, NAMESPACES_MAX);
  }

  async #container(
    namespace: string,
    { id, fullId }: ContainerKey,
  ): Promise<ContainerdContainer | undefined> {
    const found = await this.#unlessAbsent(getContainer(this.#session, namespace, fullId));
    if (found !== undefined && shortId(found.id) === id) return found;
    if (fullId !== id) return undefined;
    const candidates = await findContainers(this.#session, namespace, id);
    return candidates.find((container) => shortId(container.id) === id);
  }

  async #document(namespace: string, container: ContainerdContainer): Promise<ContainerDocument> {
    const { id, labels, image } = container;
    const spec = parseObject(container.spec);
    const sandboxId = container.sandbox || specAnnotation(spec, SANDBOX_ANNOTATION);
    const { repository, tag, digest } = parseImageReference(image);
    return {
      ...unknownDocument,
      ...sharedNamespaces(spec),
      ...specResources(spec),
      type: ContainerType.CONTAINERD,
      id: shortId(id),
      full_id: id,
      name: labels.get(NAME_LABEL) ?? shortId(id),
      image,
      imagerepo: repository,
      imagetag: tag,
      imagedigest: digest || (await this.#imageDigest(namespace, image)),
      User: specUser(spec),
      privileged: isPrivilegedSpec(spec),
      labels,
      Mounts: specMounts(spec),
      is_pod_sandbox: labels.get(KIND_LABEL) === 'sandbox',
      pod_sandbox_id: sandboxId,
      pod_sandbox_labels: await this.#sandboxLabels(namespace, sandboxId, container),
      created_time: container.createdAt,
      size: await this.#size(namespace, container),
    };
  }

  async #imageDigest(namespace: string, image: string): Promise<string> {
    if (image === '') return '';
    return (await this.#unlessAbsent(getImageDigest(this.#session, namespace, image))) ?? '';
  }

  async #sandboxLabels(
    namespace: string,
    sandboxId: string,
    { id, labels }: ContainerdContainer,
  ): Promise<ReadonlyMap<string, string>> {
    if (sandboxId === id) return labels;
    if (sandboxId === '') return new Map();
    const sandbox = await this.#unlessAbsent(getContainer(this.#session, namespace, sandboxId));
    return sandbox?.labels ?? new Map();
  }

  async #size(namespace: string, container: ContainerdContainer): Promise<number> {
    if (!this.#options.withSize || container.snapshotKey === '') return -1;
    return (await this.#unlessAbsent(getSnapshotBytes(this.#session, namespace, container))) ?? -1;
  }

  async #unlessAbsent<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await call;
    } catch (error) {
      if (isGrpcStatus(error, GrpcStatus.NOT_FOUND)) return undefined;
      // Parts of cgroup paths that could not be an id.
      if (isGrpcStatus(error, GrpcStatus.INVALID_ARGUMENT)) return undefined;
      throw error;
    }
  }
}
