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

/** What a list was read as. */
interface ReadList {
  /** Undefined: it was no list. */
  readonly cgroups: Cgroups | undefined;
  readonly match: ContainerMatch | undefined;
  /** The path that matched. */
  readonly path: ByteString;
}

export interface ContainerOptions {
  /** Engines that take part; default all. */
  readonly engines?: readonly ContainerEngine[];
  /** Everything runs in this one container; no engine is asked. */
  readonly staticContainer?: ContainerInfo;
  /**
   * A control group stands for a container. Called for every list that says so, which each fork and
   * exec brings: it must be cheap for a container that was told before.
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
  readonly #memo = new Map<ByteString, ReadList>();
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
    let known = this.#memo.get(list);
    if (known === undefined) {
      if (this.#memo.size >= MEMO_MAX) this.#memo.clear();
      known = this.#parse(list);
      this.#memo.set(list, known);
    }
    if (known.match !== undefined) this.#onMatch?.(known.match, known.path);
    return known.cgroups;
  }

  #parse(list: ByteString): ReadList {
    if (list === '') return { cgroups: NO_CGROUPS, match: undefined, path: '' };
    const items: ByteString[] = [];
    const paths: ByteString[] = [];
    for (const item of list.split('\0')) {
      const equals = item.indexOf('=');
      if (equals < 0) return { cgroups: undefined, match: undefined, path: '' };
      const path = item.slice(equals + 1);
      items.push(`${subsystemName(item.slice(0, equals))}=${path}`);
      paths.push(path);
    }
    return this.#containerOf(items.join('\0'), paths);
  }

  #containerOf(text: ByteString, paths: readonly ByteString[]): ReadList {
    const none = { match: undefined, path: '' };
    const isInside = paths.some((path) => path !== '');
    if (this.#static !== undefined && isInside) {
      const { id } = this.#static;
      return { cgroups: { text, containerId: id, container: this.#static }, ...none };
    }
    for (const path of paths) {
      const match = path === '' ? undefined : matchCgroup(path, this.#isEnabled);
      if (match === undefined) continue;
      const cgroups = { text, containerId: match.id, container: metadataOf(match) };
      return { cgroups, match, path };
    }
    return { cgroups: { text, containerId: '', container: undefined }, ...none };
  }
}

function subsystemName(kernelName: ByteString): ByteString {
  const name = kernelName.replace('_cgroup', '');
  return renamed.get(name) ?? name;
}

function metadataOf({ engine, id }: ContainerMatch): ContainerInfo | undefined {
  return serviceless.has(engine) ? { ...unknownContainer, id, type: engine } : undefined;
}
