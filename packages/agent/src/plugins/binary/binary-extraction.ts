/**
 * Fields that a library extracts. It is asked for one at a time, when a rule needs it: rules need
 * few of them, and what the library gives is valid until it is asked again.
 */

import type { FieldReader, PluginEvent, PluginValue } from '../plugin.ts';
import {
  ByteBuffer,
  ExtractField,
  ExtractInput,
  FIELD_TYPES,
  POINTER_BYTES,
  Result,
} from './abi.ts';
import type { BinaryField } from './binary-facts.ts';
import { NativeEvent } from './native-event.ts';
import { copyBytes, copyText, NativeBlock, textBlock, viewOf } from './native-memory.ts';
import type { PluginState } from './plugin-state.ts';

/** Values of one list. */
const VALUES_MAX = 65_536;
/** An address of IPv6. */
const ADDRESS_BYTES_MAX = 16;

type ExtractFunction = NonNullable<PluginState['functions']['extract_fields']>;

export class BinaryExtraction {
  readonly #stateFor: (event: PluginEvent) => PluginState;
  readonly #extract: ExtractFunction;
  readonly #event = new NativeEvent();
  readonly #input = new NativeBlock(ExtractInput.bytes);
  readonly #field = new NativeBlock(ExtractField.bytes);
  readonly #vtable = new NativeBlock(6 * POINTER_BYTES);
  /** Names of fields and keys, which stay as long as the plugin. */
  readonly #texts = new Map<string, NativeBlock>();

  /** `stateFor`: on which of its states the plugin is asked about an event. */
  constructor(
    extract: ExtractFunction,
    state: PluginState,
    stateFor: (event: PluginEvent) => PluginState,
  ) {
    this.#extract = extract;
    this.#stateFor = stateFor;
    const { nothing, refuse, lastError } = state.callbacks;
    const input = this.#input;
    for (let at = 0; at < this.#vtable.bytes.length; at += POINTER_BYTES) {
      this.#vtable.setPointer(at, nothing);
    }
    // read_entry_field tells of success by 0; it is the fourth of both tables.
    this.#vtable.setPointer(3 * POINTER_BYTES, refuse);
    for (let at: number = ExtractInput.tableReader; at < ExtractInput.tableReaderExt; at += 8) {
      input.setPointer(at, nothing);
    }
    input.setPointer(ExtractInput.tableReader + 3 * POINTER_BYTES, refuse);
    input.setPointer(ExtractInput.owner, state.owner);
    input.setPointer(ExtractInput.lastError, lastError);
    input.view.setUint32(ExtractInput.fieldCount, 1, true);
    input.setPointer(ExtractInput.fields, this.#field.address);
    input.setPointer(ExtractInput.tableReaderExt, this.#vtable.address);
  }

  /** One use of the field with the number `id` in the library's list. */
  reader(id: number, field: BinaryField, argument: string | undefined): FieldReader {
    const type = FIELD_TYPES[field.type] ?? 0;
    const index = indexOf(field, argument);
    const isKey = field.argument?.key === true && argument !== undefined;
    const [name, key] = [this.#text(field.name), isKey ? this.#text(argument) : 0n];
    const { view } = this.#field;
    return (event) => {
      this.#field.bytes.fill(0);
      view.setUint32(ExtractField.fieldId, id, true);
      this.#field.setPointer(ExtractField.field, name);
      this.#field.setPointer(ExtractField.argumentKey, key);
      view.setBigUint64(ExtractField.argumentIndex, index, true);
      view.setUint32(ExtractField.argumentPresent, argument === undefined ? 0 : 1, true);
      view.setUint32(ExtractField.type, type, true);
      view.setUint32(ExtractField.isList, field.list === true ? 1 : 0, true);
      const state = this.#stateFor(event);
      const input = this.#event.place(event);
      if (this.#extract(state.address, input, this.#input.address) !== Result.SUCCESS)
        return undefined;
      return this.#result(field);
    };
  }

  #result(field: BinaryField): readonly PluginValue[] | PluginValue | undefined {
    const length = this.#field.view.getBigUint64(ExtractField.resultLength, true);
    if (length === 0n) return undefined;
    if (length > (field.list === true ? BigInt(VALUES_MAX) : 1n)) {
      throw new RangeError(`${length} values were given for ${field.list ? 'a list' : 'one'}`);
    }
    const address = this.#field.pointer(ExtractField.result);
    const values = readValues(field, address, Number(length));
    return field.list === true ? values : values[0];
  }

  #text(text: string): bigint {
    let block = this.#texts.get(text);
    if (block === undefined) {
      block = textBlock(text);
      this.#texts.set(text, block);
    }
    return block.address;
  }

  free(): void {
    for (const block of [this.#input, this.#field, this.#vtable]) block.free();
    for (const block of this.#texts.values()) block.free();
    this.#event.free();
  }
}

/** Where an argument may be both, it is an index if it can be read as one. */
function indexOf({ argument }: BinaryField, given: string | undefined): bigint {
  if (argument?.index !== true || given === undefined) return 0n;
  return /^(?:0|[1-9]\d{0,19})$/.test(given) ? BigInt.asUintN(64, BigInt(given)) : 0n;
}

function readValues({ name, type }: BinaryField, address: bigint, length: number): PluginValue[] {
  const what = `the value of ${name}`;
  const places = Array.from({ length }, (_, at) => at);
  switch (type) {
    case 'string': {
      const view = viewOf(copyBytes(address, length * POINTER_BYTES, what));
      return places.map((at) => copyText(view.getBigUint64(at * POINTER_BYTES, true), what));
    }
    case 'bool': {
      const view = viewOf(copyBytes(address, length * 4, what));
      return places.map((at) => view.getUint32(at * 4, true) !== 0);
    }
    case 'ipaddr':
    case 'ipnet': {
      const view = viewOf(copyBytes(address, length * ByteBuffer.bytes, what));
      return places.map((at) => {
        const bytes = view.getUint32(at * ByteBuffer.bytes + ByteBuffer.length, true);
        if (bytes > ADDRESS_BYTES_MAX) throw new RangeError(`${what} has ${bytes} bytes`);
        const pointer = view.getBigUint64(at * ByteBuffer.bytes + ByteBuffer.pointer, true);
        return copyBytes(pointer, bytes, what);
      });
    }
    default: {
      const view = viewOf(copyBytes(address, length * 8, what));
      return places.map((at) => view.getBigUint64(at * 8, true));
    }
  }
}
