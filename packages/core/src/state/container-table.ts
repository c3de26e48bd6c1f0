/** Containers by short id, with the metadata that `container` events brought. */

import type { ByteString } from '../base/host.ts';

/** The keys of the container event's JSON that fields read; see events of type PPME_ASYNCEVENT_E named `container`. */
export interface ContainerInfo {
  readonly id: ByteString;
}

export class ContainerTable {
  get(_id: ByteString): ContainerInfo | undefined {
    return undefined;
  }
}
