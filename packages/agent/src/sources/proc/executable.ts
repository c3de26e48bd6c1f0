/**
 * The file that a process runs: which one it is, on what layer of a container's root it lies, and
 * whether the process could write to it. As the sensor's exec events tell, so that it makes no
 * difference whether a process was there before the sensor.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import type { Int64 } from '@saker/core/base/int64.ts';
import { type FileFacts, type LinuxFiles, NO_DIRECTORY } from './linux-files.ts';
import type { Mount, MountTable } from './mount-table.ts';
import type { PidStatus } from './pid-status.ts';

/** What stays the same for all threads of the process. */
export interface Executable {
  readonly ino: Int64;
  readonly ctime: Int64;
  readonly mtime: Int64;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Nobody can write to it: its file system is read-only, or it is marked. */
  readonly isImmutable: boolean;
  readonly isUpperLayer: boolean;
  readonly isLowerLayer: boolean;
}

const DELETED = ' (deleted)';
const OVERLAY = 'overlay';
const S_IWOTH = 0o002;
const S_IWGRP = 0o020;
/** Of include/uapi/linux/capability.h, as bits. */
const CAP_DAC_OVERRIDE = 1n << 1n;
const CAP_FOWNER = 1n << 3n;
/** What an id is that has no meaning in the user namespace of who asks. */
const NOBODY = 0xffff_ffff;

export class ExecutableReader {
  readonly #files: LinuxFiles;
  readonly #mounts: MountTable;
  /** Where the host's own root is seen, to find the layers of containers. */
  readonly #initRoot: ByteString;

  constructor(files: LinuxFiles, mounts: MountTable, initRoot: ByteString) {
    this.#files = files;
    this.#mounts = mounts;
    this.#initRoot = initRoot;
  }

  /** `path` is where its link points. Undefined when the process has no executable. */
  read(process: number, path: ByteString): Executable | undefined {
    const facts = this.#files.stat(process, 'exe');
    if (facts === undefined) return undefined;
    const { ino, ctime, mtime, mode, uid, gid, isImmutable } = facts;
    const mount = this.#mountOf(process, facts);
    const layer = mount?.fsType === OVERLAY ? this.#layer(mount, path) : undefined;
    return {
      ino,
      ctime,
      mtime,
      mode,
      uid,
      gid,
      isImmutable: isImmutable || mount?.isReadOnly === true,
      isUpperLayer: layer === 'upper',
      isLowerLayer: layer === 'lower',
    };
  }

  #mountOf(process: number, facts: FileFacts): Mount | undefined {
    const { mountId } = facts;
    return mountId === undefined ? undefined : this.#mounts.mount(mountId, process);
  }

  /**
   * What was changed or made in a container lies in the upper directory of its overlay. Undefined
   * when that cannot be seen from here. A file that is gone was on the lower layer if it needs
   * something in the upper one to hide it; then again it may have been on both.
   */
  #layer(mount: Mount, path: ByteString): 'upper' | 'lower' | undefined {
    const { upperDirectory } = mount;
    if (upperDirectory === undefined) return 'lower';
    // Relative to where somebody mounted it from.
    if (!upperDirectory.startsWith('/')) return undefined;
    const upper = this.#files.openDirectory(NO_DIRECTORY, this.#initRoot + upperDirectory);
    if (upper < 0) return undefined;
    const isDeleted = path.endsWith(DELETED);
    const inMount = belowMount(mount, isDeleted ? path.slice(0, -DELETED.length) : path);
    const found = this.#files.findBelow(upper, inMount);
    if (found >= 0) this.#files.close(found);
    this.#files.close(upper);
    if (isDeleted) return found < 0 ? 'upper' : undefined;
    return found < 0 ? 'lower' : 'upper';
  }
}

/** From the root of the file system, not of the mount. */
function belowMount(mount: Mount, path: ByteString): ByteString {
  const below = path.startsWith(mount.point) ? path.slice(mount.point.length) : path;
  return `${mount.root}/${below}`;
}

/**
 * Whether a thread could write to its executable, judged as the kernel does without access control
 * lists. The owner counts as able: nobody keeps it from changing the mode. `isMapped` says whether
 * the thread's user namespace has ids of its own for the file's owner; it is asked last.
 */
export function mayWrite(
  { mode, uid, gid, isImmutable }: Executable,
  { fsuid, fsgid, groups, capEffective }: PidStatus,
  isMapped: () => boolean,
): boolean {
  if (isImmutable || uid === NOBODY || gid === NOBODY) return false;
  if (uid === fsuid) return true;
  const isInGroup = gid === fsgid || groups.includes(gid);
  if ((mode & (isInGroup ? S_IWGRP : S_IWOTH)) !== 0) return true;
  const overrides = (BigInt(capEffective) & (CAP_DAC_OVERRIDE | CAP_FOWNER)) !== 0n;
  return overrides && isMapped();
}

/**
 * Whether /proc/<pid>/uid_map or gid_map, lines of `inside outside count`, has an id for one of the
 * host.
 */
export function mapHolds(map: ByteString, id: number): boolean {
  return map.split('\n').some((line) => {
    const [, outside = Number.NaN, count = 0] = line.trim().split(/\s+/).map(Number);
    return id >= outside && id - outside < count;
  });
}
