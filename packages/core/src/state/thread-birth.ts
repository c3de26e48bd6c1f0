/**
 * What a new thread has from the one that made it, and what clone and exec events say in the same
 * way.
 */

import type { EventView } from '../events/event-view.ts';
import type { ThreadInfo } from './thread-info.ts';

/** What threads and processes alike have from their maker. */
export function inherit(child: ThreadInfo, from: ThreadInfo): void {
  child.exepath = from.exepath;
  child.exeWritable = from.exeWritable;
  child.exeUpperLayer = from.exeUpperLayer;
  child.exeLowerLayer = from.exeLowerLayer;
  child.exeFromMemfd = from.exeFromMemfd;
  child.exeIno = from.exeIno;
  child.exeInoCtime = from.exeInoCtime;
  child.exeInoMtime = from.exeInoMtime;
  child.exeInoCtimeDurationProcStart = from.exeInoCtimeDurationProcStart;
  child.root = from.root;
  child.sid = from.sid;
  child.vpgid = from.vpgid;
  child.pgid = from.pgid;
  child.tty = from.tty;
  child.loginuid = from.loginuid;
  child.capPermitted = from.capPermitted;
  child.capInheritable = from.capInheritable;
  child.capEffective = from.capEffective;
}

/**
 * Page faults and memory stand in five parameters from `first` on; old events have none of them.
 */
export function readMemory(thread: ThreadInfo, event: EventView, first: number): void {
  if (event.paramLength(first + 4) === 0) return;
  thread.pageFaultsMajor = event.unsigned64(first);
  thread.pageFaultsMinor = event.unsigned64(first + 1);
  thread.vmSizeKb = event.u32(first + 2);
  thread.vmRssKb = event.u32(first + 3);
  thread.vmSwapKb = event.u32(first + 4);
}
