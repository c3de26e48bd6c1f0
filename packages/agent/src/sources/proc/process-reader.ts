/**
 * Threads as /proc/<pid> tells of them. A process is read through its directory, held open: the
 * answers are of one process, or missing, whoever gets its id meanwhile.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import type { Int64 } from '@saker/core/base/int64.ts';
import { PPM_CL_CLONE_FILES, PPM_CL_CLONE_THREAD } from '@saker/core/events/constants.gen.ts';
import type { ThreadEntry } from '@saker/core/events/snapshot.ts';
import { UNSET_ID } from '@saker/core/state/thread-info.ts';
import type { CgroupLists } from './cgroup-list.ts';
import { type Executable, type ExecutableReader, mapHolds, mayWrite } from './executable.ts';
import type { LinuxFiles } from './linux-files.ts';
import { isNested, type PidNamespaces } from './pid-namespaces.ts';
import { type PidStat, parsePidStat } from './pid-stat.ts';
import { type PidStatus, parsePidStatus } from './pid-status.ts';

/** Of lists, as events and captures cut them: SCAP_MAX_ARGS_SIZE, SCAP_MAX_ENV_SIZE. */
const LIST_BYTES_MAX = 4096;

export interface OpenProcess {
  /** /proc/<pid>, open. */
  readonly directory: number;
  /**
   * The same, or the directory of another thread: a main thread that has ended keeps its ids, and
   * nothing of what it shared with those that go on.
   */
  readonly living: number;
  readonly livingTid: number;
  readonly stat: PidStat;
  readonly status: PidStatus;
}

/** What all threads of a process have in common. */
export interface SharedFacts {
  readonly exe: ByteString;
  readonly exepath: ByteString;
  readonly args: ByteString;
  readonly env: ByteString;
  readonly cwd: ByteString;
  readonly root: ByteString;
  readonly fdLimit: Int64;
  readonly loginuid: number;
  readonly executable: Executable | undefined;
  /** Text that names it; "" for that of /proc itself. */
  readonly pidNamespace: ByteString;
}

export interface ProcessReaderParts {
  readonly files: LinuxFiles;
  readonly cgroups: CgroupLists;
  readonly executables: ExecutableReader;
  readonly pidNamespaces: PidNamespaces;
  /** Nanoseconds since the epoch. */
  readonly bootTime: Int64;
}

export class ProcessReader {
  readonly #files: LinuxFiles;
  readonly #parts: ProcessReaderParts;

  constructor(parts: ProcessReaderParts) {
    this.#files = parts.files;
    this.#parts = parts;
  }

  /**
   * `name` of a process or thread in an open /proc. Undefined when there is none, when it is one of
   * the kernel, and when it has ended. To be given to `close`.
   */
  open(proc: number, name: string): OpenProcess | undefined {
    const directory = this.#files.openDirectory(proc, name);
    if (directory < 0) return undefined;
    const process = this.#opened(directory);
    if (process === undefined) this.#files.close(directory);
    return process;
  }

  #opened(directory: number): OpenProcess | undefined {
    const stat = this.stat(directory);
    if (stat === undefined || stat.isKernelThread) return undefined;
    const status = this.status(directory);
    if (status === undefined) return undefined;
    const opened = { directory, stat, status };
    if (!stat.isZombie) return { ...opened, living: directory, livingTid: stat.tid };
    const thread = this.#livingThread(directory, stat);
    return thread && { ...opened, ...thread };
  }

  /** Another thread, once the one of the directory has ended. */
  #livingThread(
    directory: number,
    { threadCount }: PidStat,
  ): { readonly living: number; readonly livingTid: number } | undefined {
    const tids = threadCount > 1 ? this.#files.numbers(directory, 'task') : undefined;
    for (const livingTid of tids ?? []) {
      const name = `task/${livingTid}`;
      if (this.stat(directory, `${name}/`)?.isZombie !== false) continue;
      const living = this.#files.openDirectory(directory, name);
      if (living >= 0) return { living, livingTid };
    }
    return undefined;
  }

  /**
   * The `living` directory of what was opened before, to be closed by the caller. Undefined when it
   * has ended, also if there is another one of its name now.
   */
  openAgain(proc: number, name: string, startTicks: number): number | undefined {
    const directory = this.#files.openDirectory(proc, name);
    if (directory < 0) return undefined;
    const stat = this.stat(directory);
    const isSame = stat?.startTicks === startTicks;
    if (isSame && !stat.isZombie) return directory;
    const thread = isSame ? this.#livingThread(directory, stat) : undefined;
    this.#files.close(directory);
    return thread?.living;
  }

  close({ directory, living }: OpenProcess): void {
    this.#files.close(directory);
    if (living !== directory) this.#files.close(living);
  }

  /** `prefix`: "", or `task/<tid>/`. */
  stat(directory: number, prefix = ''): PidStat | undefined {
    const line = this.#files.text(directory, `${prefix}stat`);
    return line === undefined ? undefined : parsePidStat(line);
  }

  status(directory: number, prefix = ''): PidStatus | undefined {
    const text = this.#files.text(directory, `${prefix}status`);
    return text === undefined ? undefined : parsePidStatus(text);
  }

  /** Ids of the threads beside the main one. */
  otherThreads({ directory, stat, status }: OpenProcess): number[] {
    if (stat.threadCount <= 1) return [];
    const tids = this.#files.numbers(directory, 'task') ?? [];
    return tids.filter((tid) => tid !== status.pid);
  }

  /** Undefined when it ended meanwhile. */
  shared(process: OpenProcess): SharedFacts | undefined {
    const { living } = process;
    const cmdline = this.#list(living, 'cmdline');
    const exepath = this.#files.link(living, 'exe');
    if (cmdline === '' && exepath === undefined) return undefined;
    const end = cmdline.indexOf('\0');
    return {
      exe: end < 0 ? cmdline : cmdline.slice(0, end),
      exepath: exepath ?? '',
      args: end < 0 ? '' : cmdline.slice(end + 1),
      env: this.#list(living, 'environ'),
      cwd: this.#files.link(living, 'cwd') ?? '',
      root: this.#files.link(living, 'root') ?? '',
      fdLimit: this.#fdLimit(living),
      loginuid: this.#loginuid(living),
      executable: this.#parts.executables.read(living, exepath ?? ''),
      pidNamespace: this.pidNamespace(process),
    };
  }

  /** Text that names it, "" for that of /proc itself. Its first process is noted as such. */
  pidNamespace({ living, stat, status }: OpenProcess): ByteString {
    if (!isNested(status)) return '';
    const name = this.#files.link(living, 'ns/pid') ?? '';
    this.#parts.pidNamespaces.learn(name, stat, status);
    return name;
  }

  /** NUL-separated, without the final NUL. */
  #list(directory: number, name: string): ByteString {
    const text = this.#files.text(directory, name, LIST_BYTES_MAX) ?? '';
    return text.endsWith('\0') ? text.slice(0, -1) : text;
  }

  #fdLimit(directory: number): Int64 {
    const text = this.#files.text(directory, 'limits') ?? '';
    const soft = /^Max open files +(\d+)/m.exec(text)?.[1];
    // RLIM_INFINITY and unknown alike.
    return soft === undefined ? -1 : Number(soft);
  }

  #loginuid(directory: number): number {
    // Kernels without auditing have no such file.
    const text = this.#files.text(directory, 'loginuid') ?? '';
    return /^\d+$/.test(text) ? Number(text) >>> 0 : UNSET_ID;
  }

  mainThread({ living, stat, status }: OpenProcess, shared: SharedFacts): ThreadEntry {
    return {
      ...this.#entry(living, '', { tid: stat.tid, stat, status, shared }),
      env: shared.env,
      cwd: shared.cwd,
      flags: 0,
    };
  }

  /** One of `otherThreads`; undefined when it ended meanwhile. */
  thread(process: OpenProcess, tid: number, shared: SharedFacts): FoundThread | undefined {
    const { directory } = process;
    const prefix = `task/${tid}/`;
    const stat = this.stat(directory, prefix);
    const status = stat === undefined ? undefined : this.status(directory, prefix);
    if (stat === undefined || stat.isZombie || status === undefined) return undefined;
    const entry = this.#entry(directory, prefix, { tid, stat, status, shared });
    return { entry, startTicks: stat.startTicks };
  }

  /** One that was opened by its own name. */
  openedThread({ directory, stat, status }: OpenProcess, shared: SharedFacts): ThreadEntry {
    return this.#entry(directory, '', { tid: stat.tid, stat, status, shared });
  }

  #entry(directory: number, prefix: string, facts: ThreadFacts): ThreadEntry {
    const { tid, stat, status, shared } = facts;
    const { executable } = shared;
    const isMapped = (): boolean => this.#ownsIds(directory, prefix, executable);
    return {
      ...ids(tid, stat, status),
      comm: stat.comm,
      exe: shared.exe,
      exepath: shared.exepath,
      args: shared.args,
      env: '',
      cgroups: this.#parts.cgroups.list(this.#files.text(directory, `${prefix}cgroup`) ?? ''),
      cwd: '',
      root: shared.root,
      fdLimit: shared.fdLimit,
      flags: PPM_CL_CLONE_THREAD | PPM_CL_CLONE_FILES,
      loginuid: shared.loginuid,
      vmSizeKb: status.vmSizeKb,
      vmRssKb: status.vmRssKb,
      vmSwapKb: status.vmSwapKb,
      pageFaultsMajor: stat.pageFaultsMajor,
      pageFaultsMinor: stat.pageFaultsMinor,
      pidnsInitStart: this.pidnsStart(shared.pidNamespace) ?? 0,
      tty: stat.tty,
      exeWritable: executable !== undefined && mayWrite(executable, status, isMapped),
      exeUpperLayer: executable?.isUpperLayer === true,
      exeLowerLayer: executable?.isLowerLayer === true,
      exeFromMemfd: shared.exepath.startsWith('/memfd:'),
      capInheritable: status.capInheritable,
      capPermitted: status.capPermitted,
      capEffective: status.capEffective,
      exeIno: executable?.ino ?? 0,
      exeInoCtime: executable?.ctime ?? 0,
      exeInoMtime: executable?.mtime ?? 0,
    };
  }

  /** Undefined while the first process of the namespace was not seen. */
  pidnsStart(pidNamespace: ByteString): Int64 | undefined {
    if (pidNamespace === '') return this.#parts.bootTime;
    return this.#parts.pidNamespaces.start(pidNamespace);
  }

  #ownsIds(directory: number, prefix: string, executable: Executable | undefined): boolean {
    if (executable === undefined) return false;
    const users = this.#files.text(directory, `${prefix}uid_map`) ?? '';
    const groups = this.#files.text(directory, `${prefix}gid_map`) ?? '';
    return mapHolds(users, executable.uid) && mapHolds(groups, executable.gid);
  }
}

export interface FoundThread {
  readonly entry: ThreadEntry;
  readonly startTicks: number;
}

interface ThreadFacts {
  readonly tid: number;
  readonly stat: PidStat;
  readonly status: PidStatus;
  readonly shared: SharedFacts;
}

type Ids = Pick<
  ThreadEntry,
  'tid' | 'pid' | 'ptid' | 'sid' | 'pgid' | 'vtid' | 'vpid' | 'vpgid' | 'uid' | 'gid'
>;

/** As the thread itself sees its ids: the last of the lists, whose first are those of /proc. */
function ids(tid: number, stat: PidStat, status: PidStatus): Ids {
  return {
    tid,
    pid: status.pid,
    ptid: status.ppid,
    sid: stat.sid,
    pgid: stat.pgid,
    vtid: status.nsTids.at(-1) ?? tid,
    vpid: status.nsPids.at(-1) ?? status.pid,
    vpgid: status.nsPgids.at(-1) ?? stat.pgid,
    uid: status.uid,
    gid: status.gid,
  };
}
