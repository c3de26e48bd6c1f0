/** Programs in control groups: every hierarchy has a path of its own, or all have one. */

import { accessSync, constants, existsSync, mkdirSync, rmdirSync } from 'node:fs';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { REPORT, run, SHELL, shellFacts } from './programs.ts';

/** Where groups can be made: the one hierarchy of version 2, or two of version 1. */
const hierarchies = ['/sys/fs/cgroup', '/sys/fs/cgroup/memory', '/sys/fs/cgroup/cpu'].filter(
  (path) => existsSync(`${path}/cgroup.procs`) && isWritable(path),
);

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const skipGroups = hierarchies.length > 0 ? undefined : 'no control group can be made here';

/** A shell that joins the groups and begins again, so that the record of its start has them. */
const JOIN = `for p; do echo $$ >$p/cgroup.procs || exit; done; exec ${SHELL} -c '${REPORT}'`;

/** A shell in groups of these names, one within the other, and in each hierarchy another one. */
function inGroups(calls: Calls, names: readonly string[]): Expected {
  const made: string[] = [];
  try {
    const innermost = hierarchies.map((hierarchy, index) => {
      let path = hierarchy;
      for (const name of [`saker-${calls.pid}-${index}`, ...names]) {
        path = `${path}/${name}`;
        mkdirSync(path);
        made.push(path);
      }
      return path;
    });
    const report = run(SHELL, ['-c', JOIN, 'sh', ...innermost]);
    return { ...shellFacts(calls, report), env: { matches: '(^|\\0)SAKER=a record\\0' } };
  } finally {
    for (const path of made.toReversed()) rmdirSync(path);
  }
}

export const cases: readonly RecordCase[] = [
  {
    name: 'groups as a container has them',
    event: 'PPME_SYSCALL_EXECVE_19_X',
    skip: skipGroups,
    run: (calls) => inGroups(calls, ['docker', '0123456789abcdef'.repeat(4)]),
  },
  {
    name: 'groups deep below',
    event: 'PPME_SYSCALL_EXECVE_19_X',
    skip: skipGroups,
    run: (calls) =>
      inGroups(
        calls,
        Array.from({ length: 20 }, (_, index) => `level-${index}.slice`),
      ),
  },
];
