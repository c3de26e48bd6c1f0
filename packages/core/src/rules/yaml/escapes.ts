/** Escapes in quoted scalars, those of yaml-cpp: YAML 1.2's, and `\'`. */

import type { Cursor } from './cursor.ts';

const simple: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['N', '\u0085'],
  ['_', '\u00a0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

const CODE_POINT_MAX = 0x10_ffff;

/**
 * The cursor stands at a backslash, or in single quotes at the first of two quotes; it leaves the
 * escape behind.
 */
export function readEscape(cursor: Cursor): string {
  const letter = cursor.text[cursor.at + 1] ?? '';
  const digits = hexDigits.get(letter);
  cursor.at += 1 + letter.length;
  if (digits !== undefined) return readHex(cursor, digits);
  const text = simple.get(letter);
  if (text === undefined) cursor.fail(`unknown escape character: ${letter}`);
  return text;
}

function readHex(cursor: Cursor, digits: number): string {
  const text = cursor.text.slice(cursor.at, cursor.at + digits);
  cursor.at += text.length;
  if (text.length < digits || /[^0-9a-fA-F]/.test(text)) {
    cursor.fail('bad character found while scanning hex number');
  }
  const value = Number.parseInt(text, 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > CODE_POINT_MAX) {
    cursor.fail(`invalid unicode: ${value}`);
  }
  return String.fromCodePoint(value);
}
