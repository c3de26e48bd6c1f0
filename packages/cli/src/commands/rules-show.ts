/** `saker rules show`: how it is called. */

import type { Command } from '../command-line/command.ts';
import { rulesOption } from './shared-options.ts';

export const rulesShowCommand: Command = {
  name: 'rules show',
  operands: 'NAME [FILE]...',
  summary: 'everything about one rule',
  description: [
    'Shows a rule as it stands after all overrides and appends: what it is for, its condition, ' +
      'the macros and lists that it stands on, its exceptions, the events that it is evaluated on.',
    'Part of the name is enough where it fits one rule only.',
  ],
  options: [
    rulesOption,
    {
      name: 'expanded',
      meaning:
        'Show the condition that is evaluated: macros and lists replaced by what they stand ' +
        'for, exceptions joined.',
    },
    { name: 'json', meaning: 'Print one JSON document.' },
  ],
  examples: [
    { line: 'saker rules show "Password hashes read"', meaning: "One of Saker's own." },
    { line: 'saker rules show "hashes" --expanded', meaning: 'What is really compared.' },
  ],
  run: async (call) => (await import('../rules/show.ts')).showRule(call),
};
