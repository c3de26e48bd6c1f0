/**
 * The host's /proc, held open, and what is remembered between two looks at it. Whoever scans it and
 * whoever asks about single threads share one, on one thread: all reads go through one buffer.
 */

import { getSystemErrorMessage, getSystemErrorName } from 'node:util';
import { fromText } from '@saker/core/base/byte-string.ts';
import type { ByteString } from '@saker/core/base/host.ts';
import type { Int64 } from '@saker/core/base/int64.ts';
import type { MachineInfo } from '@saker/core/events/snapshot.ts';
import { type Accounts, readContainerAccounts, readHostAccounts } from './accounts.ts';
import { CgroupLists } from './cgroup-list.ts';
import { unifiedRoot } from './cgroup-root.ts';
import { DescriptorReader } from './descriptor-reader.ts';
import { ExecutableReader } from './executable.ts';
import { FAILED, LinuxFiles, NO_DIRECTORY } from './linux-files.ts';
import { readMachine } from './machine.ts';
import { MountTable } from './mount-table.ts';
import { PidNamespaces } from './pid-namespaces.ts';
import { parsePidStatus } from './pid-status.ts';
import { ProcError } from './proc-error.ts';
import { ProcessReader } from './process-reader.ts';

export interface ProcOptions {
  /**
   * The variable HOST_ROOT: where a container sees the host's files, so that its processes are in
   * <hostRoot>/proc. "" or absent: this is the host.
   */
  readonly hostRoot?: string | undefined;
  /** What the machine is called, as text: FALCO_HOSTNAME, or the system's name. */
  readonly hostname: string;
}

export class ProcTree {
  readonly files: LinuxFiles = new LinuxFiles();
  /** <hostRoot>/proc, open. */
  readonly proc: number;
  readonly machine: MachineInfo;
  readonly mounts: MountTable;
  readonly descriptors: DescriptorReader;
  readonly processes: ProcessReader;
  /** Ids in this /proc are those that this process would use itself. */
  readonly isOwnPidNamespace: boolean;
  readonly #hostRoot: ByteString;

  /** ProcError when there is no such /proc. */
  constructor({ hostRoot = '', hostname }: ProcOptions) {
    this.#hostRoot = fromText(hostRoot);
    const { files } = this;
    const path = `${this.#hostRoot}/proc`;
    this.proc = files.openDirectory(NO_DIRECTORY, path);
    if (this.proc < 0) throw cannotRead(`${hostRoot}/proc`, hostRoot, files.errno());
    this.machine = readMachine(files, this.proc, fromText(hostname));
    if (this.machine.bootTime === 0) {
      const errno = files.read(this.proc, 'stat', 1) === FAILED ? files.errno() : 0;
      this.close();
      throw cannotRead(`${hostRoot}/proc/stat`, hostRoot, errno);
    }
    this.mounts = new MountTable(files);
    this.descriptors = new DescriptorReader(files, this.mounts);
    const initRoot = hostRoot === '' ? '' : `${path}/1/root`;
    this.processes = new ProcessReader({
      files,
      cgroups: new CgroupLists(unifiedRoot(files, this.proc, path)),
      executables: new ExecutableReader(files, this.mounts, initRoot),
      pidNamespaces: new PidNamespaces(this.bootTime),
      bootTime: this.bootTime,
    });
    this.isOwnPidNamespace = this.#isOwnPidNamespace();
  }

  /** When the machine was started: nanoseconds since the epoch, of whole seconds, as Falco's. */
  get bootTime(): Int64 {
    return this.machine.bootTime;
  }

  #isOwnPidNamespace(): boolean {
    const own = parsePidStatus(this.files.text(this.proc, 'self/status') ?? '');
    return own?.nsPids.length === 1 && own.pid === process.pid;
  }

  readHostAccounts(): Accounts {
    return readHostAccounts(this.files, this.#hostRoot);
  }

  /**
   * The users and groups of the container that a process is in, by its own root; undefined when it
   * has none of its own (a runtime that prepares a container still has the host's), and when they
   * cannot be read without waiting for somebody.
   */
  readContainerAccounts(pid: number): Accounts | undefined {
    const process = this.files.openDirectory(this.proc, String(pid));
    if (process < 0) return undefined;
    const accounts = this.#hasOwnRoot(process)
      ? readContainerAccounts(this.files, process)
      : undefined;
    this.files.close(process);
    return accounts;
  }

  #hasOwnRoot(process: number): boolean {
    const hostRoot = this.#hostRoot === '' ? '/' : `${this.#hostRoot}/proc/1/root`;
    const host = this.#identity(NO_DIRECTORY, hostRoot);
    const own = this.#identity(process, 'root');
    return host !== undefined && own !== undefined && host !== own;
  }

  #identity(directory: number, name: ByteString): string | undefined {
    const facts = this.files.stat(directory, name);
    return facts && `${facts.deviceMajor}:${facts.deviceMinor}:${facts.ino}`;
  }

  close(): void {
    this.files.close(this.proc);
  }
}

function cannotRead(path: string, hostRoot: string, errno: number): ProcError {
  const reason = errno === 0 ? 'it does not say when the machine was started' : reasonOf(errno);
  const hint =
    hostRoot === ''
      ? 'Mount a proc file system there.'
      : `HOST_ROOT is "${hostRoot}": it must be the directory where the host's root is mounted.`;
  return new ProcError(`Could not read the host's processes from ${path}: ${reason}.`, hint);
}

function reasonOf(errno: number): string {
  return `${getSystemErrorMessage(-errno)} (${getSystemErrorName(-errno)})`;
}
