/** Whether live detection works, in one sentence, and what mends it if not. */

import { SensorError } from '@saker/sensor/sensor-error.ts';
import type { Installer, Machine } from './machine.ts';

export interface Verdict {
  readonly live: boolean;
  readonly sentence: string;
  readonly advice?: string | undefined;
  readonly command?: string | undefined;
}

const installLibbpf: Readonly<Record<Installer, string>> = {
  'apt-get': 'apt-get install -y libbpf1',
  dnf: 'dnf install -y libbpf',
  zypper: 'zypper install -y libbpf1',
  pacman: 'pacman -S --needed libbpf',
};

export function verdictOn(machine: Machine): Verdict {
  const { trial } = machine;
  if (trial instanceof SensorError) {
    return {
      live: false,
      sentence: `Live detection does not work here: ${trial.message}.`,
      advice: trial.hint,
      command: setupDoesAll(machine) ? setup(machine) : commandAgainst(trial, machine),
    };
  }
  const how = trial.hook === 'tp_btf' ? 'tp_btf' : 'raw tracepoints';
  const time = `${Math.round(trial.milliseconds)} ms`;
  return { live: true, sentence: `Live detection works here: attached to ${how} in ${time}.` };
}

/**
 * Setup installs libbpf, too, with all that the programs are compiled with, where it knows how. One
 * command is better than two.
 */
function setupDoesAll({ libbpf, programs, installer }: Machine): boolean {
  const isMissing = libbpf instanceof SensorError && programs instanceof SensorError;
  return isMissing && installer === 'apt-get';
}

/** undefined: no command does it, or none that is the same everywhere. */
export function commandAgainst({ code }: SensorError, machine: Machine): string | undefined {
  const { installer, isRoot } = machine;
  switch (code) {
    case 'libbpf-missing':
      return installer && `${sudo(machine)}${installLibbpf[installer]}`;
    case 'object-missing':
      return setup(machine);
    case 'missing-capability':
      return isRoot ? undefined : 'sudo bin/saker';
    case 'memory-lock':
      return 'ulimit -l unlimited';
    default:
      return undefined;
  }
}

function setup(machine: Machine): string {
  return `${sudo(machine)}node tools/setup.mjs`;
}

function sudo({ isRoot }: Machine): string {
  return isRoot ? '' : 'sudo ';
}
