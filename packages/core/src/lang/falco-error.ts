/**
 * The first thing that Falco would say against a text, in its words and with its position. `-V`
 * prints it; people who parse that output keep what they have. Our own diagnostics stand beside it
 * and say more.
 */

import { fromText } from '../base/byte-string.ts';

/**
 * Falco counts bytes: `offset` from 0, `line` and `column` from 1; a CR ends a line as an LF does.
 */
export interface FalcoError {
  readonly message: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** `at` is a UTF-16 offset into `text`. */
export function falcoErrorAt(message: string, text: string, at: number): FalcoError {
  const before = fromText(text.slice(0, at));
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < before.length; i++) {
    const char = before[i];
    if (char !== '\n' && char !== '\r') continue;
    line++;
    lineStart = i + 1;
  }
  return { message, offset: before.length, line, column: before.length - lineStart + 1 };
}
