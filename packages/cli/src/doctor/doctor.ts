/** `saker doctor`: whether live detection works on this machine, and what mends it if not. */

import { type Call, EXIT_FAILED, EXIT_OK } from '../command-line/command.ts';
import { doctorText, verdictLines } from './doctor-text.ts';
import { findingsOn } from './findings.ts';
import { examineMachine } from './machine.ts';
import { verdictOn } from './verdict.ts';

export async function examine({ args, terminal, environment }: Call): Promise<number> {
  args.operands('operand', 0);
  const isShort = args.has('short');
  const machine = await examineMachine(isShort ? 'verdict' : 'all', environment);
  const verdict = verdictOn(machine);
  const findings = isShort ? [] : findingsOn(machine);
  if (args.has('json')) {
    terminal.out.write(`${JSON.stringify({ ...verdict, findings }, null, 2)}\n`);
  } else {
    const lines = isShort ? verdictLines(verdict) : doctorText(verdict, findings, terminal.out);
    terminal.out.write(`${lines.join('\n')}\n`);
  }
  return verdict.live ? EXIT_OK : EXIT_FAILED;
}
