/**
 * Events of a library's source. The library is asked for batches on a thread of Node's pool,
 * because it waits there for what it has to tell; a batch is taken here, and the next one is asked
 * for when rules have seen it. So the library is never called twice at the same time, as it is with
 * Falco.
 */

import type { EventSink, OpenedSource } from '../plugin.ts';
import { PluginError, thrownText } from '../plugin-error.ts';
import { Event, NO_TIME, PluginEventLayout, POINTER_BYTES, Result } from './abi.ts';
import { copyBytes, NativeBlock, textBlock, viewOf } from './native-memory.ts';
import { callAside } from './plugin-library.ts';
import type { PluginState } from './plugin-state.ts';

/** SDKs of plugins give 128 events at most; more than these are a count gone wrong. */
const BATCH_EVENTS_MAX = 65_536;
const EVENT_BYTES_MAX = 64 << 20;
const PLUGIN_EVENT = 322;
const PARAMS = 2;
const ID_BYTES = 4;

export interface SourceFacts {
  /** As the configuration calls the plugin. */
  readonly plugin: string;
  readonly id: number;
}

interface ReceivedEvent {
  readonly data: Uint8Array;
  readonly timeNs: bigint | undefined;
}

/** PluginError when the plugin refuses the parameters. */
export async function openSource(
  state: PluginState,
  facts: SourceFacts,
  { params, sink }: { readonly params: string; readonly sink: EventSink },
): Promise<OpenedSource> {
  const { open } = state.functions;
  if (open === undefined) throw new PluginError('shape', facts.plugin, 'it cannot open a source');
  const text = textBlock(params);
  const result = new NativeBlock(8);
  try {
    result.view.setInt32(0, Result.FAILURE, true);
    const instance = await callAside(open, state.address, text.address, result.address);
    if (result.view.getInt32(0, true) !== Result.SUCCESS) throw new Error(state.lastError());
    const source = new BinarySource(state, facts, instance ?? 0n);
    const done = source.run(sink);
    return {
      async close() {
        source.stop();
        await done;
        await source.close();
      },
    };
  } finally {
    text.free();
    result.free();
  }
}

class BinarySource {
  readonly #state: PluginState;
  readonly #facts: SourceFacts;
  readonly #instance: bigint;
  readonly #count = new NativeBlock(8);
  readonly #events = new NativeBlock(POINTER_BYTES);
  #isStopped = false;

  constructor(state: PluginState, facts: SourceFacts, instance: bigint) {
    this.#state = state;
    this.#facts = facts;
    this.#instance = instance;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Never rejects: what goes wrong ends the source. */
  async run(sink: EventSink): Promise<void> {
    try {
      // biome-ignore lint/performance/noAwaitInLoops: one batch after the other is the point
      while (!this.#isStopped && (await this.#batch(sink)));
    } catch (thrown) {
      sink.end(thrown instanceof Error ? thrown : new Error(thrownText(thrown)));
    }
  }

  /** Whether there may be more. */
  async #batch(sink: EventSink): Promise<boolean> {
    const { functions, address } = this.#state;
    if (functions.next_batch === undefined) return false;
    this.#count.view.setUint32(0, 0, true);
    this.#events.setPointer(0, 0n);
    const code = await callAside(
      functions.next_batch,
      address,
      this.#instance,
      this.#count.address,
      this.#events.address,
    );
    const count = this.#count.view.getUint32(0, true);
    if (count > 0) await this.#take(count, sink);
    switch (code) {
      case Result.SUCCESS:
        if (count === 0) throw new Error('it gave a batch without events, and no reason');
        return true;
      case Result.TIMEOUT:
        return true;
      case Result.EOF:
        sink.end();
        return false;
      default:
        throw new Error(this.#state.lastError());
    }
  }

  async #take(count: number, sink: EventSink): Promise<void> {
    if (count > BATCH_EVENTS_MAX) throw new RangeError(`it gave a batch of ${count} events`);
    const list = this.#events.pointer(0);
    const pointers = viewOf(copyBytes(list, count * POINTER_BYTES, 'the list of events'));
    for (let at = 0; at < count && !this.#isStopped; at++) {
      const { data, timeNs } = this.#event(pointers.getBigUint64(at * POINTER_BYTES, true));
      // biome-ignore lint/performance/noAwaitInLoops: the source holds back
      await sink.room();
      sink.event(data, timeNs);
    }
    await sink.handled();
  }

  #event(address: bigint): ReceivedEvent {
    const header = viewOf(copyBytes(address, Event.bytes, 'an event'));
    const length = header.getUint32(Event.length, true);
    const isPluginEvent =
      header.getUint16(Event.type, true) === PLUGIN_EVENT &&
      header.getUint32(Event.paramCount, true) === PARAMS;
    if (!isPluginEvent || length < PluginEventLayout.data || length > EVENT_BYTES_MAX) {
      throw new RangeError('it gave an event that is none of a plugin');
    }
    const record = copyBytes(address, length, 'an event');
    const view = viewOf(record);
    const dataLength = view.getUint32(PluginEventLayout.dataLength, true);
    const end = PluginEventLayout.data + dataLength;
    if (view.getUint32(PluginEventLayout.idLength, true) !== ID_BYTES || end > length) {
      throw new RangeError('it gave an event whose lengths do not fit');
    }
    const id = view.getUint32(PluginEventLayout.id, true);
    if (id !== 0 && id !== this.#facts.id) {
      throw new RangeError(`it gave an event of plugin ${id}, and is plugin ${this.#facts.id}`);
    }
    const time = view.getBigUint64(Event.time, true);
    return {
      data: record.subarray(PluginEventLayout.data, end),
      timeNs: time === NO_TIME ? undefined : time,
    };
  }

  async close(): Promise<void> {
    const { functions, address } = this.#state;
    if (functions.close !== undefined) {
      await callAside(functions.close, address, this.#instance);
    }
    this.#count.free();
    this.#events.free();
  }
}
