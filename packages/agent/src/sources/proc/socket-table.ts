/**
 * Sockets of one network namespace by inode, from the lists in /proc/<pid>/net. A list is read when
 * a socket is asked for that those before it do not have: most processes have only the first.
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

interface SocketList {
  readonly file: string;
  readonly parse: (line: ByteString) => SocketEntry | undefined;
}

const ip = (file: string, l4proto: L4): SocketList => ({
  file,
  parse: (line) => parseIpSocket(line, l4proto),
});

const lists: readonly SocketList[] = [
  { file: 'net/unix', parse: parseUnixSocket },
  ip('net/tcp', L4.TCP),
  ip('net/tcp6', L4.TCP),
  ip('net/udp', L4.UDP),
  ip('net/udp6', L4.UDP),
  { file: 'net/netlink', parse: parseNetlinkSocket },
  ip('net/raw', L4.RAW),
  ip('net/raw6', L4.RAW),
  ip('net/icmp', L4.ICMP),
  ip('net/icmp6', L4.ICMP),
];

export class SocketTable {
  readonly #files: LinuxFiles;
  readonly #sockets = new Map<number, SocketEntry>();
  readonly #limit: number;
  #listsRead = 0;
  /** Sockets that were left out because the table was full. */
  dropsFull = 0;

  constructor(files: LinuxFiles, limit: number = SOCKETS_MAX) {
    this.#files = files;
    this.#limit = limit;
  }

  /**
   * `process`: the open directory of one in the namespace. Undefined for sockets that are in no
   * list: of other families, not bound and not connected, or younger than the list.
   */
  socket(ino: number, process: number): SocketEntry | undefined {
    for (;;) {
      const found = this.#sockets.get(ino);
      if (found !== undefined) return found;
      const list = lists[this.#listsRead];
      if (list === undefined) return undefined;
      this.#listsRead++;
      this.#read(list, process);
    }
  }

  #read({ file, parse }: SocketList, process: number): void {
    this.#files.eachLine(process, file, (line) => {
      const socket = parse(line);
      if (socket !== undefined) this.#add(Number(socket.ino), socket);
      return true;
    });
  }

  /**
   * An inode that comes twice is a forgery: somebody bound a unix socket to a path with a line feed
   * and a whole line behind it. Neither path is believed then.
   */
  #add(ino: number, socket: SocketEntry): void {
    if (ino === 0) return;
    const known = this.#sockets.get(ino);
    if (known !== undefined) this.#sockets.set(ino, { ...known, name: '' });
    else if (this.#sockets.size < this.#limit) this.#sockets.set(ino, socket);
    else this.dropsFull++;
  }
}
