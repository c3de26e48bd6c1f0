/** `saker rules check`: how it is called. */

import type { Command } from '../command-line/command.ts';
import { rulesOption } from './shared-options.ts';

export const rulesCheckCommand: Command = {
  name: 'rules check',
  operands: '[FILE]...',
  summary: 'find every mistake in rule files',
  description: [
    'Loads the files one after another, as one set, and shows every error and warning at its ' +
      'place: the line, what was found, and what to do. The exit code is 1 when there are errors.',
    'saker -V FILE validates as falco -V does: with its words, and the first error only.',
  ],
  options: [
    rulesOption,
    { name: 'strict', meaning: 'Warnings count as errors.' },
    { name: 'json', meaning: 'Print one JSON document.' },
  ],
  examples: [
    {
      line: 'saker rules check falco_rules.yaml my.yaml',
      meaning: 'Rules and what overrides them.',
    },
    { line: 'saker rules check --strict rules.d', meaning: 'In a pipeline, a whole folder.' },
  ],
  run: async (call) => (await import('../rules/check.ts')).checkRules(call),
};
