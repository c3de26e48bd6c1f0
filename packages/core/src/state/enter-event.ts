/**
 * What is kept of an enter event until the call returns. Between the two another thread can change what a pointer argument
 * points to, so the exit's copy of a path or address may not be what the kernel acted on; the enter's copy is what the rule
 * should see (time of check, time of use).
 */

import { type ByteString, host } from '../base/host.ts';
import { NO_SLOT, Text } from '../base/text-table.ts';

const NO_NAME = new Text('', 0, 0, NO_SLOT);

export class EnterEvent {
  /** Event code. */
  type = 0;
  dirfd = 0;
  /** Path of an open or exec. */
  name: Text = NO_NAME;
  /** The event held a path, and not the mark for one that could not be read. */
  hasName = false;
  flags = 0;
  /** PT_SOCKADDR of a connect, in its wire form; "" for none. */
  address: ByteString = '';

  setAddress(bytes: Uint8Array, start: number, length: number): void {
    this.address = length === 0 ? '' : host.byteString(bytes, start, start + length);
  }
}
