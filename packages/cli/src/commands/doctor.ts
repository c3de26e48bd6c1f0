/** `saker doctor`: how it is called. */

import type { Command } from '../command-line/command.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  operands: '',
  summary: 'whether live detection works here, and what mends it',
  description: [
    'Looks at the kernel, the packages and the privileges of whoever calls it, and tries live ' +
      'detection: all programs are loaded and attached, and the record of one call must come. The ' +
      'trial is taken down at once; nothing on the machine is changed.',
    'The exit code is 0 when live detection works and 1 when it does not.',
  ],
  options: [
    { name: 'short', meaning: 'Print only whether it works, why not, and what mends it.' },
    { name: 'json', meaning: 'Print one JSON document.' },
  ],
  examples: [
    { line: 'sudo bin/saker doctor', meaning: 'With the privileges that detection will have.' },
    { line: 'saker doctor --short', meaning: 'One sentence, for scripts.' },
  ],
  run: async (call) => (await import('../doctor/doctor.ts')).examine(call),
};
