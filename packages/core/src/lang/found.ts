/** What stands at a place of a text, as messages name it. */

import type { Span } from '../base/source.ts';

export interface Found {
  /** `'&&'`, or `the end`. */
  readonly name: string;
  readonly text: string;
  readonly span: Span;
}

const SHOWN_CHARS_MAX = 40;

/** A part of the text as messages quote it. */
export function shortened(text: string): string {
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}...` : text;
}

const foundPattern = /[a-zA-Z0-9_.]+|[=!<>~&|^%*+\-/?:;@#$]+|[^]/uy;

/** What stands at `at`, blanks skipped, as messages name it. */
export function foundAt(text: string, at: number): Found {
  const start = at + (/^[ \t\b\r\n\v\f]*/.exec(text.slice(at))?.[0].length ?? 0);
  foundPattern.lastIndex = start;
  const found = foundPattern.exec(text)?.[0];
  if (found === undefined) {
    return { name: 'the end', text: '', span: { start: at, end: at } };
  }
  const name = found === "'" ? 'a single quote' : `'${shortened(found)}'`;
  return { name, text: found, span: { start, end: start + found.length } };
}
