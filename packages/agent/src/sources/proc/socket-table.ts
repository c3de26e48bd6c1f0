/**
 * Sockets of one network namespace by inode, from the lists in /proc/<pid>/net. A list is read when
 * a socket needs it: to make that of TCP, the kernel looks through the connections of the whole
 * machine, which takes milliseconds, and there are as many namespaces as containers.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import { L4 } from '@saker/core/events/fd-type.ts';
import type { LinuxFiles } from './linux-files.ts';
import {
  parseIpSocket,
  parseNetlinkSocket,
  parseUnixSocket,
  type SocketEntry,
} from './socket-lines.ts';

/**
 * A busy proxy has some 100,000 connections. More cost more memory than the names of the sockets
 * are worth.
 */
export const SOCKETS_MAX = 500_000;
/** Lines of IPv6 sockets have up to 190 bytes. */
const IP_LINE_BYTES_MAX = 256;

/**
 * Sockets whose protocol is asked for, 3 us each, to save lists. When it was more, so many sockets
 * are in the namespace that all lists are read.
 */
const PROTOCOLS_ASKED_MAX = 1000;

interface SocketList {
  readonly file: string;
  readonly parse: (line: ByteString) => SocketEntry | undefined;
  readonly lineBytesMax?: number;
}

const ip = (file: string, l4proto: L4): SocketList => ({
  file,
  parse: (line) => parseIpSocket(line, l4proto),
  lineBytesMax: IP_LINE_BYTES_MAX,
});

const unix: SocketList = { file: 'net/unix', parse: parseUnixSocket };

/** By the names of `struct proto` in the kernel. */
const lists: ReadonlyMap<string, SocketList> = new Map([
  ['TCP', ip('net/tcp', L4.TCP)],
  ['TCPv6', ip('net/tcp6', L4.TCP)],
  ['UDP', ip('net/udp', L4.UDP)],
  ['UDPv6', ip('net/udp6', L4.UDP)],
  ['RAW', ip('net/raw', L4.RAW)],
  ['RAWv6', ip('net/raw6', L4.RAW)],
  ['PING', ip('net/icmp', L4.ICMP)],
  ['PINGv6', ip('net/icmp6', L4.ICMP)],
  ['NETLINK', { file: 'net/netlink', parse: parseNetlinkSocket }],
  ['UNIX', unix],
  ['UNIX-STREAM', unix],
]);

export class SocketTable {
  readonly #files: LinuxFiles;
  readonly #limit: number;
  readonly #read = new Set<SocketList>();
  /** Sockets of lists whose lines nobody can forge. */
  readonly #sockets = new Map<number, SocketEntry>();
  /**
   * Whoever binds a unix socket to a path with a line feed writes the line behind it: what this
   * list says is believed of unix sockets only.
   */
  readonly #unix = new Map<number, SocketEntry>();
  #asked = 0;
  /** Sockets that were left out because the table was full. */
  dropsFull = 0;

  constructor(files: LinuxFiles, limit: number = SOCKETS_MAX) {
    this.#files = files;
    this.#limit = limit;
  }

  /**
   * `process` is the open directory of one in the namespace, `path` leads to the descriptor.
   * Undefined for sockets that are in no list: of other families, neither bound nor connected, or
   * younger than the list.
   */
  socket(ino: number, process: number, path: string): SocketEntry | undefined {
    const known = this.#sockets.get(ino);
    if (known !== undefined) return known;
    const protocol = this.#protocol(path);
    if (protocol === undefined) return this.#inAny(ino, process);
    const list = lists.get(protocol);
    if (list === undefined) return undefined;
    this.#readList(list, process);
    return list === unix ? this.#unix.get(ino) : this.#sockets.get(ino);
  }

  /** Undefined where the kernel does not say, and after many questions. */
  #protocol(path: string): string | undefined {
    if (this.#asked >= PROTOCOLS_ASKED_MAX) return undefined;
    this.#asked++;
    return this.#files.socketProtocol(path);
  }

  #inAny(ino: number, process: number): SocketEntry | undefined {
    for (const list of lists.values()) this.#readList(list, process);
    return this.#sockets.get(ino) ?? this.#unix.get(ino);
  }

  #readList(list: SocketList, process: number): void {
    if (this.#read.has(list)) return;
    this.#read.add(list);
    const sockets = list === unix ? this.#unix : this.#sockets;
    const onLine = (line: ByteString): boolean => {
      const socket = list.parse(line);
      if (socket !== undefined) this.#add(sockets, socket);
      return true;
    };
    this.#files.eachLine(process, list.file, onLine, list.lineBytesMax);
  }

  /** An inode that comes with two paths was forged once: neither is believed. */
  #add(sockets: Map<number, SocketEntry>, socket: SocketEntry): void {
    const ino = Number(socket.ino);
    const known = sockets.get(ino);
    if (ino === 0 || known?.name === socket.name) return;
    if (known !== undefined) sockets.set(ino, { ...socket, name: '' });
    else if (this.#sockets.size + this.#unix.size < this.#limit) sockets.set(ino, socket);
    else this.dropsFull++;
  }
}
