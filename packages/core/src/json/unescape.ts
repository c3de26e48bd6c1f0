/** What stands between the quotes of a JSON string, as bytes. */

import { fromText } from '../base/byte-string.ts';
import type { ByteString } from '../base/host.ts';

const simple: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** At most two of \u together: they may be the halves of one character. */
const escapes =
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]/g;

/**
 * The escapes must be valid: the parser has looked. `\u00e9` becomes its two bytes in UTF-8; half a
 * surrogate pair becomes the replacement character.
 */
export function unescapeString(written: ByteString): ByteString {
  if (!written.includes('\\')) return written;
  return written.replace(escapes, (escape) => {
    if (escape[1] !== 'u') return simple[escape[1] ?? ''] ?? '';
    const units = escape.slice(2).split('\\u');
    return fromText(units.map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join(''));
  });
}
