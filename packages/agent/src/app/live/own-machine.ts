/** What is known of the machine where no system calls are watched. */

import type { MachineInfo } from '@saker/core/events/snapshot.ts';
import { ProcError } from '../../sources/proc/proc-error.ts';
import { ProcTree } from '../../sources/proc/proc-tree.ts';
import { hostnameOf, type Session } from '../session.ts';

/** undefined without a /proc to read. */
export function ownMachine(session: Session): MachineInfo | undefined {
  try {
    const hostRoot = session.environment['HOST_ROOT'] ?? '';
    const tree = new ProcTree({ hostRoot, hostname: hostnameOf(session) });
    const { machine } = tree;
    tree.close();
    return machine;
  } catch (error) {
    if (error instanceof ProcError) return undefined;
    throw error;
  }
}
