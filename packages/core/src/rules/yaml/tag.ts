/**
 * Tags such as `!!str`. Nothing is done with them, except that a tagged scalar is never null, but
 * they must be well formed.
 */

import { type Cursor, YamlSyntaxError } from './cursor.ts';

const VERBATIM = /(?:[A-Za-z0-9#;/?:@&=+$,_.!~*'()[\]-]|%[0-9a-fA-F]{2})*/y;
const SUFFIX = /(?:[A-Za-z0-9#;/?:@&=+$_.~*'()-]|%[0-9a-fA-F]{2})*/y;
const HANDLE = /[A-Za-z0-9-]*/y;

/** The tag's text. The cursor stands at the `!`. */
export function scanTag(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at++;
  if (cursor.text[cursor.at] === '<') {
    cursor.at++;
    eat(cursor, VERBATIM);
    if (cursor.text[cursor.at] !== '>') cursor.fail('end of verbatim tag not found');
    cursor.at++;
  } else {
    scanShorthand(cursor);
  }
  return cursor.text.slice(start, cursor.at);
}

/** `!suffix`, `!!suffix`, `!handle!suffix`, or `!` alone. */
function scanShorthand(cursor: Cursor): void {
  eat(cursor, HANDLE);
  const handleEnd = cursor.at;
  if (cursor.text[cursor.at] !== '!') {
    eat(cursor, SUFFIX);
    if (cursor.text[cursor.at] === '!') {
      throw new YamlSyntaxError(handleEnd, 'illegal character found while scanning tag handle');
    }
    return;
  }
  cursor.at++;
  if (eat(cursor, SUFFIX) === 0) cursor.fail('tag handle with no suffix');
}

function eat(cursor: Cursor, pattern: RegExp): number {
  pattern.lastIndex = cursor.at;
  const length = pattern.exec(cursor.text)?.[0].length ?? 0;
  cursor.at += length;
  return length;
}
