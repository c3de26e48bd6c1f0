/** Containers by short id, with the metadata that `container` events brought. */

import type { ByteString } from '../base/host.ts';

export interface ContainerMount {
  readonly source: ByteString;
  readonly destination: ByteString;
  readonly mode: ByteString;
  readonly writable: boolean;
  readonly propagation: ByteString;
}

/** The keys of the container event's JSON that fields read; see events of type PPME_ASYNCEVENT_E named `container`. */
export interface ContainerInfo {
  readonly id: ByteString;
  readonly fullId: ByteString;
  /** As `container.type` prints the code: docker, podman, cri-o, ...; "" for codes without a name. */
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
  readonly labels: ReadonlyMap<ByteString, ByteString>;
  /** Full id of the pod's sandbox container; "" outside of Kubernetes. */
  readonly podSandboxId: ByteString;
  readonly podSandboxLabels: ReadonlyMap<ByteString, ByteString>;
}

export class ContainerTable {
  /**
   * The container that the last container event was about, and the number of that event: fields read it on the event itself,
   * which belongs to no thread.
   */
  eventContainer: ContainerInfo | undefined = undefined;
  eventNumber = 0;

  get(_id: ByteString): ContainerInfo | undefined {
    return undefined;
  }
}
