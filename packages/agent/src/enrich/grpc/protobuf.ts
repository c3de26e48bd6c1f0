/**
 * Protocol Buffers by field number: as much of the wire format as the services of container
 * runtimes use. A message is read as its fields, by number and type; what is not asked for is
 * skipped, so that newer runtimes may say more. The numbers stand beside the names that they get,
 * in containerd-api.ts and cri-api.ts: no generated code, and nothing to generate it with.
 */

/** A message that is not one. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

const WireType = { VARINT: 0, FIXED64: 1, BYTES: 2, FIXED32: 5 } as const;

/** Longest encoding of 64 bits, 7 at a time. */
const VARINT_BYTES_MAX = 10;
const NOTHING = new Uint8Array(0);
const text = new TextDecoder();
const utf8 = new TextEncoder();

/** The fields of a message. An absent field has the default of its type, as proto3 has it. */
export class Fields {
  readonly #values = new Map<number, (number | Uint8Array)[]>();

  /** ProtobufError when the bytes are no message. Nested ones are read when they are asked for. */
  constructor(bytes: Uint8Array) {
    const reader = new WireReader(bytes);
    while (!reader.atEnd) {
      const tag = reader.varint();
      const field = Math.floor(tag / 8);
      const values = this.#values.get(field);
      const value = reader.value(tag % 8);
      if (values === undefined) this.#values.set(field, [value]);
      else values.push(value);
    }
  }

  has(field: number): boolean {
    return this.#values.has(field);
  }

  /** Integers beyond 2^53 lose their last digits: times in nanoseconds may. */
  number(field: number): number {
    const value = this.#values.get(field)?.at(-1) ?? 0;
    return typeof value === 'number' ? value : 0;
  }

  flag(field: number): boolean {
    return this.number(field) !== 0;
  }

  bytes(field: number): Uint8Array {
    return this.#bytes(field).at(-1) ?? NOTHING;
  }

  text(field: number): string {
    return text.decode(this.bytes(field));
  }

  /** Without any field when it is absent. */
  message(field: number): Fields {
    return new Fields(this.bytes(field));
  }

  messages(field: number): Fields[] {
    return this.#bytes(field).map((bytes) => new Fields(bytes));
  }

  /** `map<string, string>`. */
  textMap(field: number): Map<string, string> {
    return new Map(this.messages(field).map((entry) => [entry.text(1), entry.text(2)]));
  }

  #bytes(field: number): Uint8Array[] {
    const values = this.#values.get(field) ?? [];
    return values.filter((value) => typeof value !== 'number');
  }
}

class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  value(wireType: number): number | Uint8Array {
    if (wireType === WireType.VARINT) return this.varint();
    if (wireType === WireType.BYTES) return this.#take(this.varint());
    if (wireType === WireType.FIXED64) return this.#take(8);
    if (wireType === WireType.FIXED32) return this.#take(4);
    throw new ProtobufError(`byte ${this.#at}: wire type ${wireType} is none of 0, 1, 2 and 5`);
  }

  /** As int64: the sign bit is the 64th. */
  varint(): number {
    let low = 0;
    let high = 0;
    for (let index = 0; index < VARINT_BYTES_MAX; index++) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      const shift = index * 7;
      if (shift < 32) low |= bits << shift;
      if (shift + 7 > 32) high |= shift < 32 ? bits >>> (32 - shift) : bits << (shift - 32);
      if (byte < 0x80) return high * 2 ** 32 + (low >>> 0);
    }
    throw new ProtobufError(`byte ${this.#at}: a number has more than ${VARINT_BYTES_MAX} bytes`);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new ProtobufError('the message ends within a number');
    return byte;
  }

  #take(length: number): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (length < 0 || length > left) {
      throw new ProtobufError(`byte ${this.#at}: a field of ${length} bytes, but ${left} are left`);
    }
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }
}

/** A text, a number that is not negative, a flag, or a nested message; a list repeats the field. */
export type FieldInput = string | number | boolean | Uint8Array | readonly FieldInput[];

export type FieldEntry = readonly [field: number, value: FieldInput];

/** `encodeMessage([1, 'id'], [2, true])`. */
export function encodeMessage(...fields: readonly FieldEntry[]): Uint8Array {
  const bytes: number[] = [];
  for (const [field, value] of fields) writeField(bytes, field, value);
  return Uint8Array.from(bytes);
}

/** As the field of a `map<string, string>`. */
export function textMapInput(map: ReadonlyMap<string, string>): FieldInput {
  return [...map].map(([key, value]) => encodeMessage([1, key], [2, value]));
}

function writeField(into: number[], field: number, value: FieldInput): void {
  if (typeof value === 'number' || typeof value === 'boolean') {
    writeVarint(into, field * 8 + WireType.VARINT);
    writeVarint(into, Number(value));
  } else if (typeof value === 'string' || value instanceof Uint8Array) {
    const bytes = typeof value === 'string' ? utf8.encode(value) : value;
    writeVarint(into, field * 8 + WireType.BYTES);
    writeVarint(into, bytes.length);
    for (const byte of bytes) into.push(byte);
  } else {
    for (const item of value) writeField(into, field, item);
  }
}

function writeVarint(into: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    into.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  into.push(rest);
}
