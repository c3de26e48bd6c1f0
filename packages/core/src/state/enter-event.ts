/**
 * What is kept of an enter event until the call returns. Between the two another thread can change
 * what a pointer argument points to, so the exit's copy of a path or address may not be what the
 * kernel acted on; the enter's copy is what the rule should see (time of check, time of use). Old
 * captures hold some arguments nowhere else.
 */

import { type ByteString, host } from '../base/host.ts';
import type { Text, TextTable } from '../base/text-table.ts';
import { PPME } from '../events/event-codes.gen.ts';
import type { EventView } from '../events/event-view.ts';
import { NO_NAME } from './fd-info.ts';
import { hasText, internParam } from './params.ts';

export class EnterEvent {
  /** Event code. */
  #type = -1;
  dirfd = 0;
  /** Path of an open or exec. */
  name: Text = NO_NAME;
  /** The event held a path, and not the mark of one that could not be read. */
  hasName = false;
  flags = 0;
  /** PT_SOCKADDR of a connect, in its wire form; "" for none. */
  address: ByteString = '';

  /**
   * Whether the exit with the code `type` belongs to this. A successful execveat ends as an execve.
   */
  isOf(type: number): boolean {
    if (type === this.#type + 1) return true;
    const isExecveat = this.#type === PPME.PPME_SYSCALL_EXECVEAT_E;
    return isExecveat && type === PPME.PPME_SYSCALL_EXECVE_19_X;
  }

  get isExecveat(): boolean {
    return this.#type === PPME.PPME_SYSCALL_EXECVEAT_E;
  }

  /** An open by path alone, or an exec: `flags` < 0 where the call has none. */
  keepPath(event: EventView, texts: TextTable, name: number, flags: number): void {
    this.#keepName(event, texts, name);
    this.flags = flags < 0 ? 0 : event.u32(flags);
  }

  /** A call with a directory: parameters dirfd, path, flags. */
  keepPathAt(event: EventView, texts: TextTable): void {
    this.dirfd = event.i64(0);
    this.keepPath(event, texts, 1, 2);
  }

  keepAddress(event: EventView, index: number): void {
    this.#type = event.type;
    const start = event.paramStart(index);
    const length = event.paramLength(index);
    this.address = length === 0 ? '' : host.byteString(event.bytes, start, start + length);
  }

  #keepName(event: EventView, texts: TextTable, index: number): void {
    this.#type = event.type;
    this.hasName = hasText(event, index);
    this.name = internParam(event, texts, index);
  }
}
