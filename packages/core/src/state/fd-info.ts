/** One open file descriptor. Hot: one is made for every successful open. */

import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import type { Text } from '../base/text-table.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import { tupleText } from './tuple.ts';

export const Role = { NONE: 0, CLIENT: 1, SERVER: 2 } as const;
export type Role = (typeof Role)[keyof typeof Role];

export class FdInfo {
  type: FdType;
  /** Path, pipe name, unix path...; for ip sockets unused: their name comes from the tuple. */
  #path: Text;
  /** The path as the call gave it, with runs of "/" made one; empty for what no open call made. */
  rawPath: Text;
  /** PPM_O_*. */
  openFlags = 0;
  dev = 0;
  ino: Int64 = 0;
  l4proto: L4 = L4.NA;
  role: Role = Role.NONE;
  closeOnExec = false;
  /** Came with a fork, not by a call of this process. */
  cloned = false;
  connected = false;
  /** IP sockets: 4 or 16 chars in network order, "" while unknown. A listening socket has its address in source*. */
  sourceAddress: ByteString = '';
  destinationAddress: ByteString = '';
  sourcePort = 0;
  destinationPort = 0;
  /** Unix sockets: kernel addresses of the ends. */
  unixSource: Int64 = 0;
  unixDestination: Int64 = 0;
  /** The socket's name as last printed; undefined after a change of the tuple. */
  #tupleName: ByteString | undefined = undefined;
  /** What `name` was when an event last looked this descriptor up: for fd.name_changed. */
  lookedUpName: ByteString | undefined = undefined;

  constructor(type: FdType, path: Text) {
    this.type = type;
    this.#path = path;
    this.rawPath = path;
  }

  get isIpSocket(): boolean {
    return this.type >= FdType.IPV4_SOCK && this.type <= FdType.IPV6_SERVSOCK;
  }

  /** The interned name of what is no ip socket; undefined for ip sockets. */
  get path(): Text | undefined {
    return this.isIpSocket ? undefined : this.#path;
  }

  setPath(path: Text): void {
    this.#path = path;
  }

  /** `fd.name`. */
  get name(): ByteString {
    if (!this.isIpSocket) return this.#path.string;
    if (this.#tupleName === undefined) this.#tupleName = tupleText(this);
    return this.#tupleName;
  }

  /** To be called after any change of type, addresses, ports, role or l4proto of an ip socket. */
  tupleChanged(): void {
    this.#tupleName = undefined;
  }

  /** A copy for another table: dup, fork. */
  copy(): FdInfo {
    const copy = new FdInfo(this.type, this.#path);
    copy.rawPath = this.rawPath;
    copy.openFlags = this.openFlags;
    copy.dev = this.dev;
    copy.ino = this.ino;
    copy.l4proto = this.l4proto;
    copy.role = this.role;
    copy.closeOnExec = this.closeOnExec;
    copy.cloned = this.cloned;
    copy.connected = this.connected;
    copy.sourceAddress = this.sourceAddress;
    copy.destinationAddress = this.destinationAddress;
    copy.sourcePort = this.sourcePort;
    copy.destinationPort = this.destinationPort;
    copy.unixSource = this.unixSource;
    copy.unixDestination = this.unixDestination;
    copy.#tupleName = this.#tupleName;
    copy.lookedUpName = this.lookedUpName;
    return copy;
  }
}
