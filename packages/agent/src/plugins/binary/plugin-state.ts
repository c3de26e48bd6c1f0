/**
 * What a library's init gave: one life of the plugin, from init to destroy, and the things that
 * every call to it takes.
 */

import { PluginError } from '../plugin-error.ts';
import { InitInput, Result, TablesInput } from './abi.ts';
import { copyBytes, NativeBlock, textBlock, viewOf } from './native-memory.ts';
import type { OwnerFunctions } from './owner-messages.ts';
import { callAside, type PluginFunctions } from './plugin-library.ts';

export interface StateOptions {
  /** As the configuration calls the plugin. */
  readonly plugin: string;
  readonly functions: PluginFunctions;
  readonly owner: bigint;
  readonly callbacks: OwnerFunctions;
  /** init_config as text. */
  readonly config: string;
}

export class PluginState {
  readonly address: bigint;
  readonly functions: PluginFunctions;
  readonly owner: bigint;
  readonly callbacks: OwnerFunctions;
  /** Freed when the plugin is gone: it may keep what it was given. */
  readonly #blocks: readonly NativeBlock[];

  private constructor(options: StateOptions, address: bigint, blocks: readonly NativeBlock[]) {
    this.address = address;
    this.functions = options.functions;
    this.owner = options.owner;
    this.callbacks = options.callbacks;
    this.#blocks = blocks;
  }

  /** PluginError when the plugin refuses. */
  static async init(options: StateOptions): Promise<PluginState> {
    const { functions, plugin, config, owner, callbacks } = options;
    const input = new NativeBlock(InitInput.bytes);
    const text = textBlock(config);
    const tables = tablesOf(callbacks);
    const result = new NativeBlock(8);
    result.view.setInt32(0, Result.FAILURE, true);
    input.setPointer(InitInput.config, text.address);
    input.setPointer(InitInput.owner, owner);
    input.setPointer(InitInput.lastError, callbacks.lastError);
    const wantsTables = functions.extract_fields ?? functions.parse_event;
    input.setPointer(InitInput.tables, wantsTables === undefined ? 0n : (tables[0]?.address ?? 0n));
    input.setPointer(InitInput.log, callbacks.log);
    const address = (await callAside(functions.init, input.address, result.address)) ?? 0n;
    const state = new PluginState(options, address, [input, text, result, ...tables]);
    const code = result.view.getInt32(0, true);
    if (code === Result.SUCCESS) return state;
    const reason = `it cannot be initialized: ${state.lastError()}`;
    await state.destroy();
    throw new PluginError('config', plugin, reason);
  }

  /** What the plugin says of the call that failed. */
  lastError(): string {
    const text = this.address === 0n ? null : this.functions.get_last_error(this.address);
    return text === null || text === '' ? 'it gives no reason' : text;
  }

  /** Numbers of event types, from a function that gives a list of them. */
  eventCodes(ask: PluginFunctions['get_extract_event_types']): readonly number[] {
    if (ask === undefined) return [];
    const count = new NativeBlock(8);
    try {
      const address = ask(count.address, this.address) ?? 0n;
      const length = count.view.getUint32(0, true);
      if (address === 0n || length === 0) return [];
      if (length > EVENT_CODES_MAX) throw new RangeError(`${length} event types are too many`);
      const view = viewOf(copyBytes(address, length * 2, 'the list of event types'));
      return Array.from({ length }, (_, at) => view.getUint16(at * 2, true));
    } finally {
      count.free();
    }
  }

  async destroy(): Promise<void> {
    if (this.address !== 0n) await callAside(this.functions.destroy, this.address);
    for (const block of this.#blocks) block.free();
  }
}

/** There are some 430; each at most once. */
const EVENT_CODES_MAX = 65_536;

/** Pointers of the vtables for reading, writing and fields of tables. */
const VTABLE_POINTERS = 6;

/**
 * Functions for tables that find none. A table of the plugin's own may be announced: nobody else
 * reads it.
 */
function tablesOf({ nothing }: OwnerFunctions): readonly NativeBlock[] {
  const input = new NativeBlock(TablesInput.bytes);
  const vtable = new NativeBlock(VTABLE_POINTERS * 8);
  for (let at = 0; at < vtable.bytes.length; at += 8) vtable.setPointer(at, nothing);
  for (let at = 0; at < TablesInput.fieldsExt; at += 8) input.setPointer(at, nothing);
  input.setPointer(TablesInput.fieldsExt, vtable.address);
  input.setPointer(TablesInput.readerExt, vtable.address);
  input.setPointer(TablesInput.writerExt, vtable.address);
  return [input, vtable];
}
