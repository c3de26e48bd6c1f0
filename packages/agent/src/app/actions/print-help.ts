/** `--help`, laid out as Falco's. */

import { type FlagSpec, flagTable } from '../flag-table.ts';

const WIDTH = 140;
/** Descriptions begin here; an option that is longer gets a line of its own. */
const DESCRIPTION_COLUMN = 32;

export function helpText(): string {
  const options = flagTable.map(formatFlag).join('');
  return `Saker - runtime security for Linux, compatible with Falco
Usage:
  saker [OPTION...]          watch for what the rules describe, as Falco does
  saker COMMAND [...]        commands for people: saker help

${options}`;
}

function formatFlag(spec: FlagSpec): string {
  const option = `  ${optionText(spec)}`;
  const lines = spec.meaning.split('\n').flatMap((line) => wrap(line, WIDTH - DESCRIPTION_COLUMN));
  const indent = ' '.repeat(DESCRIPTION_COLUMN);
  const fits = option.length < DESCRIPTION_COLUMN - 1;
  const [first = '', ...rest] = lines;
  const head = fits ? option.padEnd(DESCRIPTION_COLUMN) + first : `${option}\n${indent}${first}`;
  return [head, ...rest.map((line) => indent + line)].map((line) => `${line}\n`).join('');
}

function optionText(spec: FlagSpec): string {
  const argument = spec.argument === undefined ? '' : ` ${spec.argument}`;
  const shown = spec.kind === 'optional' ? ` [=${spec.argument}(=)]` : argument;
  if (spec.letter !== undefined) return `-${spec.letter}, --${spec.name}${shown}`;
  return spec.name.length === 1 ? `-${spec.name}${shown}` : `    --${spec.name}${shown}`;
}

/** Lines that begin with blanks are examples and stay as they are. */
function wrap(text: string, width: number): string[] {
  if (text.startsWith(' ')) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line += line === '' ? word : ` ${word}`;
    }
  }
  return [...lines, line];
}
