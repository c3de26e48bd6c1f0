/** The command that the first words name, and what its failures become. */

import { constants } from 'node:os';
import { isForUser } from '@saker/agent/app/command-error.ts';
import { InterruptedError } from './capture/interrupted-error.ts';
import { parseArguments } from './command-line/arguments.ts';
import { EXIT_FAILED, EXIT_OK, EXIT_SIGNAL, EXIT_USAGE } from './command-line/command.ts';
import { commandsOfGroup, findCommand, unknownCommand } from './command-line/find-command.ts';
import { UsageError } from './command-line/usage-error.ts';
import { commands } from './commands/commands.ts';
import type { Terminal } from './terminal/terminal.ts';
import { visibleLines } from './terminal/visible-text.ts';

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
    if (!isKnown(error)) throw error;
    const { style } = terminal.err;
    terminal.err.write(`${style.red('saker:')} ${visibleLines(error.message)}\n`);
    if (error instanceof UsageError) {
      const help = ['saker help', error.command].filter((word) => word !== undefined).join(' ');
      terminal.err.write(`See: ${help}\n`);
    }
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: Error): number {
  if (error instanceof UsageError) return EXIT_USAGE;
  if (error instanceof InterruptedError) return EXIT_SIGNAL + constants.signals[error.signal];
  return EXIT_FAILED;
}

async function runCommand({ args, terminal, environment }: Invocation): Promise<number> {
  const found = findCommand(commands, args);
  if (wantsHelp(args)) {
    const { commandText, groupText } = await import('./command-line/help-text.ts');
    const group = commandsOfGroup(commands, args);
    if (found !== undefined) terminal.out.write(commandText(found.command, terminal.out));
    else if (group.length > 0) terminal.out.write(groupText(group, terminal.out));
    else throw unknownCommand(commands, args);
    return EXIT_OK;
  }
  if (found === undefined) throw unknownCommand(commands, args);
  const { command, rest } = found;
  return command.run({ args: parseArguments(command, rest), commands, terminal, environment });
}

/** Also beside words that make no sense: whoever asks for help gets it. */
function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes('-h') || options.includes('--help');
}

function isKnown(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof InterruptedError || isForUser(error);
}
