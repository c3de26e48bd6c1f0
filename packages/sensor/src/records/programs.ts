/**
 * Programs that say themselves, before they end, what the record of their start must hold: a shell
 * that prints what /proc has of it.
 */

import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import {
  PPM_EXE_LOWER_LAYER,
  PPM_EXE_UPPER_LAYER,
  PPM_EXE_WRITABLE,
} from '@saker/core/events/constants.gen.ts';
import type { Expected } from './harness.ts';
import {
  cgroupsOf,
  identityFacts,
  isOnOverlay,
  statFields,
  statusOf,
  type Task,
} from './process-facts.ts';

export const SHELL = '/bin/sh';

const MARK = '== ';
const FILES = ['stat', 'status', 'limits', 'cgroup', 'comm', 'loginuid'] as const;
/** Prints the files of its own process, each under its name. */
export const REPORT = `for f in ${FILES.join(' ')}; do echo "${MARK}$f"; cat /proc/$$/$f; done`;

/** Of a report by the shell, started by the thread and under its own name. */
export function shellFacts({ tid }: Task, report: Report): Expected {
  return {
    ...reportedFacts(report, tid),
    ...fileFacts(SHELL),
    exe: SHELL,
    args: reportArguments,
    env: environmentText,
    flags: PPM_EXE_WRITABLE | layerFlag(SHELL, false),
    filename: SHELL,
  };
}

export interface Report {
  readonly pid: number;
  readonly text: string;
}

export function run(file: string, args: readonly string[], options: SpawnSyncOptions = {}): Report {
  const { pid, stdout, stderr, error } = spawnSync(file, args, {
    ...options,
    env: options.env ?? environment,
    encoding: 'latin1',
  });
  if (error !== undefined) throw error;
  if (!stdout.includes(MARK)) throw new Error(`${file} says nothing: ${stderr}`);
  return { pid, text: stdout };
}

export const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', SAKER: 'a record' };

/** All of `run` as /proc/PID/environ has it. */
export const environmentText = Object.entries(environment)
  .map(([name, value]) => `${name}=${value}\0`)
  .join('');

/** The arguments of a shell that runs REPORT, as records have them. */
export const reportArguments = `-c\0${REPORT}\0`;

/**
 * What can be told from the report: all but exe, args, env, flags, the file, and what is called
 * how.
 */
export function reportedFacts({ pid, text }: Report, ptid: number): Expected {
  const files = new Map(
    text.split(MARK).map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1)];
    }),
  );
  const file = (name: (typeof FILES)[number]) => files.get(name) ?? '';
  const stat = statFields(file('stat'));
  const status = statusOf(file('status'));
  return {
    'evt.tid': pid,
    res: 0,
    tid: pid,
    pid,
    ptid,
    cwd: null,
    fdlimit: Number(/Max open files\s+(\d+)/u.exec(file('limits'))?.[1]),
    pgft_min: { between: [0, Number(stat[7])] },
    pgft_maj: { between: [0, Number(stat[9])] },
    vm_size: { between: [1, Number.parseInt(status('VmPeak'), 10)] },
    vm_rss: { between: [0, Number.parseInt(status('VmHWM'), 10)] },
    vm_swap: 0,
    comm: file('comm').trimEnd(),
    cgroups: cgroupsOf(file('cgroup')),
    tty: Number(stat[4]),
    vpgid: Number(stat[2]),
    loginuid: Number(file('loginuid')),
    ...identityFacts(file('status')),
    pgid: Number(stat[2]),
  };
}

/**
 * What records say of the file that is run. `real`: where it lies, where the path is a link of
 * /proc.
 */
export function fileFacts(path: string, real?: string): Expected {
  const { ino, ctimeNs, mtimeNs } = statSync(path, { bigint: true });
  const trusted_exepath = real ?? realpathSync(path);
  return { exe_ino: ino, exe_ino_ctime: ctimeNs, exe_ino_mtime: mtimeNs, trusted_exepath };
}

/** Of a file that was there before the machine's own layer, or came with it. */
export function layerFlag(path: string, isNew: boolean): number {
  if (!isOnOverlay(realpathSync(path))) return 0;
  return isNew ? PPM_EXE_UPPER_LAYER : PPM_EXE_LOWER_LAYER;
}
