/** All commands, in the order in which help lists them. What they do is imported when one runs. */

import type { Command } from '../command-line/command.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { helpCommand } from './help.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { rulesCheckCommand } from './rules-check.ts';
import { rulesListCommand } from './rules-list.ts';
import { rulesShowCommand } from './rules-show.ts';

export const commands: readonly Command[] = [
  replayCommand,
  explainCommand,
  recordCommand,
  rulesCheckCommand,
  rulesListCommand,
  rulesShowCommand,
  doctorCommand,
  helpCommand,
];
