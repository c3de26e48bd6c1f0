/** `falco.outputs.response`: an alert as gRPC clients get it. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { JsonValue } from '@saker/core/fields/field.ts';
import { ABSENT_TEXT } from '@saker/core/fields/value-text.ts';
import type { OutgoingAlert } from '../alert-output.ts';

/** `falco.schema.source`, which has the sources of its time; all others are plugins'. */
const SOURCES: Readonly<Record<string, number>> = { syscall: 0, k8s_audit: 1, internal: 2 };
const PLUGIN_SOURCE = 3;
const NS_PER_S = 1_000_000_000n;

/** `output` is the line, as all outputs have it. */
export function encodeAlert({ line, priority, alert }: OutgoingAlert): Uint8Array {
  const writer = new BinaryWriter();
  if (alert !== undefined) writeTime(writer, BigInt(alert.time));
  writer.tag(2, WireType.Varint).int32(priority);
  if (alert === undefined) return writer.tag(5, WireType.LengthDelimited).string(line).finish();
  const source = SOURCES[alert.source] ?? PLUGIN_SOURCE;
  writer.tag(3, WireType.Varint).int32(source);
  writeText(writer, 4, alert.rule);
  writeText(writer, 5, line);
  for (const [name, value] of alert.outputFields) {
    writer.tag(6, WireType.LengthDelimited).fork();
    writeText(writer, 1, name);
    writeText(writer, 2, fieldText(value));
    writer.join();
  }
  writeText(writer, 7, alert.hostname);
  for (const tag of alert.tags) writeText(writer, 8, tag);
  writeText(writer, 9, alert.source);
  return writer.finish();
}

function writeTime(writer: BinaryWriter, ns: bigint): void {
  writer.tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int64(ns / NS_PER_S);
  writer.tag(2, WireType.Varint).int32(Number(ns % NS_PER_S));
  writer.join();
}

/** Broken surrogates have no UTF-8, and clients refuse messages with text that is none. */
function writeText(writer: BinaryWriter, field: number, text: string): void {
  writer.tag(field, WireType.LengthDelimited).string(text.toWellFormed());
}

/** Texts as they are, an absent value as in lines, everything else as JSON has it. */
function fieldText(value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return ABSENT_TEXT;
  if (typeof value === 'object' && 'raw' in value) return value.raw;
  return JSON.stringify(value);
}
