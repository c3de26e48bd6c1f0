/** Help: of all commands, and of one. */

import type { Screen } from '../terminal/terminal.ts';
import { padEnd, wrap } from '../terminal/text-width.ts';
import { helpOption } from './arguments.ts';
import type { Command, OptionSpec } from './command.ts';

/** Text is read in columns of at most this width, however wide the terminal is. */
const WIDTH_MAX = 100;
const WIDTH_DEFAULT = 80;
/** A longer term has a line of its own. */
const TERM_COLUMNS_MAX = 34;
const MARGIN = '  ';

type Look = Pick<Screen, 'style' | 'columns'>;

export function overviewText(commands: readonly Command[], look: Look): string {
  const { bold } = look.style;
  const entries = commands.map(
    ({ name, operands, summary }): Definition =>
      name === 'help' ? [`saker help ${operands}`, summary] : [`saker ${name}`, summary],
  );
  return [
    ...paragraph('Saker: runtime security for Linux, compatible with Falco.', look),
    '',
    bold('Commands'),
    ...definitions(entries, look),
    '',
    bold('As Falco'),
    ...definitions(
      [
        ['saker [OPTION...]', "detection with Falco's command line and configuration"],
        ['saker --help', 'its options'],
      ],
      look,
    ),
    '',
  ].join('\n');
}

/** `commands`: those that the words name, such as all that begin with `rules`. */
export function groupText(commands: readonly Command[], look: Look): string {
  const entries = commands.map(
    ({ name, operands, summary }): Definition => [`saker ${name} ${operands}`.trimEnd(), summary],
  );
  return [look.style.bold('Commands'), ...definitions(entries, look), ''].join('\n');
}

export function commandText(command: Command, look: Look): string {
  const { bold } = look.style;
  const { name, operands, description, options, examples } = command;
  const usage = `saker ${name} ${operands}`.trimEnd();
  return [
    ...paragraph(usage, look).map((line, at) => (at === 0 ? bold(line) : `${MARGIN}${line}`)),
    ...description.flatMap((text) => ['', ...paragraph(text, look)]),
    '',
    bold('Options'),
    ...definitions([...options, helpOption].map(optionDefinition), look),
    ...(examples.length === 0 ? [] : ['', bold('Examples')]),
    ...examples.flatMap(({ line, meaning }) => [
      ...paragraph(meaning, look).map((text) => MARGIN + look.style.dim(`# ${text}`)),
      MARGIN + line,
    ]),
    '',
  ].join('\n');
}

type Definition = readonly [term: string, meaning: string];

function optionDefinition({ name, letter, value, meaning }: OptionSpec): Definition {
  const short = letter === undefined ? '    ' : `-${letter}, `;
  return [`${short}--${name}${value === undefined ? '' : ` ${value}`}`, meaning];
}

/** Terms at the left, meanings in a column of their own; a term that is too long stands alone. */
function definitions(entries: readonly Definition[], look: Look): string[] {
  const longest = Math.max(...entries.map(([term]) => term.length));
  const column = Math.min(longest, TERM_COLUMNS_MAX);
  const indent = ' '.repeat(MARGIN.length + column + MARGIN.length);
  return entries.flatMap(([term, meaning]) => {
    const [first = '', ...rest] = wrap(meaning, widthOf(look) - indent.length);
    const head = MARGIN + look.style.cyan(term);
    const lines = [first, ...rest].map((line) => indent + line);
    if (term.length > column) return [head, ...lines];
    return [padEnd(head, indent.length) + first, ...lines.slice(1)];
  });
}

function paragraph(text: string, look: Look): string[] {
  return wrap(text, widthOf(look));
}

function widthOf({ columns }: Look): number {
  return Math.min(WIDTH_MAX, columns ?? WIDTH_DEFAULT);
}
