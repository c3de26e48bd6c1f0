/**
 * Descriptors that a process was handed over a unix socket: SCM_RIGHTS in the control message of a
 * recvmsg.
 */

import type { EventView } from '../events/event-view.ts';

/**
 * struct cmsghdr of 64-bit Linux: u64 length with the header, i32 level, i32 type, then the
 * content; padded to 8 bytes.
 */
const HEADER_BYTES = 16;
const ALIGNMENT = 8;
const TYPE_AT = 12;
const SCM_RIGHTS = 1;
const FD_BYTES = 4;
/** SCM_MAX_FD of the kernel. */
const PASSED_MAX = 253;

/** Empty when there are none, and from where on the message is damaged. */
export function passedDescriptors(event: EventView, control: number): number[] {
  const passed: number[] = [];
  const { view } = event;
  let at = event.paramStart(control);
  const end = at + event.paramLength(control);
  while (end - at >= HEADER_BYTES) {
    const length = view.getUint32(at, true);
    if (length < HEADER_BYTES || view.getUint32(at + 4, true) !== 0 || length > end - at) break;
    if (view.getInt32(at + TYPE_AT, true) === SCM_RIGHTS) {
      const count = (length - HEADER_BYTES) / FD_BYTES;
      if (!Number.isInteger(count) || count > PASSED_MAX) break;
      for (let i = 0; i < count; i++) {
        passed.push(view.getInt32(at + HEADER_BYTES + i * FD_BYTES, true));
      }
    }
    at += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
  return passed;
}
