/** The events by which metadata of containers reaches state, rules and captures. */

import { fromText } from '@saker/core/base/byte-string.ts';
import type { Int64 } from '@saker/core/base/int64.ts';
import { encodeNamed } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';

export type ContainerEventName = 'container' | 'container_removed';

/** Belongs to no thread: what Falco's plugin writes there. */
const NO_THREAD = 0;
/** Plugins that have no events of their own, only ones among the system calls, have no id. */
const NO_PLUGIN = 0;

/** A record as captures hold it. `json` is what ContainerLookup hands out, `time` nanoseconds. */
export function encodeContainerEvent(
  json: string,
  time: Int64,
  name: ContainerEventName = 'container',
): Uint8Array<ArrayBuffer> {
  const data = `${fromText(json)}\0`;
  const header = { time, tid: NO_THREAD };
  return encodeNamed(PPME.PPME_ASYNCEVENT_E, header, { plugin_id: NO_PLUGIN, name, data });
}
