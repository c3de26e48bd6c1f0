/**
 * One thread: what semantics of the field classes `process`, `user`, `group` and `container` read. The main thread of a
 * group also holds the group's descriptors. Strings are plain byte strings: they change per exec, not per event.
 */

import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import type { FdTable } from './fd-table.ts';

/** uid, gid and loginuid that are not set. */
export const UNSET_ID = 0xffff_ffff;

export class ThreadInfo {
  readonly tid: number;
  /** Thread group id; < 0 for a placeholder. */
  pid = -1;
  /** Parent's tid; 0 when there is none, -1 for a placeholder. */
  ptid = -1;
  sid = -1;
  vpgid = -1;
  pgid = -1;
  vtid = -1;
  vpid = -1;
  comm: ByteString = '<NA>';
  exe: ByteString = '<NA>';
  exepath: ByteString = '';
  /** NUL-separated without the final NUL; so are env and cgroups. Use `argList` and the like for the parts. */
  args: ByteString = '';
  env: ByteString = '';
  cgroups: ByteString = '';
  cwd: ByteString = '';
  root: ByteString = '';
  fdLimit: Int64 = -1;
  /** PPM_CL_* and the table's own marks. */
  flags = 0;
  uid: number = UNSET_ID;
  gid: number = UNSET_ID;
  loginuid: number = UNSET_ID;
  tty = 0;
  vmSizeKb = 0;
  vmRssKb = 0;
  vmSwapKb = 0;
  pageFaultsMajor: Int64 = 0;
  pageFaultsMinor: Int64 = 0;
  exeWritable = false;
  exeUpperLayer = false;
  exeLowerLayer = false;
  exeFromMemfd = false;
  capInheritable: Int64 = 0;
  capPermitted: Int64 = 0;
  capEffective: Int64 = 0;
  exeIno: Int64 = 0;
  exeInoCtime: Int64 = 0;
  exeInoMtime: Int64 = 0;
  exeInoCtimeDurationProcStart: Int64 = 0;
  exeInoCtimeDurationPidnsStart: Int64 = 0;
  pidnsInitStart: Int64 = 0;
  /** Nanoseconds since the epoch as two words; both 0 when unknown (threads of the snapshot). */
  cloneTimeLow = 0;
  cloneTimeHigh = 0;
  execTimeLow = 0;
  execTimeHigh = 0;
  /** Id of the container ("" on the host), full id where known. */
  containerId: ByteString = '';
  /** Dead but kept until the next event, or while its group lives. */
  dead = false;
  /** Of the group's main thread; threads that share descriptors share the table. Undefined when never known. */
  fds: FdTable | undefined = undefined;
  /** Threads whose ptid is this one: 0 means that no other thread's ancestry can see a change of this one. */
  childCount = 0;
  /**
   * For caches of what was computed from this thread's own attributes (names, arguments, ids, capabilities, container ...; not
   * counters of memory, page faults or descriptors): dropped whenever one changes. Owned by the engine.
   */
  verdicts: Int32Array | undefined = undefined;

  constructor(tid: number) {
    this.tid = tid;
  }

  /** A placeholder, or an entry whose group is unknown: it has no group, parent or children. */
  get isInvalid(): boolean {
    return this.pid < 0 || this.ptid < 0;
  }

  get isMain(): boolean {
    return this.tid === this.pid;
  }

  get argList(): readonly ByteString[] {
    return this.args === '' ? [] : this.args.split('\0');
  }

  get envList(): readonly ByteString[] {
    return this.env === '' ? [] : this.env.split('\0');
  }

  get cgroupList(): readonly ByteString[] {
    return this.cgroups === '' ? [] : this.cgroups.split('\0');
  }
}
