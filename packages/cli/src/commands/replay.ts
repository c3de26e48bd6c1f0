/** `saker replay`: how it is called. */

import type { Command } from '../command-line/command.ts';
import { rulesOption } from './shared-options.ts';

export const replayCommand: Command = {
  name: 'replay',
  operands: 'FILE [-r RULES]...',
  summary: 'run rules on a capture and show the alerts',
  description: [
    'Reads a capture, plain or gzip, evaluates the rules on every event and prints one alert per ' +
      'match. What was read and which rules matched how often goes to the standard error.',
    'With --json every alert is one line of JSON in the form that Falco and Saker write to their ' +
      'outputs, and the standard output holds nothing else.',
  ],
  options: [
    rulesOption,
    { name: 'json', meaning: 'Print alerts as JSON, one per line.' },
    {
      name: 'priority',
      letter: 'p',
      value: 'PRIORITY',
      meaning: 'Run only rules of at least this priority: emergency, alert, ... debug.',
    },
    {
      name: 'rule',
      value: 'GLOB',
      meaning: 'Run only rules of this name, disabled ones too; * stands for any text.',
    },
    {
      name: 'matching',
      value: 'first|all',
      meaning:
        'Whether an event gives an alert for the first rule that matches it, which is the ' +
        'default, or for all.',
    },
    { name: 'limit', letter: 'n', value: 'N', meaning: 'Stop after N alerts.' },
  ],
  examples: [
    { line: 'saker replay samples/story.scap', meaning: "The shipped sample with Saker's rules." },
    {
      line: 'saker replay x.scap.gz -r rules.d -r my.yaml --matching all --json | jq .rule',
      meaning: 'Several rule files, in this order, and all that match.',
    },
  ],
  run: async (call) => (await import('../replay/replay.ts')).replay(call),
};
