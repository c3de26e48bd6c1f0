/** The descriptors of processes, as Falco's own scan tells of them. */

import type { ByteString } from '@saker/core/base/host.ts';
import { FdType } from '@saker/core/events/fd-type.ts';
import type { FdEntry } from '@saker/core/events/snapshot.ts';
import { kindOfLink, kindOfMode, pipeInode, socketInode } from './descriptor-kinds.ts';
import type { FileFacts, LinuxFiles } from './linux-files.ts';
import { deviceNumber, type MountTable } from './mount-table.ts';
import { openFlagsToScap } from './open-flags.ts';
import { SocketTable } from './socket-table.ts';

/** Position, flags, mount and inode; what follows is of no interest. */
const FDINFO_BYTES_MAX = 512;
/** Network namespaces whose sockets are kept: containers of a host. */
const NAMESPACES_MAX = 1024;

/** An open directory of a process or thread, and the one of its descriptors. */
export interface OpenDescriptors {
  /** /proc/<pid>, or /proc/<pid>/task/<tid>. */
  readonly process: number;
  /** Its `fd`. */
  readonly fds: number;
  /** Text that names its network namespace. */
  readonly netNamespace: ByteString;
}

export interface FdReading {
  readonly fdsMax: number;
  /** Whether the time for it is over: what follows is left out. Default: it never is. */
  readonly isOver?: () => boolean;
  readonly onFd: (entry: FdEntry) => void;
}

export interface FdCount {
  readonly read: number;
  readonly leftOut: number;
}

/** Between two looks at the clock: a third of a millisecond. */
const FDS_PER_CLOCK = 64;

export class DescriptorReader {
  readonly #files: LinuxFiles;
  readonly #mounts: MountTable;
  readonly #sockets = new Map<ByteString, SocketTable>();
  /** Sockets that no list had. */
  socketsUnknown = 0;
  #socketsLeftOut = 0;

  constructor(files: LinuxFiles, mounts: MountTable) {
    this.#files = files;
    this.#mounts = mounts;
  }

  /** Undefined when the process is gone, or may not be looked at. To be given to `close`. */
  open(process: number): OpenDescriptors | undefined {
    const fds = this.#files.openDirectory(process, 'fd');
    if (fds < 0) return undefined;
    const netNamespace = this.#files.link(process, 'ns/net') ?? '';
    return { process, fds, netNamespace };
  }

  close(open: OpenDescriptors): void {
    this.#files.close(open.fds);
  }

  /** All that a process has open, given by its open directory. */
  readAll(process: number, { fdsMax, isOver, onFd }: FdReading): FdCount {
    const open = this.open(process);
    if (open === undefined) return { read: 0, leftOut: 0 };
    const numbers = this.#files.numbers(open.fds, '') ?? [];
    let read = 0;
    let looked = 0;
    for (const fd of numbers) {
      if (looked >= fdsMax || (looked % FDS_PER_CLOCK === 0 && isOver?.() === true)) break;
      looked++;
      const entry = this.read(open, fd);
      if (entry === undefined) continue;
      read++;
      onFd(entry);
    }
    this.close(open);
    return { read, leftOut: numbers.length - looked };
  }

  /** Undefined when it was closed meanwhile, and for sockets of which nothing is known. */
  read(open: OpenDescriptors, fd: number): FdEntry | undefined {
    const name = String(fd);
    const link = this.#files.link(open.fds, name);
    if (link === undefined) return undefined;
    const pipe = pipeInode(link);
    if (pipe !== undefined) return { fd, ino: pipe, type: FdType.FIFO, name: link };
    const socket = socketInode(link);
    if (socket !== undefined) return this.#socket(open, fd, socket);
    const facts = this.#files.stat(open.fds, name);
    if (facts === undefined) return undefined;
    const { ino } = facts;
    const type = kindOfLink(link) ?? kindOfMode(facts.mode);
    if (type === FdType.FILE_V2) return this.#file(open, facts, { fd, ino, type, name: link });
    const isNamed = type === FdType.DIRECTORY || type === FdType.FIFO || type === FdType.MEMFD;
    return { fd, ino, type, name: isNamed ? link : '' };
  }

  #socket(open: OpenDescriptors, fd: number, ino: number): FdEntry | undefined {
    const path = `/proc/self/fd/${open.fds}/${fd}`;
    const socket = this.#table(open.netNamespace).socket(ino, open.process, path);
    if (socket !== undefined) return { fd, ...socket };
    this.socketsUnknown++;
    return undefined;
  }

  #table(netNamespace: ByteString): SocketTable {
    let table = this.#sockets.get(netNamespace);
    if (table === undefined) {
      if (this.#sockets.size >= NAMESPACES_MAX) this.forget();
      table = new SocketTable(this.#files);
      this.#sockets.set(netNamespace, table);
    }
    return table;
  }

  #file(open: OpenDescriptors, facts: FileFacts, entry: FdEntry): FdEntry {
    const dev = this.#device(open.process, facts);
    const text = this.#files.text(open.process, `fdinfo/${entry.fd}`, FDINFO_BYTES_MAX) ?? '';
    const flags = /^flags:\t(\d+)$/m.exec(text)?.[1];
    const openFlags = flags === undefined ? 0 : openFlagsToScap(Number.parseInt(flags, 8));
    return { ...entry, openFlags, dev };
  }

  /**
   * The file system's device, which events have too. `stat` tells the same but for file systems
   * without a disk of their own: overlay, btrfs and the like give each part a device.
   */
  #device(process: number, facts: FileFacts): number {
    const { mountId, deviceMajor, deviceMinor } = facts;
    const mount =
      deviceMajor === 0 && mountId !== undefined ? this.#mounts.mount(mountId, process) : undefined;
    return mount?.device ?? deviceNumber(deviceMajor, deviceMinor);
  }

  /** What was learnt of sockets grows old at once. */
  forget(): void {
    this.#socketsLeftOut = this.socketsLeftOut;
    this.#sockets.clear();
  }

  /** Sockets of lists that are too long to be kept. */
  get socketsLeftOut(): number {
    let sum = this.#socketsLeftOut;
    for (const table of this.#sockets.values()) sum += table.dropsFull;
    return sum;
  }
}
