/**
 * /proc/<pid>/cgroup as events have it: `subsystem=path`, NUL-separated. Lines are
 * `hierarchy:subsystems:path`; that of the unified hierarchy names none. Events then name five,
 * each with the thread's one group, so the same five are named here.
 */

import type { ByteString } from '@saker/core/base/host.ts';

const unifiedSubsystems: readonly ByteString[] = ['cpuset', 'cpu', 'cpuacct', 'io', 'memory'];
/** The name that the first version has for `io`. */
const BLKIO = 'blkio';
/** Groups whose lists are remembered: threads of a container have the same. */
const MEMO_MAX = 4096;

export class CgroupLists {
  readonly #memo = new Map<ByteString, ByteString>();
  readonly #unifiedRoot: ByteString;

  /** See `unifiedRoot` in cgroup-root.ts. */
  constructor(unifiedRoot: ByteString) {
    this.#unifiedRoot = unifiedRoot;
  }

  list(text: ByteString): ByteString {
    let list = this.#memo.get(text);
    if (list === undefined) {
      if (this.#memo.size >= MEMO_MAX) this.#memo.clear();
      list = this.#make(text);
      this.#memo.set(text, list);
    }
    return list;
  }

  #make(text: ByteString): ByteString {
    const items = new Map<ByteString, ByteString>();
    let unified: ByteString | undefined;
    for (const line of text.split('\n')) {
      const [, hierarchy, subsystems, path] = /^(\d+):([^:]*):([^]*)$/.exec(line) ?? [];
      if (subsystems === undefined || path === undefined) continue;
      if (hierarchy === '0' && subsystems === '') unified = absolutePath(this.#unifiedRoot, path);
      else if (subsystems !== '') {
        for (const subsystem of subsystems.split(',')) items.set(subsystem, path);
      }
    }
    if (unified !== undefined) addUnified(items, unified);
    return Array.from(items, ([subsystem, path]) => `${subsystem}=${path}`).join('\0');
  }
}

/** Subsystems that have a hierarchy of their own are not in the unified one. */
function addUnified(items: Map<ByteString, ByteString>, path: ByteString): void {
  for (const subsystem of unifiedSubsystems) {
    if (!items.has(subsystem === 'io' ? BLKIO : subsystem)) items.set(subsystem, path);
  }
}

/**
 * A path as it is seen from inside a cgroup namespace, `/../other`, as the host sees it. `root` is
 * the path of the namespace, "" when it is not known: then what is common to both is missing.
 */
export function absolutePath(root: ByteString, path: ByteString): ByteString {
  let above = root;
  let below = path;
  while (below === '/..' || below.startsWith('/../')) {
    above = above.slice(0, Math.max(above.lastIndexOf('/'), 0));
    below = below.slice(3);
  }
  if (below === '/' && above !== '') below = '';
  return `${above}${below}` || '/';
}
