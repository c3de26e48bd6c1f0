/** `falco.version.response`. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { ServedVersions } from './services.ts';

/** The parts of a version as Semantic Versioning 2.0 has them. */
const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+([\w.-]+))?$/;

export function encodeVersion(versions: ServedVersions): Uint8Array {
  const { version, engineVersion, fieldsChecksum } = versions;
  const [, major, minor, patch, prerelease = '', build = ''] = VERSION.exec(version) ?? [];
  const [, engineMajor, engineMinor, enginePatch] = VERSION.exec(engineVersion) ?? [];
  const writer = new BinaryWriter();
  writeText(writer, 1, version);
  writeNumber(writer, 2, major);
  writeNumber(writer, 3, minor);
  writeNumber(writer, 4, patch);
  writeText(writer, 5, prerelease);
  writeText(writer, 6, build);
  writeNumber(writer, 7, engineMinor);
  writeText(writer, 8, fieldsChecksum);
  writeNumber(writer, 9, engineMajor);
  writeNumber(writer, 10, enginePatch);
  writeText(writer, 11, engineVersion);
  return writer.finish();
}

function writeText(writer: BinaryWriter, field: number, text: string): void {
  writer.tag(field, WireType.LengthDelimited).string(text);
}

function writeNumber(writer: BinaryWriter, field: number, digits = '0'): void {
  writer.tag(field, WireType.Varint).uint32(Number(digits));
}
