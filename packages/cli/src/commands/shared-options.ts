/** Options that several commands have. */

import type { OptionSpec } from '../command-line/command.ts';

export const rulesOption: OptionSpec = {
  name: 'rules',
  letter: 'r',
  value: 'RULES',
  repeatable: true,
  meaning:
    'A rules file, or a folder of them. Repeatable: later files may override and append to ' +
    "earlier ones. Without it, Falco's under /etc/falco if they are there, else Saker's own.",
};
