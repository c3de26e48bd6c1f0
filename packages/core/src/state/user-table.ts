/**
 * Users and groups by container id ("" for the host) and number. Bounded; what does not fit is
 * counted.
 */

import type { ByteString } from '../base/host.ts';
import type { GroupEntry, UserEntry } from '../events/snapshot.ts';

/**
 * Most users and groups together. Large directories have some 100,000; a host knows those that it
 * has seen.
 */
export const ACCOUNTS_MAX = 262_144;

/** Falco knows root of the host by heart; what it does not know of a user reads like this. */
const UNKNOWN = '<NA>';
const HOST = '';
const ROOT: UserEntry = { uid: 0, gid: 0, name: 'root', home: '/root', shell: UNKNOWN };
const ROOT_GROUP: GroupEntry = { gid: 0, name: 'root' };

export class UserTable {
  readonly #users = new Map<ByteString, Map<number, UserEntry>>();
  readonly #groups = new Map<ByteString, Map<number, GroupEntry>>();
  readonly #limit: number;
  #size = 0;
  /** Users and groups that were not added because the table was full. */
  dropsFull = 0;

  constructor(limit: number = ACCOUNTS_MAX) {
    this.#limit = limit;
    this.addUser(HOST, ROOT);
    this.addGroup(HOST, ROOT_GROUP);
  }

  get size(): number {
    return this.#size;
  }

  user(containerId: ByteString, uid: number): UserEntry | undefined {
    return this.#users.get(containerId)?.get(uid);
  }

  group(containerId: ByteString, gid: number): GroupEntry | undefined {
    return this.#groups.get(containerId)?.get(gid);
  }

  /** With the id of the container that each belongs to. */
  users(): Iterable<[containerId: ByteString, entry: UserEntry]> {
    return entriesOf(this.#users);
  }

  groups(): Iterable<[containerId: ByteString, entry: GroupEntry]> {
    return entriesOf(this.#groups);
  }

  /** Adds or replaces. Compat entries of name services (`+name`, `-name`) are no users. */
  addUser(containerId: ByteString, entry: UserEntry): void {
    if (!isCompatEntry(entry.name)) this.#add(this.#users, containerId, entry.uid, entry);
  }

  addGroup(containerId: ByteString, entry: GroupEntry): void {
    if (!isCompatEntry(entry.name)) this.#add(this.#groups, containerId, entry.gid, entry);
  }

  deleteUser(containerId: ByteString, uid: number): void {
    this.#delete(this.#users, containerId, uid);
  }

  deleteGroup(containerId: ByteString, gid: number): void {
    this.#delete(this.#groups, containerId, gid);
  }

  /** After the container is gone. */
  deleteContainer(containerId: ByteString): void {
    this.#size -= this.#users.get(containerId)?.size ?? 0;
    this.#size -= this.#groups.get(containerId)?.size ?? 0;
    this.#users.delete(containerId);
    this.#groups.delete(containerId);
  }

  #add<Entry>(
    table: Map<ByteString, Map<number, Entry>>,
    containerId: ByteString,
    id: number,
    entry: Entry,
  ): void {
    const known = table.get(containerId);
    if (known?.has(id) !== true) {
      if (this.#size >= this.#limit) {
        this.dropsFull++;
        return;
      }
      this.#size++;
    }
    if (known === undefined) table.set(containerId, new Map([[id, entry]]));
    else known.set(id, entry);
  }

  #delete<Entry>(
    table: Map<ByteString, Map<number, Entry>>,
    containerId: ByteString,
    id: number,
  ): void {
    const known = table.get(containerId);
    if (known?.delete(id) !== true) return;
    this.#size--;
    if (known.size === 0) table.delete(containerId);
  }
}

function* entriesOf<Entry>(
  table: ReadonlyMap<ByteString, ReadonlyMap<number, Entry>>,
): Generator<[ByteString, Entry]> {
  for (const [containerId, entries] of table) {
    for (const entry of entries.values()) yield [containerId, entry];
  }
}

function isCompatEntry(name: ByteString): boolean {
  return name.startsWith('+') || name.startsWith('-');
}
