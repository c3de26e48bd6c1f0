/**
 * Quoted text: what the escapes mean and how a value is written so that it reads back equal.
 *
 * `\xHH` stands for a byte, and the tree holds Unicode text. A byte of 0x80 and more is therefore
 * kept as a lone surrogate, U+DC80 to U+DCFF (as Python's "surrogateescape" does), which no
 * well-formed text contains; `literalBytes` turns text into the bytes that events are compared
 * with.
 */

import { fromText } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';

type Quote = '"' | "'";

export interface EscapeProblem {
  /** Offset of the backslash in the quoted text, and how long the wrong escape is. */
  readonly at: number;
  readonly length: number;
  readonly message: string;
  readonly hint: string;
  /** What Falco says. */
  readonly falco: string;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '/': '/',
  // Falco keeps this one for old rules: backslash and blank give a backslash alone.
  ' ': '\\',
};

const BYTE_BASE = 0xdc00;

/** `quoted` with its delimiters. The text, or the first escape that is none. */
export function unescape(quoted: string): string | EscapeProblem {
  const end = quoted.length - 1;
  let text = '';
  let at = 1;
  for (;;) {
    const backslash = quoted.indexOf('\\', at);
    if (backslash < 0 || backslash >= end - 1) break;
    text += quoted.slice(at, backslash);
    const escape = readEscape(quoted, backslash, end);
    if ('message' in escape) return escape;
    text += escape.text;
    at = backslash + escape.length;
  }
  return text + quoted.slice(at, end);
}

type Escape = { readonly text: string; readonly length: number } | EscapeProblem;

function readEscape(quoted: string, at: number, end: number): Escape {
  const letter = quoted[at + 1] ?? '';
  const simple = simpleEscapes[letter];
  if (simple !== undefined) return { text: simple, length: 2 };
  if (letter === '"' || letter === "'") return readQuoteEscape(quoted, at, letter);
  if (letter === 'x') return readByteEscape(quoted, at, end);
  return {
    at,
    length: 2,
    message: `\\${letter} is not one of \\b \\f \\n \\r \\t \\\\ \\/ \\${quoted[0]} \\xHH`,
    hint: `write \\\\${letter} for a backslash followed by ${letter}`,
    falco: `unsupported string escape sequence: \\${letter}`,
  };
}

function readQuoteEscape(quoted: string, at: number, letter: Quote): Escape {
  const delimiter = quoted[0];
  if (letter === delimiter) return { text: letter, length: 2 };
  return {
    at,
    length: 2,
    message: `\\${letter} is not an escape between ${delimiter} and ${delimiter}`,
    hint: `write ${letter} without the backslash`,
    falco: `invalid \\${letter} escape in ${delimiter}-quoted string`,
  };
}

function readByteEscape(quoted: string, at: number, end: number): Escape {
  const digits = quoted.slice(at + 2, at + 4);
  if (at + 3 >= end) {
    return {
      at,
      length: Math.max(2, end - at),
      message: '\\x needs two hex digits',
      hint: 'write for example \\x0a',
      falco: 'truncated hex char escape sequence',
    };
  }
  if (!/^[0-9a-fA-F]{2}$/.test(digits)) {
    return {
      at,
      length: 4,
      message: `\\x needs two hex digits, not '${digits}'`,
      hint: 'write for example \\x0a, or \\\\x for a backslash followed by x',
      falco: `invalid hex char escape sequence: ${digits}`,
    };
  }
  const byte = Number.parseInt(digits, 16);
  return { text: String.fromCharCode(byte < 0x80 ? byte : BYTE_BASE + byte), length: 4 };
}

const bare = /^[^()"'\t\n\v\f\r =,]+$/;
const bareArgument = /^[^[\]"'\t\n\v\f\r ]+$/;
/** A backspace would be skipped as a blank, and a byte has no other spelling than its escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
const neverBare = /[\b\0]|\p{Surrogate}/u;

/** Whether `text` can stand without quotes where a value is expected. */
export function isBare(text: string): boolean {
  return bare.test(text) && !neverBare.test(text);
}

/** The same for what stands in brackets after a field. */
export function isBareArgument(text: string): boolean {
  return bareArgument.test(text) && !neverBare.test(text);
}

const writtenEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/** Surrogate pairs are taken first, so that what is left of surrogates stands for bytes. */
const toEscape =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
  /[\ud800-\udbff][\udc00-\udfff]|[\x00-\x1f"\\\x7f]|[\udc80-\udcff]/g;

/** `text` between double quotes, such that it reads back equal. */
export function quote(text: string): string {
  const escaped = text.replace(toEscape, (char, at: number) => {
    if (char.length === 2) return char;
    // Falco takes `\\"` at the end for an escaped quote, and reads on.
    if (char === '\\' && at === text.length - 1) return '\\x5c';
    const byte = (char.charCodeAt(0) & 0xff).toString(16).padStart(2, '0');
    return writtenEscapes[char] ?? `\\x${byte}`;
  });
  return `"${escaped}"`;
}

/** The bytes that a text of the tree stands for. */
export function literalBytes(text: string): ByteString {
  if (!/[\udc80-\udcff]/.test(text)) return fromText(text);
  let bytes = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const paired = at > 0 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
    if ((code & 0xff80) !== 0xdc80 || paired) continue;
    bytes += fromText(text.slice(from, at)) + String.fromCharCode(code & 0xff);
    from = at + 1;
  }
  return bytes + fromText(text.slice(from));
}
