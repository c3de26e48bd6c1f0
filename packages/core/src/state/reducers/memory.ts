/**
 * brk, mmap, munmap and scheduler switches: counters of memory and page faults, which change
 * without notice to caches.
 */

import { PPME } from '../../events/event-codes.gen.ts';
import type { EventContext } from '../event-context.ts';
import type { ReducerRows } from './reducer.ts';

function memory({ event, thread }: EventContext): void {
  if (thread === undefined) return;
  if (event.paramLength(1) > 0) thread.vmSizeKb = event.u32(1);
  // The other two came later, together.
  if (event.paramLength(3) === 0) return;
  thread.vmRssKb = event.u32(2);
  thread.vmSwapKb = event.u32(3);
}

function schedulerSwitch({ event, thread, main }: EventContext): void {
  if (thread === undefined || event.paramLength(5) === 0) return;
  thread.pageFaultsMajor = event.unsigned64(1);
  thread.pageFaultsMinor = event.unsigned64(2);
  if (main === undefined) return;
  main.vmSizeKb = event.u32(3);
  main.vmRssKb = event.u32(4);
  main.vmSwapKb = event.u32(5);
}

export const memoryReducers: ReducerRows = [
  [PPME.PPME_SYSCALL_BRK_4_X, memory],
  [PPME.PPME_SYSCALL_MMAP_X, memory],
  [PPME.PPME_SYSCALL_MMAP2_X, memory],
  [PPME.PPME_SYSCALL_MUNMAP_X, memory],
  [PPME.PPME_SCHEDSWITCH_6_E, schedulerSwitch],
];
