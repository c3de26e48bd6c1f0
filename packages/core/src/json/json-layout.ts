/** JSON text with other blanks between its parts, and nothing else changed. It must be valid. */

import type { ByteString } from '../base/host.ts';
import { isBlank, QUOTE, skipBlanks, stringEnd } from './json-scan.ts';

export function compactJson(text: ByteString): ByteString {
  const parts: ByteString[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
    } else if (isBlank(code)) {
      parts.push(text.slice(from, at));
      at = skipBlanks(text, at);
      from = at;
    } else {
      at++;
    }
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** Two blanks per level, a line per member and element, none within what is empty. */
export function indentJson(text: ByteString): ByteString {
  const parts: ByteString[] = [];
  let line = '\n';
  let at = 0;
  while (at < text.length) {
    const sign = text.charAt(at);
    const from = at++;
    if (sign === '"') {
      at = stringEnd(text, from);
      parts.push(text.slice(from, at));
    } else if (sign === '{' || sign === '[') {
      const next = skipBlanks(text, at);
      const isEmpty = text.charAt(next) === '}' || text.charAt(next) === ']';
      if (isEmpty) {
        parts.push(sign, text.charAt(next));
        at = next + 1;
      } else {
        line += '  ';
        parts.push(sign, line);
      }
    } else if (sign === '}' || sign === ']') {
      line = line.slice(0, -2);
      parts.push(line, sign);
    } else if (sign === ',') {
      parts.push(sign, line);
    } else if (sign === ':') {
      parts.push(': ');
    } else if (!isBlank(text.charCodeAt(from))) {
      parts.push(sign);
    }
  }
  return parts.join('');
}
