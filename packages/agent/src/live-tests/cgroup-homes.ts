/**
 * For tests: where processes of no container live. What runs a test may itself sit in a cgroup that
 * looks like a container's, so actions on the host are done in the roots of all hierarchies.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MOUNTS = '/sys/fs/cgroup';

/** Runs its first argument when it has moved to where the others say. */
const AT_HOME = `
script=$1
shift
for procs; do echo 0 >"$procs"; done
exec bash -c "$script"
`;

/** Arguments for bash, so that it runs the script at home: it is started anew there. */
export function atHome(script: string): readonly string[] {
  return ['-c', AT_HOME, 'bash', script, ...cgroupHomes()];
}

/** Files that a process writes 0 to, to be at home. None where it is already. */
function cgroupHomes(): readonly string[] {
  return readFileSync('/proc/self/cgroup', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([, , path]) => path !== '/')
    .map(([, controllers = '']) => rootOf(controllers.replace(/^name=/u, '')));
}

/** The unified hierarchy has no controllers in its name; beside others it is mounted below. */
function rootOf(controllers: string): string {
  const unified = join(MOUNTS, 'unified');
  const folder = controllers === '' && existsSync(unified) ? unified : join(MOUNTS, controllers);
  return join(folder, 'cgroup.procs');
}
