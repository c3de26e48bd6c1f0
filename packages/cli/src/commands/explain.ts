/** `saker explain`: how it is called. */

import type { Command } from '../command-line/command.ts';
import { rulesOption } from './shared-options.ts';

export const explainCommand: Command = {
  name: 'explain',
  operands: 'FILE --rule RULE [--event N]',
  summary: 'why a rule matched an event, or did not',
  description: [
    'Replays a capture up to event N (evt.num) and shows the condition of the rule as a tree: ' +
      'which terms were true or false, with the values that they saw. Those that decided are ' +
      'pointed at; those that were not reached, because something before them had decided, are dim.',
    'Without --event it lists the first events that the rule matches. Where there are none, it ' +
      'shows how often each part of the condition failed, and the events that came nearest.',
  ],
  options: [
    {
      name: 'rule',
      value: 'RULE',
      meaning: 'Name of the rule, or part of it. It may be disabled.',
    },
    { name: 'event', letter: 'e', value: 'N', meaning: 'Number of the event, from 1.' },
    rulesOption,
    { name: 'json', meaning: 'Print one JSON document.' },
  ],
  examples: [
    {
      line: 'saker explain x.scap --rule "Password hashes read"',
      meaning: 'Where it matches, or where it nearly did.',
    },
    {
      line: 'saker explain x.scap --rule "Password hashes read" --event 812',
      meaning: 'The whole story of one event.',
    },
  ],
  run: async (call) => (await import('../explain/explain.ts')).explainRule(call),
};
