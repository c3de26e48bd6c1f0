/**
 * Users and groups: those of the host, and those of a container by the files in its own root. These
 * are whatever somebody in the container made of them, so they are neither waited for nor followed
 * out of it.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import type { GroupEntry, UserEntry } from '@saker/core/events/snapshot.ts';
import { type LinuxFiles, NO_DIRECTORY } from './linux-files.ts';
import { parseMount } from './mount-table.ts';

export interface Accounts {
  readonly users: readonly UserEntry[];
  readonly groups: readonly GroupEntry[];
}

/** Directories of large organisations have some 100,000, seldom in files. */
const HOST_ACCOUNTS_MAX = 200_000;
/** Images bring some 20; nobody shall fill the table of all containers. */
export const CONTAINER_ACCOUNTS_MAX = 2048;
const CONTAINER_BYTES_MAX = 1 << 20;
const ID_MAX = 0xffff_ffff;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;

/** File systems whose answers come from somebody who may never answer. */
const remote = /^(?:fuse|nfs|cifs|smb|9p|ceph|afs|autofs|virtiofs)/;
/** What lies on the way to the files. */
const onTheWay: ReadonlySet<ByteString> = new Set(['/', '/etc', '/etc/passwd', '/etc/group']);

/** `root` is the path before /etc. What cannot be read has no accounts. */
export function readHostAccounts(files: LinuxFiles, root: ByteString): Accounts {
  return {
    users: readUsers(files, `${root}/etc/passwd`, HOST_ACCOUNTS_MAX),
    groups: readGroups(files, `${root}/etc/group`, HOST_ACCOUNTS_MAX),
  };
}

/**
 * Of the root of a process, given by its open directory. Undefined when it may not be looked at:
 * where a file system in the way belongs to somebody.
 */
export function readContainerAccounts(files: LinuxFiles, process: number): Accounts | undefined {
  if (hasRemoteMount(files, process)) return undefined;
  const root = files.openDirectory(process, 'root');
  if (root < 0) return undefined;
  const users = withFileBelow(files, { root, path: '/etc/passwd' }, (path) =>
    readUsers(files, path, CONTAINER_ACCOUNTS_MAX),
  );
  const groups = withFileBelow(files, { root, path: '/etc/group' }, (path) =>
    readGroups(files, path, CONTAINER_ACCOUNTS_MAX),
  );
  files.close(root);
  if (users === undefined && groups === undefined) return undefined;
  return { users: users ?? [], groups: groups ?? [] };
}

/** Of mounts on the same place the last one counts, but none must be of others. */
function hasRemoteMount(files: LinuxFiles, process: number): boolean {
  let isRemote = false;
  files.eachLine(process, 'mountinfo', (line) => {
    const mount = parseMount(line);
    if (mount === undefined || !onTheWay.has(mount.point)) return true;
    isRemote ||= remote.test(mount.fsType);
    return !isRemote;
  });
  return isRemote;
}

/** Calls `read` with a path by which the regular file can be opened; undefined for others. */
function withFileBelow<Entry>(
  files: LinuxFiles,
  { root, path }: { readonly root: number; readonly path: string },
  read: (path: string) => Entry[],
): Entry[] | undefined {
  const found = files.findBelow(root, path);
  if (found < 0) return undefined;
  const facts = files.stat(found, '');
  const isUsable =
    facts !== undefined &&
    (facts.mode & S_IFMT) === S_IFREG &&
    BigInt(facts.size) <= CONTAINER_BYTES_MAX;
  const entries = isUsable ? read(`/proc/self/fd/${found}`) : undefined;
  files.close(found);
  return entries;
}

/**
 * Of users with the same number the first one counts, as for getpwuid(3): a second root would
 * otherwise give its name to the first.
 */
function readUsers(files: LinuxFiles, path: ByteString, limit: number): UserEntry[] {
  const users = new Map<number, UserEntry>();
  files.eachLine(NO_DIRECTORY, path, (line) => {
    const user = parseUser(line);
    if (user !== undefined && !users.has(user.uid)) users.set(user.uid, user);
    return users.size < limit;
  });
  return [...users.values()];
}

function readGroups(files: LinuxFiles, path: ByteString, limit: number): GroupEntry[] {
  const groups = new Map<number, GroupEntry>();
  files.eachLine(NO_DIRECTORY, path, (line) => {
    const group = parseGroup(line);
    if (group !== undefined && !groups.has(group.gid)) groups.set(group.gid, group);
    return groups.size < limit;
  });
  return [...groups.values()];
}

/** `name:password:uid:gid:comment:home:shell`; undefined for comments and broken lines. */
export function parseUser(line: ByteString): UserEntry | undefined {
  const [name = '', , uid, gid, , home, shell] = line.split(':');
  const number = idOf(uid);
  const group = idOf(gid);
  if (name === '' || name.startsWith('#') || number === undefined || group === undefined) {
    return undefined;
  }
  return { uid: number, gid: group, name, home: home ?? '', shell: shell ?? '' };
}

/** `name:password:gid:members`. */
export function parseGroup(line: ByteString): GroupEntry | undefined {
  const [name = '', , gid] = line.split(':');
  const number = idOf(gid);
  if (name === '' || name.startsWith('#') || number === undefined) return undefined;
  return { gid: number, name };
}

function idOf(text: ByteString | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= ID_MAX ? id : undefined;
}
