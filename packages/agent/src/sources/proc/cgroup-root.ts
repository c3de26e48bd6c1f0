/**
 * Where in the host's unified hierarchy of control groups this process's own cgroup namespace
 * begins. A container has one, and sees the groups of everybody else relative to it; events have
 * them as the host does. Nothing in /proc says what the way up is called, but a group is a
 * directory: the same one has the same inode in the container's mount and in the host's.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import type { Int64 } from '@saker/core/base/int64.ts';
import { type LinuxFiles, NO_DIRECTORY } from './linux-files.ts';
import { type Mount, parseMount } from './mount-table.ts';

const CGROUP2 = 'cgroup2';
/** Groups that are looked through: a node with 500 pods has some 5000. */
const GROUPS_MAX = 50_000;

/**
 * "" when it is the host's own, or cannot be found. `proc` is the host's /proc, `procPath` leads
 * there.
 */
export function unifiedRoot(files: LinuxFiles, proc: number, procPath: ByteString): ByteString {
  const own = files.link(proc, 'self/ns/cgroup');
  const init = files.link(proc, '1/ns/cgroup');
  if (own === undefined || init === undefined || own === init) return '';
  // What is mounted as a whole, as this process sees it, begins where its namespace does.
  const ownPoint = mountPoint(files, { proc, name: 'self' }, ({ root }) => root === '/');
  const hostPoint = mountPoint(files, { proc, name: '1' }, () => true);
  if (ownPoint === undefined || hostPoint === undefined) return '';
  const ino = files.stat(NO_DIRECTORY, ownPoint)?.ino;
  return ino === undefined ? '' : findGroup(files, `${procPath}/1/root${hostPoint}`, ino);
}

function mountPoint(
  files: LinuxFiles,
  process: { readonly proc: number; readonly name: string },
  isWanted: (mount: Mount) => boolean,
): ByteString | undefined {
  let point: ByteString | undefined;
  files.eachLine(process.proc, `${process.name}/mountinfo`, (line) => {
    const mount = parseMount(line);
    if (mount?.fsType === CGROUP2 && isWanted(mount)) point = mount.point;
    return point === undefined;
  });
  return point;
}

/** The path below `top` of the directory with the inode, nearest first; "" for none. */
export function findGroup(files: LinuxFiles, top: ByteString, ino: Int64): ByteString {
  const waiting: ByteString[] = [''];
  for (let at = 0; at < waiting.length && at < GROUPS_MAX; at++) {
    const path = waiting[at] ?? '';
    for (const group of files.subdirectories(NO_DIRECTORY, `${top}${path}`)) {
      const below = `${path}/${group.name}`;
      if (group.ino === ino) return below;
      waiting.push(below);
    }
  }
  return '';
}
