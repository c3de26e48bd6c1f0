/** The words behind a command's name, checked against its options. */

import { parseArgs } from 'node:util';
import { suggest } from '@saker/core/base/suggest.ts';
import type { Command, OptionSpec } from './command.ts';
import { UsageError } from './usage-error.ts';

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** Every command has it. */
export const helpOption: OptionSpec = { name: 'help', letter: 'h', meaning: 'Print this help.' };

export class Arguments {
  /** What is no option, in order. */
  readonly words: readonly string[];
  readonly #command: string;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(
    command: string,
    words: readonly string[],
    values: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#command = command;
    this.words = words;
    this.#values = values;
  }

  has(option: string): boolean {
    return this.#values.has(option);
  }

  /** All values, in order; none: empty. */
  values(option: string): readonly string[] {
    return this.#values.get(option) ?? [];
  }

  /** The last one. */
  value(option: string): string | undefined {
    return this.values(option).at(-1);
  }

  /** A whole number from `min` on. */
  count(option: string, min: number): number | undefined {
    const value = this.value(option);
    if (value === undefined) return undefined;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min) return number;
    throw this.usageError(`--${option} takes a whole number from ${min} on, found "${value}"`);
  }

  /** A word of a fixed set; upper and lower case are alike. */
  choice<T extends string>(option: string, choices: readonly T[]): T | undefined {
    const value = this.value(option);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
    if (found !== undefined) return found;
    const hint = didYouMean(suggest(value, choices));
    throw this.usageError(`--${option} is one of ${choices.join(', ')}; found "${value}"${hint}`);
  }

  /** The words, of which there must be `min` to `max`; `what` says what they are. */
  operands(what: string, min: number, max: number = min): readonly string[] {
    const { words } = this;
    if (words.length < min) throw this.usageError(`${what} is missing`);
    const extra = words[max];
    if (extra === undefined) return words;
    const count = max === 1 ? 'one' : String(max);
    throw this.usageError(`only ${count} ${what} can be given: "${extra}" is too many`);
  }

  usageError(message: string): UsageError {
    return new UsageError(message, this.#command);
  }
}

export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const specs = [...command.options, helpOption];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(specs.map((spec) => [spec.name, parserOption(spec)])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = specs.find(({ name }) => name === token.name);
    if (spec === undefined) throw unknownOption(command, token, specs);
    const given = values.get(spec.name) ?? [];
    if (given.length > 0 && spec.value !== undefined && spec.repeatable !== true) {
      throw new UsageError(`--${spec.name} can be given only once`, command.name);
    }
    values.set(spec.name, [...given, valueOf(command, spec, token)]);
  }
  return new Arguments(command.name, words, values);
}

function parserOption({ letter, value }: OptionSpec) {
  const type = value === undefined ? ('boolean' as const) : ('string' as const);
  return letter === undefined ? { type } : { type, short: letter };
}

/** '' for switches. */
function valueOf(command: Command, spec: OptionSpec, token: OptionToken): string {
  const { rawName, value } = token;
  if (spec.value === undefined) {
    if (value === undefined) return '';
    throw new UsageError(`${rawName} takes no value, found "${value}"`, command.name);
  }
  // What looks like an option is one, unless it is joined by "=".
  const isOption = token.inlineValue === false && /^-./.test(value ?? '');
  if (value !== undefined && value !== '' && !isOption) return value;
  throw new UsageError(`${rawName} needs a value: ${rawName} ${spec.value}`, command.name);
}

function unknownOption(
  command: Command,
  { rawName }: OptionToken,
  specs: readonly OptionSpec[],
): UsageError {
  const known = specs.flatMap(({ name, letter }) =>
    letter === undefined ? [`--${name}`] : [`--${name}`, `-${letter}`],
  );
  const meant = rawName.startsWith('--') ? suggest(rawName, known) : undefined;
  const message = `unknown option ${rawName} of "saker ${command.name}"`;
  return new UsageError(`${message}${didYouMean(meant)}`, command.name);
}

export function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : `, did you mean "${word}"?`;
}
