/** `saker help`. */

import { type Call, type Command, EXIT_OK } from '../command-line/command.ts';
import { commandsOfGroup, findCommand, unknownCommand } from '../command-line/find-command.ts';
import { commandText, groupText, overviewText } from '../command-line/help-text.ts';

export const helpCommand: Command = {
  name: 'help',
  operands: '[COMMAND]',
  summary: 'how a command is used',
  description: ['Lists the commands, or explains one: the same as saker COMMAND --help.'],
  options: [],
  examples: [{ line: 'saker help rules check', meaning: 'One command.' }],
  run: async (call) => {
    call.terminal.out.write(textFor(call));
    return EXIT_OK;
  },
};

function textFor({ args, commands, terminal }: Call): string {
  const { words } = args;
  if (words.length === 0) return overviewText(commands, terminal.out);
  const found = findCommand(commands, words);
  if (found !== undefined) return commandText(found.command, terminal.out);
  const group = commandsOfGroup(commands, words);
  if (group.length === 0) throw unknownCommand(commands, words);
  return groupText(group, terminal.out);
}
