/** The command that the first words of a command line name, or what was meant. */

import { suggest } from '@saker/core/base/suggest.ts';
import { didYouMean } from './arguments.ts';
import type { Command } from './command.ts';
import { UsageError } from './usage-error.ts';

export interface FoundCommand {
  readonly command: Command;
  /** What follows its name. */
  readonly rest: readonly string[];
}

export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): FoundCommand | undefined {
  for (const command of commands) {
    const name = command.name.split(' ');
    if (name.every((word, at) => word === words[at])) {
      return { command, rest: words.slice(name.length) };
    }
  }
  return undefined;
}

/** For `rules` alone, or followed by options, all commands that begin with it. */
export function commandsOfGroup(
  commands: readonly Command[],
  [first, second]: readonly string[],
): readonly Command[] {
  if (second !== undefined && !second.startsWith('-')) return [];
  return commands.filter(({ name }) => name.startsWith(`${first} `));
}

/** For words that `findCommand` finds nothing for. */
export function unknownCommand(commands: readonly Command[], words: readonly string[]): UsageError {
  const [first = '', second] = words;
  const tails = commandsOfGroup(commands, [first]).map(({ name }) => name.slice(first.length + 1));
  if (tails.length > 0) {
    const choices = `"saker ${first}" is followed by one of ${tails.join(', ')}`;
    if (second === undefined || second.startsWith('-')) return new UsageError(choices, first);
    const meant = didYouMean(suggest(second, tails));
    return new UsageError(`${choices}; found "${second}"${meant}`, first);
  }
  const names = new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''));
  const hint = didYouMean(suggest(first, names)) || hintForFile(first);
  return new UsageError(`unknown command "${first}"${hint}`);
}

/** A file in the place of the command: the command that it is most likely for. */
function hintForFile(word: string): string {
  if (/\.(?:scap|gz)$/.test(word)) return `; to replay a capture: saker replay ${word}`;
  if (/\.ya?ml$/.test(word)) return `; to check a rules file: saker rules check ${word}`;
  return '';
}
