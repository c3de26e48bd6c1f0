/** Who adopts the children of a thread that exits, as the kernel's find_new_reaper decides it. */

import type { ThreadInfo } from './thread-info.ts';
import type { ThreadTable } from './thread-table.ts';

/**
 * Most ancestors that are looked at: see ANCESTORS_MAX of the fields; a loop in a forged table ends
 * here.
 */
const ANCESTORS_MAX = 4096;

/**
 * Another living thread of the group; else one of the nearest ancestor that adopts (init of a pid
 * namespace or a subreaper), as long as the walk does not leave the pid namespace; else nobody.
 */
export function findReaper(threads: ThreadTable, thread: ThreadInfo): ThreadInfo | undefined {
  const sibling = thread.group?.livingThread(thread);
  if (sibling !== undefined) return sibling;
  let ancestor = threads.get(thread.ptid);
  for (let steps = 0; ancestor !== undefined && steps < ANCESTORS_MAX; steps++) {
    if (ancestor === thread || ancestor.isInPidNamespace !== thread.isInPidNamespace) break;
    const reaper = ancestor.group?.isReaper === true ? ancestor.group.livingThread() : undefined;
    if (reaper !== undefined && reaper !== thread) return reaper;
    ancestor = threads.get(ancestor.ptid);
  }
  return undefined;
}
