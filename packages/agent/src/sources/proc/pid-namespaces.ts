/**
 * When the first process of a pid namespace was started, which is the age of a container. Learnt
 * from the first processes themselves; Falco asks the /proc that is mounted in the container, which
 * is the container's own to arrange.
 */

import type { ByteString } from '@saker/core/base/host.ts';
import { type Int64, normalise64 } from '@saker/core/base/int64.ts';
import { type PidStat, startNs } from './pid-stat.ts';
import type { PidStatus } from './pid-status.ts';

/** Of containers that came and went; a node has some hundred at a time. */
const NAMESPACES_MAX = 8192;

export class PidNamespaces {
  readonly #bootTime: bigint;
  readonly #starts = new Map<ByteString, Int64>();

  constructor(bootTime: Int64) {
    this.#bootTime = BigInt(bootTime);
  }

  /** To be called for every process of a namespace below that of /proc. */
  learn(namespace: ByteString, stat: PidStat, status: PidStatus): void {
    if (status.nsPids.at(-1) !== 1 || namespace === '') return;
    if (this.#starts.size >= NAMESPACES_MAX) this.#starts.clear();
    this.#starts.set(namespace, normalise64(this.#bootTime + BigInt(startNs(stat))));
  }

  /** Nanoseconds since the epoch; undefined when its first process was not seen. */
  start(namespace: ByteString): Int64 | undefined {
    return this.#starts.get(namespace);
  }
}

/** Whether the process has ids of a pid namespace below that of /proc. */
export function isNested(status: PidStatus): boolean {
  return status.nsPids.length > 1;
}
