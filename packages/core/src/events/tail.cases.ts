/** For tests: what the sensor adds to the records of open calls. */

import { toBytes } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';

const LENGTH_AT = 16;

/** The record with the kernel's path behind its parameters (docs/formats/event.md). */
export function withTail(record: Uint8Array, path: ByteString): Uint8Array<ArrayBuffer> {
  const longer = Uint8Array.from([...record, ...toBytes(path), 0]);
  new DataView(longer.buffer).setUint32(LENGTH_AT, longer.length, true);
  return longer;
}
