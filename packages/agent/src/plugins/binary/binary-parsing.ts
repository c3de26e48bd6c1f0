/** Events that a library looks at before rules do, to keep what it needs for its fields. */

import type { PluginEvent } from '../plugin.ts';
import { ParseInput, POINTER_BYTES, Result } from './abi.ts';
import { NativeEvent } from './native-event.ts';
import { NativeBlock } from './native-memory.ts';
import type { PluginState } from './plugin-state.ts';

type ParseFunction = NonNullable<PluginState['functions']['parse_event']>;

export class BinaryParsing {
  readonly #parse: ParseFunction;
  readonly #stateFor: (event: PluginEvent) => PluginState;
  readonly #event = new NativeEvent();
  readonly #input = new NativeBlock(ParseInput.bytes);
  readonly #vtable = new NativeBlock(6 * POINTER_BYTES);

  constructor(
    parse: ParseFunction,
    state: PluginState,
    stateFor: (event: PluginEvent) => PluginState,
  ) {
    this.#parse = parse;
    this.#stateFor = stateFor;
    const { nothing, lastError } = state.callbacks;
    const input = this.#input;
    // There are no tables that any of these could be asked about.
    for (let at = 0; at < this.#vtable.bytes.length; at += POINTER_BYTES) {
      this.#vtable.setPointer(at, nothing);
    }
    for (let at: number = ParseInput.tableReader; at < ParseInput.tableReaderExt; at += 8) {
      input.setPointer(at, nothing);
    }
    input.setPointer(ParseInput.owner, state.owner);
    input.setPointer(ParseInput.lastError, lastError);
    input.setPointer(ParseInput.tableReaderExt, this.#vtable.address);
    input.setPointer(ParseInput.tableWriterExt, this.#vtable.address);
  }

  parse(event: PluginEvent): void {
    const state = this.#stateFor(event);
    const code = this.#parse(state.address, this.#event.place(event), this.#input.address);
    if (code === Result.FAILURE) throw new Error(state.lastError());
  }

  free(): void {
    this.#input.free();
    this.#vtable.free();
    this.#event.free();
  }
}
