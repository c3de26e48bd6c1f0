/** The two columns that `-L` and `-l` print without json_output. */

import { fromText, toText } from '../base/byte-string.ts';
import type { CompiledRule } from './compiled-set.ts';

const NAME_COLUMN = 50;
/** Descriptions begin behind the names and one blank, and lines end here. */
const INDENT = NAME_COLUMN + 1;
const LINE_MAX = 110;
/** Bytes; Falco cuts a description that is longer. */
const ROW_MAX = 4094;

/** Ends with a line break. */
export function formatDescriptions(rules: readonly CompiledRule[]): string {
  const rows = [
    ['Rule', 'Description'],
    ['----', '-----------'],
    ...rules.map(({ rule }) => [rule.name, `${wrapped(rule.description)}\n`]),
  ];
  return rows.map(([name = '', text = '']) => `${row(name, text)}\n`).join('');
}

function row(name: string, text: string): string {
  const bytes = fromText(name);
  return toText(`${bytes.padEnd(NAME_COLUMN)} ${fromText(text)}`.slice(0, ROW_MAX));
}

/** Every word is followed by a blank, also the last of a line. */
function wrapped(text: string): string {
  let lines = '';
  let length = 0;
  for (const word of text.split(/[ \t\n\v\f\r]+/)) {
    if (word === '') continue;
    const width = fromText(word).length + 1;
    if (length + width <= LINE_MAX - INDENT) {
      length += width;
    } else {
      lines += `\n${' '.repeat(INDENT)}`;
      length = width;
    }
    lines += `${word} `;
  }
  return lines;
}
