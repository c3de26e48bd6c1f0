/**
 * One thread: what semantics of the field classes `process`, `user`, `group` and `container` read.
 * The main thread of a group also holds the group's descriptors. Strings are plain byte strings:
 * they change per exec, not per event.
 */

import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import { NO_SLOT, Text, type TextTable } from '../base/text-table.ts';
import { PPM_CL_CHILD_IN_PIDNS, PPM_CL_IS_MAIN_THREAD } from '../events/constants.gen.ts';
import type { EnterEvent } from './enter-event.ts';
import type { FdTable } from './fd-table.ts';
import type { ThreadGroup } from './thread-group.ts';

/** uid, gid and loginuid that are not set. */
export const UNSET_ID = 0xffff_ffff;

const NO_CWD = new Text('', 0, 0, NO_SLOT);

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
  /**
   * NUL-separated without the final NUL; so are env and cgroups. Use `argList` and the like for the
   * parts.
   */
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
  /** "" on the host; else the first 12 characters of a runtime's id, or the container's name. */
  containerId: ByteString = '';
  /** Dead but kept until the next event, or while its group lives. */
  dead = false;
  /**
   * The descriptors that this thread itself keeps: those of a main thread are its group's.
   * `ThreadTable.fdsOf` tells which table a thread uses. Undefined when none was ever known.
   */
  fds: FdTable | undefined = undefined;
  /** Undefined for placeholders. Owned by ThreadTable, as are `children`, `dead` and `ptid`. */
  group: ThreadGroup | undefined = undefined;
  /** Threads whose ptid is this one. */
  children: Set<ThreadInfo> | undefined = undefined;
  /** Who adopts the children according to the kernel; -1 when it did not say. */
  reaperTid = -1;
  /** The last kept enter event, to be used while `entered`. */
  enter: EnterEvent | undefined = undefined;
  entered = false;
  /** High word of the time of the thread's last event, a unit of 4.3 seconds: for the purge. */
  lastSeenHigh = 0;
  /**
   * For caches of what was computed from this thread's own attributes (names, arguments, ids,
   * capabilities, container ...; not counters of memory, page faults or descriptors): dropped
   * whenever one changes. Owned by the engine.
   */
  verdicts: number[] | undefined = undefined;
  /** Memo of `argsText` and `cmdline`, each beside what it was made from. */
  #joinedArgs: ByteString = '';
  #argsText: ByteString = '';
  #cmdlineComm: ByteString | undefined = undefined;
  #cmdline: ByteString = '';
  #cwdText: Text = NO_CWD;

  constructor(tid: number) {
    this.tid = tid;
  }

  /** 0 means that no other thread's ancestry can see a change of this one. */
  get childCount(): number {
    return this.children === undefined ? 0 : this.children.size;
  }

  /** A placeholder, or an entry whose group is unknown: it has no group, parent or children. */
  get isInvalid(): boolean {
    return this.pid < 0 || this.ptid < 0;
  }

  get isMain(): boolean {
    return this.tid === this.pid || (this.flags & PPM_CL_IS_MAIN_THREAD) !== 0;
  }

  /** Ids of the thread's own pid namespace differ from the host's. */
  get isInPidNamespace(): boolean {
    if ((this.flags & PPM_CL_CHILD_IN_PIDNS) !== 0) return true;
    return this.tid !== this.vtid && this.vtid >= 0;
  }

  /** `cwd`, interned. */
  cwdText(texts: TextTable): Text {
    if (this.#cwdText.string !== this.cwd) this.#cwdText = texts.internString(this.cwd);
    return this.#cwdText;
  }

  get argList(): readonly ByteString[] {
    return this.args === '' ? [] : this.args.split('\0');
  }

  /** The arguments joined by blanks. Made once per exec: rules on execs read it several times. */
  get argsText(): ByteString {
    if (this.args !== this.#joinedArgs) {
      this.#joinedArgs = this.args;
      this.#argsText = this.args.replaceAll('\0', ' ');
      this.#cmdlineComm = undefined;
    }
    return this.#argsText;
  }

  /** comm and the arguments joined by blanks: `proc.cmdline`. Made once per exec. */
  get cmdline(): ByteString {
    const args = this.argsText;
    if (this.comm !== this.#cmdlineComm) {
      this.#cmdlineComm = this.comm;
      this.#cmdline = this.args === '' ? this.comm : `${this.comm} ${args}`;
    }
    return this.#cmdline;
  }

  get envList(): readonly ByteString[] {
    return this.env === '' ? [] : this.env.split('\0');
  }

  get cgroupList(): readonly ByteString[] {
    return this.cgroups === '' ? [] : this.cgroups.split('\0');
  }
}
