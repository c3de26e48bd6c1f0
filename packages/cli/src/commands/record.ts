/** `saker record`: how it is called. */

import type { Command } from '../command-line/command.ts';

export const recordCommand: Command = {
  name: 'record',
  operands: '-o FILE [-- COMMAND...]',
  summary: 'write what happens on this machine to a capture',
  description: [
    'Writes what is there now, processes with their descriptors, users, network interfaces, and ' +
      'then every system call of every process, until Ctrl-C, until --for is over or until the ' +
      'command ends, whose exit code is passed on. It takes root, as live detection does: saker ' +
      'doctor tells.',
    'The file is a capture as Falco and sysdig write it: saker replay, saker explain, Falco and ' +
      'sysdig read it. It is compressed when its name ends in .gz. It holds arguments, ' +
      'environments and data of all processes, so only its owner may read it.',
    'With --filter only matching events are written to be shown. Events that change what is known ' +
      'of processes, descriptors and containers are kept all the same, hidden: without them the ' +
      'others could not be read.',
  ],
  options: [
    { name: 'output', letter: 'o', value: 'FILE', meaning: 'The capture; what it held is gone.' },
    { name: 'for', value: 'TIME', meaning: 'How long: 500ms, 30s, 5m, 1h.' },
    {
      name: 'filter',
      value: 'COND',
      meaning: 'A condition as rules have it, e.g. "proc.name=nginx and evt.type=connect".',
    },
    {
      name: 'syscalls',
      value: 'all|state|NAMES',
      meaning:
        'Which calls. Without it, those that have parameters to tell of, or that the filter looks ' +
        'at. all: also those of which only the name is told. state: the least that tells ' +
        'processes and descriptors. Names, separated by commas: these, and what state needs.',
    },
    {
      name: 'snaplen',
      value: 'BYTES',
      meaning: 'How much of data that is read and written is kept; 80 without it.',
    },
    {
      name: 'format',
      value: 'current|sysdig-0.29',
      meaning: 'sysdig-0.29 writes what sysdig up to 0.29 can read, without what that lacks.',
    },
  ],
  examples: [
    { line: 'sudo saker record -o x.scap.gz --for 30s', meaning: 'Half a minute of everything.' },
    { line: 'sudo saker record -o x.scap -- ./install.sh', meaning: 'While a script runs.' },
    {
      line: 'sudo saker record -o x.scap --filter "evt.type in (connect, accept4)"',
      meaning: 'Connections only.',
    },
  ],
  run: async (call) => (await import('../record/record.ts')).record(call),
};
