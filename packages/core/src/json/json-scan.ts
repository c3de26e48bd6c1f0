/** Where the parts of a JSON text end that is known to be valid. */

import type { ByteString } from '../base/host.ts';

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

/** Line ends and tabs are blanks, too; nothing else of JSON between strings is below a space. */
export function isBlank(code: number): boolean {
  return code <= SPACE;
}

export function skipBlanks(text: ByteString, start: number): number {
  let at = start;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** Behind the closing quote of the string that begins at `start`. */
export function stringEnd(text: ByteString, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
}
