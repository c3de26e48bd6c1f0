/** The event that a plugin is asked about, where the plugin can read it: a copy of its record. */

import type { PluginEvent } from '../plugin.ts';
import { EventInput } from './abi.ts';
import { NativeBlock, textBlock } from './native-memory.ts';

/** Most events fit; others make it grow. */
const FIRST_BYTES = 64 << 10;

export class NativeEvent {
  readonly #input = new NativeBlock(EventInput.bytes);
  /** Names of sources: a handful. */
  readonly #sources = new Map<string, NativeBlock>();
  #record = new NativeBlock(FIRST_BYTES);
  /** What was copied last: several fields are read of one event. */
  #lastBuffer: ArrayBufferLike | undefined = undefined;
  #lastOffset = -1;
  #lastNum = -1;

  /** The address of the input for the event. */
  place(event: PluginEvent): bigint {
    const { record, num } = event;
    const isSame =
      record.buffer === this.#lastBuffer &&
      record.byteOffset === this.#lastOffset &&
      num === this.#lastNum;
    if (!isSame) this.#copy(event, record);
    return this.#input.address;
  }

  #copy({ num, source }: PluginEvent, record: Uint8Array): void {
    if (record.length > this.#record.bytes.length) {
      this.#record.free();
      this.#record = new NativeBlock(record.length * 2);
    }
    this.#record.bytes.set(record);
    this.#input.setPointer(EventInput.event, this.#record.address);
    this.#input.view.setBigUint64(EventInput.number, BigInt(num), true);
    this.#input.setPointer(EventInput.source, this.#sourceName(source));
    this.#lastBuffer = record.buffer;
    this.#lastOffset = record.byteOffset;
    this.#lastNum = num;
  }

  #sourceName(source: string): bigint {
    let block = this.#sources.get(source);
    if (block === undefined) {
      block = textBlock(source);
      this.#sources.set(source, block);
    }
    return block.address;
  }

  free(): void {
    this.#record.free();
    this.#input.free();
    for (const block of this.#sources.values()) block.free();
  }
}
