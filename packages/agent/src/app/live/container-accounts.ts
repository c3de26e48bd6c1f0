/**
 * Users and groups of containers: read from the root of one of their processes, once there is one
 * that has a root of its own, and told to state as events, which captures carry too.
 */

import { encodeEvent } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import type { ProcTree } from '../../sources/proc/proc-tree.ts';
import { TimeBudget } from '../../sources/proc/time-budget.ts';

export interface ContainerAccountsParts {
  readonly state: SystemState;
  readonly tree: Pick<ProcTree, 'readContainerAccounts'>;
  readonly onRecord: (record: Uint8Array<ArrayBuffer>) => void;
}

/** Containers that are looked for at the same time. */
const PENDING_MAX = 1024;
/** A runtime needs a moment until a container's first process has its root; few need longer. */
const LOOK_EVERY_MS = 50;
const MOMENT_MS = 1000;
const LOOK_LATER_EVERY_MS = 1000;
/** By then it has one, or never will. */
const GIVE_UP_MS = 10_000;
/**
 * Processes of a container that are asked at one look, oldest first: its first one, and some more
 * in case that one keeps the host's root. A container may have thousands.
 */
const PROCESSES_MAX = 4;
/** Events wait meanwhile: a fiftieth of a core, and no more than 50 ms in a row. */
const MS_PER_SECOND = 20;
const BURST_MS = 50;
const NS_PER_MS = 1_000_000n;

export class ContainerAccounts {
  /** Containers that found no room among those that are looked for; a later process tries again. */
  dropped = 0;
  readonly #parts: ContainerAccountsParts;
  /** When each was first seen, by id. */
  readonly #pending = new Map<string, number>();
  /** Containers that are done with; bounded by being forgotten all at once. */
  readonly #done = new Set<string>();
  readonly #budget: TimeBudget;
  readonly #now: () => number;
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** When the last container was first seen. */
  #newestMs = Number.NEGATIVE_INFINITY;

  /** `now`: the clock of all times here, which never goes back. */
  constructor(parts: ContainerAccountsParts, now: () => number = () => performance.now()) {
    this.#parts = parts;
    this.#now = now;
    this.#budget = new TimeBudget(MS_PER_SECOND, BURST_MS, now());
  }

  /** A thread of the container was seen. */
  expect(id: string, nowMs: number): void {
    if (this.#done.has(id) || this.#pending.has(id)) return;
    if (this.#pending.size >= PENDING_MAX) {
      this.dropped++;
      return;
    }
    this.#pending.set(id, nowMs);
    this.#newestMs = nowMs;
  }

  /** The container is gone: one of the same id would be another. */
  forget(id: string): void {
    this.#done.delete(id);
    this.#pending.delete(id);
  }

  /** `tick` is to be called soon. */
  isLooking(nowMs: number): boolean {
    return this.#pending.size > 0 && nowMs - this.#newestMs < MOMENT_MS;
  }

  tick(nowMs: number): void {
    if (this.#pending.size === 0) return;
    const everyMs = this.isLooking(nowMs) ? LOOK_EVERY_MS : LOOK_LATER_EVERY_MS;
    if (nowMs - this.#lookedMs < everyMs) return;
    this.#lookedMs = nowMs;
    const asked = new Map<string, number>();
    for (const { containerId, pid, tid } of this.#parts.state.threads.values()) {
      if (pid !== tid || !this.#pending.has(containerId)) continue;
      const count = asked.get(containerId) ?? 0;
      if (count >= PROCESSES_MAX) continue;
      const startMs = this.#now();
      if (!this.#budget.isLeft(startMs)) break;
      asked.set(containerId, count + 1);
      this.#read(containerId, pid);
      this.#budget.spend(this.#now() - startMs);
    }
    for (const [id, sinceMs] of this.#pending) {
      if (nowMs - sinceMs > GIVE_UP_MS) this.#finish(id);
    }
  }

  #read(containerId: string, pid: number): void {
    const accounts = this.#parts.tree.readContainerAccounts(pid);
    if (accounts === undefined) return;
    this.#finish(containerId);
    const header = { time: BigInt(Date.now()) * NS_PER_MS, tid: -1 };
    const { PPME_USER_ADDED_E, PPME_GROUP_ADDED_E } = PPME;
    for (const { uid, gid, name, home, shell } of accounts.users) {
      const params = [uid, gid, name, home, shell, containerId];
      this.#parts.onRecord(encodeEvent(PPME_USER_ADDED_E, header, params));
    }
    for (const { gid, name } of accounts.groups) {
      this.#parts.onRecord(encodeEvent(PPME_GROUP_ADDED_E, header, [gid, name, containerId]));
    }
  }

  #finish(id: string): void {
    this.#pending.delete(id);
    if (this.#done.size >= PENDING_MAX) this.#done.clear();
    this.#done.add(id);
  }
}
