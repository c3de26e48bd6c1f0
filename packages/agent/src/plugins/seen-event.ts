/**
 * The event that rules are being evaluated on, as plugins see it: one object, reused, whose values
 * are read from the record when they are asked for.
 */

import { unsigned64 } from '@saker/core/base/int64.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import { EventCode, type PluginEvent } from './plugin.ts';

/** Parameters of both kinds of events: first the id of the source's plugin. */
const PLUGIN_ID = 0;
/** Where the data stands. */
const PLUGIN_DATA = 1;
const ASYNC_DATA = 2;

const NOTHING = new Uint8Array(0);

export class SeenEvent implements PluginEvent {
  readonly #sourceOfId: (id: number) => string;
  #context: EventContext | undefined = undefined;

  /** `sourceOfId`: 0 is the one for system calls. */
  constructor(sourceOfId: (id: number) => string) {
    this.#sourceOfId = sourceOfId;
  }

  of(context: EventContext): this {
    this.#context = context;
    return this;
  }

  get source(): string {
    const { code } = this;
    const hasId = code === EventCode.PLUGIN || code === EventCode.ASYNC;
    return this.#sourceOfId(hasId ? (this.#context?.event.u32(PLUGIN_ID) ?? 0) : 0);
  }

  get code(): number {
    return this.#context?.event.type ?? 0;
  }

  get timeNs(): bigint {
    const event = this.#context?.event;
    return event === undefined ? 0n : BigInt(unsigned64(event.timeLow, event.timeHigh));
  }

  get num(): number {
    return this.#context?.event.num ?? 0;
  }

  get data(): Uint8Array {
    const { code } = this;
    if (code === EventCode.PLUGIN) return this.#param(PLUGIN_DATA);
    return code === EventCode.ASYNC ? this.#param(ASYNC_DATA) : NOTHING;
  }

  get record(): Uint8Array {
    const event = this.#context?.event;
    return event === undefined ? NOTHING : event.bytes.subarray(event.start, event.end);
  }

  #param(index: number): Uint8Array {
    const event = this.#context?.event;
    if (event === undefined || event.paramLength(index) === 0) return NOTHING;
    const start = event.paramStart(index);
    return event.bytes.subarray(start, start + event.paramLength(index));
  }
}
