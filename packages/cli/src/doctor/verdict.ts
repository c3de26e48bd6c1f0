/** Whether live detection works, in one sentence, and what mends it if not. */

import { SensorError } from '@saker/sensor/sensor-error.ts';
import type { Machine, PackageManager } from './machine.ts';

export interface Verdict {
  readonly live: boolean;
  readonly sentence: string;
  readonly advice?: string | undefined;
  readonly command?: string | undefined;
}

const installLibbpf: Readonly<Record<PackageManager, string>> = {
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
      command: commandAgainst(trial, machine),
    };
  }
  const how = trial.hook === 'tp_btf' ? 'tp_btf' : 'raw tracepoints';
  const time = `${Math.round(trial.milliseconds)} ms`;
  return { live: true, sentence: `Live detection works here: attached to ${how} in ${time}.` };
}

/** undefined: no command does it, or none that is the same everywhere. */
export function commandAgainst(
  { code }: SensorError,
  { packageManager, isRoot }: Machine,
): string | undefined {
  const sudo = isRoot ? '' : 'sudo ';
  switch (code) {
    case 'libbpf-missing':
      return packageManager && `${sudo}${installLibbpf[packageManager]}`;
    case 'object-missing':
      return `${sudo}node tools/setup.mjs`;
    case 'missing-capability':
      return isRoot ? undefined : 'sudo bin/saker';
    case 'memory-lock':
      return 'ulimit -l unlimited';
    default:
      return undefined;
  }
}
