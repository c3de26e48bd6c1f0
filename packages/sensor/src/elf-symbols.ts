/**
 * Where the variables of a BPF object lie in their sections: the symbol table of an ELF file, which
 * our own compiler wrote (gabi: 64-bit, little-endian, relocatable).
 */

import { SensorError } from './sensor-error.ts';

export interface ElfSymbol {
  /** Of the section that holds it, e.g. `.bss`. */
  readonly section: string;
  readonly offset: number;
  readonly bytes: number;
}

const SHT_SYMTAB = 2;
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const STT_OBJECT = 1;

interface Section {
  readonly name: number;
  readonly type: number;
  readonly offset: number;
  readonly bytes: number;
  readonly link: number;
}

/** Variables by name. */
export function elfVariables(image: Uint8Array): ReadonlyMap<string, ElfSymbol> {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  try {
    return readVariables(image, view);
  } catch (cause) {
    throw new SensorError('object-missing', 'the BPF object is damaged', { cause });
  }
}

function readVariables(image: Uint8Array, view: DataView): ReadonlyMap<string, ElfSymbol> {
  const sections = readSections(view);
  const names = sections[view.getUint16(62, true)];
  const symbols = sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = sections[symbols?.link ?? 0];
  if (names === undefined || symbols === undefined || strings === undefined) {
    throw new RangeError('no symbols');
  }
  const variables = new Map<string, ElfSymbol>();
  for (let at = symbols.offset; at < symbols.offset + symbols.bytes; at += SYMBOL_BYTES) {
    const section = sections[view.getUint16(at + 6, true)];
    if ((view.getUint8(at + 4) & 15) !== STT_OBJECT || section === undefined) continue;
    variables.set(text(image, strings.offset + view.getUint32(at, true)), {
      section: text(image, names.offset + section.name),
      offset: word(view, at + 8),
      bytes: word(view, at + 16),
    });
  }
  return variables;
}

function readSections(view: DataView): Section[] {
  const start = word(view, 40);
  const count = view.getUint16(60, true);
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * SECTION_BYTES;
    return {
      name: view.getUint32(at, true),
      type: view.getUint32(at + 4, true),
      offset: word(view, at + 24),
      bytes: word(view, at + 32),
      link: view.getUint32(at + 40, true),
    };
  });
}

function word(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function text(image: Uint8Array, start: number): string {
  return Buffer.from(image.subarray(start, image.indexOf(0, start))).toString('latin1');
}
