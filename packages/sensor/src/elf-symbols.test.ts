import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elfVariables } from './elf-symbols.ts';
import { SensorError } from './sensor-error.ts';

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
const SHT_PROGBITS = 1;
const SHT_SYMTAB = 2;
const SHT_STRTAB = 3;
const STT_OBJECT = 1;
const STT_FUNC = 2;

const names = '\0.names\0.symbols\0.bss\0wanted\0sleeping\0sys_exit\0';
const at = (name: string) => names.indexOf(`${name}\0`);

/** An ELF file with two variables and a function; section 1 holds all names. */
function object(): Uint8Array {
  const symbolsAt = HEADER_BYTES + names.length;
  const symbols = [
    { name: 'wanted', type: STT_OBJECT, offset: 16, bytes: 512 },
    { name: 'sys_exit', type: STT_FUNC, offset: 0, bytes: 8 },
    { name: 'sleeping', type: STT_OBJECT, offset: 528, bytes: 4 },
  ];
  const sectionsAt = symbolsAt + symbols.length * SYMBOL_BYTES;
  const sections = [
    { name: '', type: 0, offset: 0, bytes: 0, link: 0 },
    { name: '.names', type: SHT_STRTAB, offset: HEADER_BYTES, bytes: names.length, link: 0 },
    {
      name: '.symbols',
      type: SHT_SYMTAB,
      offset: symbolsAt,
      bytes: symbols.length * SYMBOL_BYTES,
      link: 1,
    },
    { name: '.bss', type: SHT_PROGBITS, offset: 0, bytes: 0, link: 0 },
  ];
  const bytes = new Uint8Array(sectionsAt + sections.length * SECTION_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(names, 'latin1'), HEADER_BYTES);
  view.setBigUint64(40, BigInt(sectionsAt), true);
  view.setUint16(60, sections.length, true);
  view.setUint16(62, 1, true);
  for (const [index, { name, type, offset, bytes: size }] of symbols.entries()) {
    const start = symbolsAt + index * SYMBOL_BYTES;
    view.setUint32(start, at(name), true);
    view.setUint8(start + 4, type);
    view.setUint16(start + 6, 3, true);
    view.setBigUint64(start + 8, BigInt(offset), true);
    view.setBigUint64(start + 16, BigInt(size), true);
  }
  for (const [index, { name, type, offset, bytes: size, link }] of sections.entries()) {
    const start = sectionsAt + index * SECTION_BYTES;
    view.setUint32(start, name === '' ? 0 : at(name), true);
    view.setUint32(start + 4, type, true);
    view.setBigUint64(start + 24, BigInt(offset), true);
    view.setBigUint64(start + 32, BigInt(size), true);
    view.setUint32(start + 40, link, true);
  }
  return bytes;
}

test('variables are found with their section, functions are none', () => {
  assert.deepEqual(
    elfVariables(object()),
    new Map([
      ['wanted', { section: '.bss', offset: 16, bytes: 512 }],
      ['sleeping', { section: '.bss', offset: 528, bytes: 4 }],
    ]),
  );
});

test('a file that ends early, at any place, is a damaged object', () => {
  const whole = object();
  for (let bytes = 0; bytes < whole.length - SECTION_BYTES; bytes++) {
    assert.throws(
      () => elfVariables(whole.subarray(0, bytes)),
      (error) => error instanceof SensorError && error.code === 'object-missing',
      `${bytes} bytes`,
    );
  }
});

test('a file whose bytes were changed is read or refused, and nothing else', () => {
  const whole = object();
  for (let index = 0; index < whole.length; index++) {
    const changed = whole.slice();
    changed[index] = (changed[index] ?? 0) ^ 0xff;
    try {
      elfVariables(changed);
    } catch (error) {
      assert.ok(error instanceof SensorError, `byte ${index}: ${String(error)}`);
    }
  }
});
