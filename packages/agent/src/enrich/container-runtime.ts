/** What ContainerLookup needs of a container runtime, whichever protocol it speaks. */

import { type ContainerDocument, shortId } from './container-document.ts';

/** A container, as far as a cgroup path or an event names it. */
export interface ContainerKey {
  /** The short id. */
  readonly id: string;
  /** The whole id where it is known, else the short one. */
  readonly fullId: string;
  /** Of containerd; undefined where it is not known. */
  readonly namespace?: string;
}

export interface RuntimeEvents {
  /** The runtime answers, and tells what happens from now on. */
  readonly onReady: () => void;
  /** A container was made or started, or has changed. */
  readonly onContainer: (key: ContainerKey) => void;
  readonly onRemoved: (id: string) => void;
}

export interface ContainerRuntime {
  /**
   * undefined: the runtime has no such container (yet). An error (HttpError, GrpcError,
   * ProtobufError): it does not say.
   */
  find(key: ContainerKey): Promise<ContainerDocument | undefined>;
  /** The containers that run now. */
  list(): Promise<readonly ContainerKey[]>;
  /** Until the connection ends; an error when there is none. */
  watch(events: RuntimeEvents): Promise<void>;
  /** Cuts what is under way. */
  close(): void;
}

export interface RuntimeOptions {
  /** Asks how large the writable layer is, which runtimes have to count. */
  readonly withSize: boolean;
}

export function keyOf(fullId: string): ContainerKey {
  return { id: shortId(fullId), fullId };
}
