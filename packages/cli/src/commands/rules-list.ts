/** `saker rules list`: how it is called. */

import type { Command } from '../command-line/command.ts';
import { rulesOption } from './shared-options.ts';

export const rulesListCommand: Command = {
  name: 'rules list',
  operands: '[FILE]...',
  summary: 'rules with priority, events and tags',
  description: [
    'Lists the rules as they stand after all overrides and appends, in the order in which they ' +
      'are evaluated.',
  ],
  options: [
    rulesOption,
    {
      name: 'tag',
      value: 'TAG',
      repeatable: true,
      meaning: 'Only rules with this tag. Repeatable: with all of them.',
    },
    { name: 'source', value: 'SOURCE', meaning: 'Only rules of this event source.' },
    { name: 'disabled', meaning: 'Only rules that are disabled.' },
    { name: 'json', meaning: 'Print one JSON document.' },
  ],
  examples: [
    { line: 'saker rules list --tag mitre_persistence', meaning: 'What watches for persistence.' },
  ],
  run: async (call) => (await import('../rules/list.ts')).listRules(call),
};
