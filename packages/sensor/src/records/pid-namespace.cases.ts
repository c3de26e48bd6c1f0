/**
 * Processes in a pid namespace of their own: the ids that the host sees and those that they see
 * themselves. They live until the case has looked at them from outside.
 */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  PPM_CL_CHILD_IN_PIDNS,
  PPM_CL_CLONE_CHILD_CLEARTID,
  PPM_CL_CLONE_CHILD_SETTID,
} from '@saker/core/events/constants.gen.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { identityFacts, ownFacts, startOf, statusOf, threadFacts } from './process-facts.ts';

const WAIT_MS = 20;
const WAITS_MAX = 250;
/**
 * The namespace's first process, the shell, has a child in perl, which forks; a grandchild becomes
 * sleep.
 */
const FIRST = `"$@"; exit`;
const FORKS = `
  my $marker = $ARGV[0];
  if (fork() == 0) {
    setpgrp(0, 0);
    exec { "/bin/sleep" } "$marker-sleep", "30";
  }
  fork();
  sleep 30;
`;

interface Found {
  readonly pid: number;
  readonly parent: number;
  readonly cmdline: string;
  readonly status: string;
}

/** Processes whose arguments hold the text. */
function processesWith(text: string): readonly Found[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/u.test(name)) return [];
    try {
      const cmdline = readFileSync(`/proc/${name}/cmdline`, 'latin1');
      const status = readFileSync(`/proc/${name}/status`, 'latin1');
      const parent = Number(statusOf(status)('PPid'));
      return cmdline.includes(text) ? [{ pid: Number(name), parent, cmdline, status }] : [];
    } catch {
      // It has ended in between.
      return [];
    }
  });
}

/** Numbers of a line of status, from the host's to the innermost namespace's. */
function numbers({ status }: Found, name: string): readonly number[] {
  return statusOf(status)(name).split(/\s+/u).map(Number);
}

interface Family {
  readonly first: Found;
  readonly forked: Found;
  readonly sleep: Found;
}

function familyOf(marker: string): Family | undefined {
  const found = processesWith(marker);
  const sleep = found.find(({ cmdline }) => cmdline.startsWith(`${marker}-sleep`));
  const perls = found.filter(({ cmdline }) => cmdline.startsWith('perl'));
  const forked = perls.find(({ parent }) => perls.some(({ pid }) => pid === parent));
  const first = found.find((entry) => numbers(entry, 'NSpid')[1] === 1);
  return sleep && forked && first ? { first, forked, sleep } : undefined;
}

async function withFamily(calls: Calls, run: (family: Family) => Expected): Promise<Expected> {
  const marker = `saker-${calls.pid}-${Math.random()}`;
  const namespace = ['--pid', '--fork', '--kill-child', '--mount-proc'];
  const shell = ['/bin/sh', '-c', FIRST, 'sh', 'perl', '-e', FORKS, marker];
  const child = spawn('/usr/bin/unshare', [...namespace, ...shell], { stdio: 'ignore' });
  try {
    for (let waits = 0; waits < WAITS_MAX; waits++) {
      const family = familyOf(marker);
      if (family !== undefined) return run(family);
      await wait(WAIT_MS);
    }
    throw new Error('the processes did not come up');
  } finally {
    child.kill('SIGKILL');
  }
}

/** How much it was is not known any more. */
const unknownCounters = {
  pgft_min: { between: [0, 1_000_000] },
  pgft_maj: { between: [0, 1_000_000] },
  vm_size: { between: [1, 1_000_000] },
  vm_rss: { between: [0, 1_000_000] },
  vm_swap: 0,
} as const;

export const cases: readonly RecordCase[] = [
  {
    name: 'a process that begins',
    event: 'PPME_SYSCALL_CLONE_20_X',
    run: (calls) =>
      withFamily(calls, ({ first, forked }) => {
        const [, own] = numbers(forked, 'NSpid');
        const { uid, gid } = identityFacts(forked.status);
        return {
          ...threadFacts({ pid: forked.pid, tid: forked.pid }),
          ...unknownCounters,
          'evt.tid': forked.pid,
          res: 0,
          flags: PPM_CL_CHILD_IN_PIDNS | PPM_CL_CLONE_CHILD_SETTID | PPM_CL_CLONE_CHILD_CLEARTID,
          uid: uid ?? null,
          gid: gid ?? null,
          vtid: own ?? null,
          vpid: own ?? null,
          pidns_init_start_ts: startOf(first.pid),
        };
      }),
  },
  {
    name: 'a program in a process group of the namespace',
    event: 'PPME_SYSCALL_EXECVE_19_X',
    run: (calls) =>
      withFamily(calls, ({ sleep }) => ({
        ...ownFacts({ pid: sleep.pid, tid: sleep.pid }),
        ...unknownCounters,
        'evt.tid': sleep.pid,
        res: 0,
        env: readFileSync(`/proc/${sleep.pid}/environ`, 'latin1'),
        vpgid: numbers(sleep, 'NSpgid')[1] ?? null,
        filename: '/bin/sleep',
      })),
  },
  {
    name: 'a program in a process group from outside',
    event: 'PPME_SYSCALL_EXECVE_19_X',
    run: (calls) =>
      withFamily(calls, ({ first }) => ({
        ...ownFacts({ pid: first.pid, tid: first.pid }),
        ...unknownCounters,
        'evt.tid': first.pid,
        res: 0,
        env: readFileSync(`/proc/${first.pid}/environ`, 'latin1'),
        vpgid: 0,
        filename: '/bin/sh',
      })),
  },
];
