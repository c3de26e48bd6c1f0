/** The command that the first words name, and what its failures become. */

import { suggest } from '@saker/core/base/suggest.ts';
import { didYouMean, parseArguments } from './command-line/arguments.ts';
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE } from './command-line/command.ts';
import { UsageError } from './command-line/usage-error.ts';
import { commands } from './commands/commands.ts';
import type { Terminal } from './terminal/terminal.ts';
import { visible } from './terminal/visible-text.ts';

export interface Invocation {
  /** Without the name of the program. */
  readonly args: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The exit code. */
export async function run(invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  try {
    return await runCommand(invocation);
  } catch (error) {
    if (!isForUser(error)) throw error;
    const { style } = terminal.err;
    terminal.err.write(`${style.red('saker:')} ${visible(error.message)}\n`);
    if (!(error instanceof UsageError)) return EXIT_FAILED;
    const help = ['saker help', error.command].filter((word) => word !== undefined).join(' ');
    terminal.err.write(`See: ${help}\n`);
    return EXIT_USAGE;
  }
}

async function runCommand({ args, terminal, environment }: Invocation): Promise<number> {
  const found = findCommand(args);
  if (found === undefined) throw unknownCommand(args);
  const { command, rest } = found;
  if (wantsHelp(rest)) {
    const { commandText } = await import('./command-line/help-text.ts');
    terminal.out.write(commandText(command, terminal.out));
    return EXIT_OK;
  }
  return command.run({ args: parseArguments(command, rest), terminal, environment });
}

interface Found {
  readonly command: Command;
  readonly rest: readonly string[];
}

function findCommand(args: readonly string[]): Found | undefined {
  for (const command of commands) {
    const words = command.name.split(' ');
    if (words.every((word, at) => word === args[at])) {
      return { command, rest: args.slice(words.length) };
    }
  }
  return undefined;
}

/** Also beside words that make no sense: whoever asks for help gets it. */
function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes('-h') || options.includes('--help');
}

function unknownCommand(args: readonly string[]): Error {
  const [first = '', second] = args;
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  const tails = group.map(({ name }) => name.slice(first.length + 1));
  if (group.length > 0) {
    const choices = `"saker ${first}" is followed by one of ${tails.join(', ')}`;
    if (second === undefined || second.startsWith('-')) return new UsageError(choices, first);
    const meant = didYouMean(suggest(second, tails));
    return new UsageError(`${choices}; found "${second}"${meant}`, first);
  }
  const names = new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''));
  const meant = suggest(first, names);
  return new UsageError(`unknown command "${first}"${didYouMean(meant) || forFile(first)}`);
}

/** A file in the place of the command: the command that it is most likely for. */
function forFile(word: string): string {
  if (/\.(?:scap|pcap|gz)$/.test(word)) return `; to replay a capture: saker replay ${word}`;
  if (/\.ya?ml$/.test(word)) return `; to check a rules file: saker rules check ${word}`;
  return '';
}

/**
 * Errors whose message is for whoever typed the command. Anything else is our mistake and shows its
 * stack. By name, because the classes are only loaded with what throws them.
 */
function isForUser(error: unknown): error is Error {
  const names = ['UsageError', 'CommandError', 'CaptureFileError', 'CaptureFormatError'];
  return error instanceof Error && names.includes(error.name);
}

