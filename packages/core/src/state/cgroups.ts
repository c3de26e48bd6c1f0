/**
 * Control groups of threads and the container that they stand for. Every fork and exec brings the
 * whole list anew and nearly always one seen before, so what was made of it is remembered by its
 * bytes.
 */

import type { ByteString } from '../base/host.ts';
import { type ContainerEngine, type ContainerMatch, matchCgroup } from './container-engines.ts';
import { type ContainerInfo, unknownContainer } from './container-info.ts';

export interface Cgroups {
  /** `subsystem=path`, NUL-separated; "" for none. */
  readonly text: ByteString;
  /** "" on the host. */
  readonly containerId: ByteString;
  /**
   * What the cgroups alone say of the container, for engines without a service that could be asked
   * for more.
   */
  readonly container: ContainerInfo | undefined;
}

export interface ContainerOptions {
  /** Engines that take part; default all. */
  readonly engines?: readonly ContainerEngine[];
  /** Everything runs in this one container; no engine is asked. */
  readonly staticContainer?: ContainerInfo;
  /**
   * A control group stands for a container. Called again for one that was told before: often when
   * it has several groups, rarely otherwise.
   */
  readonly onMatch?: (match: ContainerMatch, cgroup: ByteString) => void;
}

export const NO_CGROUPS: Cgroups = { text: '', containerId: '', container: undefined };

/** Lists that are remembered: a busy node has some thousand of them. */
const MEMO_MAX = 4096;

/** What the kernel calls its controllers, and what Falco calls them. */
const renamed: ReadonlyMap<ByteString, ByteString> = new Map([
  ['perf', 'perf_event'],
  ['mem', 'memory'],
  ['io', 'blkio'],
]);

/** Engines whose containers are known by their cgroup only. */
const serviceless: ReadonlySet<ContainerEngine> = new Set(['lxc', 'libvirt-lxc', 'bpm']);

export class CgroupReader {
  readonly #memo = new Map<ByteString, Cgroups | undefined>();
  readonly #isEnabled: (engine: ContainerEngine) => boolean;
  readonly #static: ContainerInfo | undefined;
  readonly #onMatch: ContainerOptions['onMatch'];

  constructor(options: ContainerOptions = {}) {
    const { engines } = options;
    this.#onMatch = options.onMatch;
    this.#isEnabled = (engine) => engines === undefined || engines.includes(engine);
    this.#static = options.staticContainer;
  }

  /**
   * `list` as events hold it, without the final NUL. Undefined when an item is not `name=path`: the
   * list is then ignored.
   */
  read(list: ByteString): Cgroups | undefined {
    const known = this.#memo.get(list);
    if (known !== undefined || this.#memo.has(list)) return known;
    if (this.#memo.size >= MEMO_MAX) this.#memo.clear();
    const cgroups = this.#parse(list);
    this.#memo.set(list, cgroups);
    return cgroups;
  }

  #parse(list: ByteString): Cgroups | undefined {
    if (list === '') return NO_CGROUPS;
    const items: ByteString[] = [];
    const paths: ByteString[] = [];
    for (const item of list.split('\0')) {
      const equals = item.indexOf('=');
      if (equals < 0) return undefined;
      const path = item.slice(equals + 1);
      items.push(`${subsystemName(item.slice(0, equals))}=${path}`);
      paths.push(path);
    }
    return { text: items.join('\0'), ...this.#containerOf(paths) };
  }

  #containerOf(paths: readonly ByteString[]): Omit<Cgroups, 'text'> {
    const isInside = paths.some((path) => path !== '');
    if (this.#static !== undefined && isInside) {
      return { containerId: this.#static.id, container: this.#static };
    }
    for (const path of paths) {
      const match = path === '' ? undefined : matchCgroup(path, this.#isEnabled);
      if (match === undefined) continue;
      this.#onMatch?.(match, path);
      return { containerId: match.id, container: metadataOf(match) };
    }
    return { containerId: '', container: undefined };
  }
}

function subsystemName(kernelName: ByteString): ByteString {
  const name = kernelName.replace('_cgroup', '');
  return renamed.get(name) ?? name;
}

function metadataOf({ engine, id }: ContainerMatch): ContainerInfo | undefined {
  return serviceless.has(engine) ? { ...unknownContainer, id, type: engine } : undefined;
}
