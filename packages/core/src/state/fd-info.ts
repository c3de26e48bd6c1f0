/**
 * Hot: one is made for every successful open. One open file descriptor. Benchmark: state in bench/.
 */

import type { ByteString } from '../base/host.ts';
import type { Int64 } from '../base/int64.ts';
import { NO_SLOT, Text } from '../base/text-table.ts';
import { FdType, isIpSocket, L4 } from '../events/fd-type.ts';
import { tupleText } from './tuple.ts';

export const Role = { NONE: 0, CLIENT: 1, SERVER: 2 } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** The name of what has none, and the raw path of what no open call made. */
export const NO_NAME: Text = new Text('', 0, 0, NO_SLOT);

export class FdInfo {
  type: FdType;
  /** The name where it is an interned text; undefined where it is `#name`. */
  #path: Text | undefined;
  /** The name otherwise. Undefined: that of the tuple, which nobody has asked for yet. */
  #name: ByteString | undefined = undefined;
  /** The path as the call gave it, with runs of "/" made one; empty for what no open call made. */
  rawPath: Text;
  /**
   * The path that the kernel found, where it is another one than `path`: through links, magic links
   * of /proc, or a directory that was entered through one. Only live sources tell it.
   */
  realPath: Text | undefined = undefined;
  /** PPM_O_*, with PPM_FD_UPPER_LAYER and PPM_FD_LOWER_LAYER for files of an overlay. */
  openFlags = 0;
  dev = 0;
  ino: Int64 = 0;
  /** What the call said; fields show it only once the role is known. */
  l4proto: L4 = L4.NA;
  role: Role = Role.NONE;
  closeOnExec = false;
  /**
   * In the tables of several processes since a fork, or under several numbers since a dup: to be
   * changed only through `FdTable.own`, which gives the number a copy. Stays set when the others
   * are gone.
   */
  isShared = false;
  connected = false;
  /**
   * IP sockets: 4 or 16 chars in network order, "" while unknown. A listening socket has its
   * address in source*.
   */
  sourceAddress: ByteString = '';
  destinationAddress: ByteString = '';
  sourcePort = 0;
  destinationPort = 0;
  /**
   * Unix sockets: kernel addresses of source and destination, 8 bytes each as PT_SOCKTUPLE holds
   * them; "" while unknown.
   */
  unixEnds: ByteString = '';

  constructor(type: FdType, path: Text = NO_NAME, rawPath: Text = NO_NAME) {
    this.type = type;
    this.#path = path;
    this.rawPath = rawPath;
  }

  /**
   * Becomes what the constructor makes. Programs get the same few numbers again and again, and an
   * entry that nobody shares need not be made anew for each file.
   */
  renew(type: FdType, path: Text, rawPath: Text): void {
    this.type = type;
    this.#path = path;
    this.#name = undefined;
    this.rawPath = rawPath;
    this.realPath = undefined;
    this.openFlags = 0;
    this.dev = 0;
    this.ino = 0;
    this.l4proto = L4.NA;
    this.role = Role.NONE;
    this.closeOnExec = false;
    this.isShared = false;
    this.connected = false;
    this.sourceAddress = '';
    this.destinationAddress = '';
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.unixEnds = '';
  }

  get isIpSocket(): boolean {
    return isIpSocket(this.type);
  }

  /** The name as an interned text; undefined where it is made of a tuple or address. */
  get path(): Text | undefined {
    return this.#path;
  }

  setPath(path: Text): void {
    this.#path = path;
  }

  /** The kernel's path becomes the name, and the name the other path. Twice: as before. */
  swapNames(): void {
    const path = this.#path;
    this.#path = this.realPath;
    this.realPath = path;
  }

  /** `fd.name`. */
  get name(): ByteString {
    if (this.#path !== undefined) return this.#path.string;
    if (this.#name === undefined) this.#name = tupleText(this);
    return this.#name;
  }

  setName(name: ByteString): void {
    this.#path = undefined;
    this.#name = name;
  }

  get isNamed(): boolean {
    return this.#path === undefined ? this.#name !== '' : this.#path.string !== '';
  }

  /**
   * The name is that of the ip tuple from now on. To be called after any change of the type, the
   * tuple or l4proto.
   */
  tupleChanged(): void {
    this.#path = undefined;
    this.#name = undefined;
  }

  /** Client and server change places in the tuple. */
  swapEnds(): void {
    const { sourceAddress, sourcePort } = this;
    this.sourceAddress = this.destinationAddress;
    this.sourcePort = this.destinationPort;
    this.destinationAddress = sourceAddress;
    this.destinationPort = sourcePort;
  }

  /** Itself, for another number or table: see `isShared`. */
  shared(): this {
    this.isShared = true;
    return this;
  }

  /** A copy for another number or table. */
  copy(): FdInfo {
    const copy = new FdInfo(this.type, NO_NAME, this.rawPath);
    copy.#path = this.#path;
    copy.#name = this.#name;
    copy.realPath = this.realPath;
    copy.openFlags = this.openFlags;
    copy.dev = this.dev;
    copy.ino = this.ino;
    copy.l4proto = this.l4proto;
    copy.role = this.role;
    copy.closeOnExec = this.closeOnExec;
    copy.connected = this.connected;
    copy.sourceAddress = this.sourceAddress;
    copy.destinationAddress = this.destinationAddress;
    copy.sourcePort = this.sourcePort;
    copy.destinationPort = this.destinationPort;
    copy.unixEnds = this.unixEnds;
    return copy;
  }

  get isListening(): boolean {
    return this.type === FdType.IPV4_SERVSOCK || this.type === FdType.IPV6_SERVSOCK;
  }
}
