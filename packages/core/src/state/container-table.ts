/**
 * Containers by short id, with the metadata that `container` events brought. Bounded; what does not
 * fit is counted.
 */

import type { ByteString } from '../base/host.ts';
import type { ContainerInfo } from './container-info.ts';

export type { ContainerInfo, ContainerMount } from './container-info.ts';

/**
 * Most containers. A node of Kubernetes runs some hundred; what was removed without an event stays
 * until there are this many.
 */
export const CONTAINERS_MAX = 16_384;

export class ContainerTable {
  readonly #containers = new Map<ByteString, ContainerInfo>();
  readonly #limit: number;
  /** Containers that were forgotten, oldest first, to make room. */
  evictions = 0;
  /**
   * The container that the last container event was about, and the number of that event: fields
   * read it on the event itself, which belongs to no thread.
   */
  eventContainer: ContainerInfo | undefined = undefined;
  eventNumber = 0;

  constructor(limit: number = CONTAINERS_MAX) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#containers.size;
  }

  get(id: ByteString): ContainerInfo | undefined {
    return this.#containers.get(id);
  }

  /**
   * Adds or replaces. When the table is full the container that is known longest goes: it is the
   * likeliest to be gone.
   */
  add(container: ContainerInfo): void {
    this.#containers.delete(container.id);
    if (this.#containers.size >= this.#limit) {
      const [oldest] = this.#containers.keys();
      if (oldest !== undefined) this.#containers.delete(oldest);
      this.evictions++;
    }
    this.#containers.set(container.id, container);
  }

  delete(id: ByteString): void {
    this.#containers.delete(id);
  }

  values(): IterableIterator<ContainerInfo> {
    return this.#containers.values();
  }
}
