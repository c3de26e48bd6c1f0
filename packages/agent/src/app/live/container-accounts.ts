/**
 * Users and groups of containers: read from the root of one of their processes, once there is one
 * that has a root of its own, and told to state as events, which captures carry too.
 */

import { encodeEvent } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import type { ProcTree } from '../../sources/proc/proc-tree.ts';

export interface ContainerAccountsParts {
  readonly state: SystemState;
  readonly tree: Pick<ProcTree, 'readContainerAccounts'>;
  readonly onRecord: (record: Uint8Array<ArrayBuffer>) => void;
}

/** Containers that are looked for at the same time. */
const PENDING_MAX = 1024;
/** A runtime needs a moment until a container's first process has its root. */
const LOOK_EVERY_MS = 50;
/** By then it has one, or never will. */
const GIVE_UP_MS = 10_000;
const NS_PER_MS = 1_000_000n;

export class ContainerAccounts {
  readonly #parts: ContainerAccountsParts;
  /** When each was first seen, by id. */
  readonly #pending = new Map<string, number>();
  /** Containers that are done with; bounded by being forgotten all at once. */
  readonly #done = new Set<string>();
  #lookedMs = 0;

  constructor(parts: ContainerAccountsParts) {
    this.#parts = parts;
  }

  /** A thread of the container was seen. */
  expect(id: string, nowMs: number): void {
    if (this.#done.has(id) || this.#pending.has(id) || this.#pending.size >= PENDING_MAX) return;
    this.#pending.set(id, nowMs);
  }

  /** The container is gone: one of the same id would be another. */
  forget(id: string): void {
    this.#done.delete(id);
    this.#pending.delete(id);
  }

  tick(nowMs: number): void {
    if (this.#pending.size === 0 || nowMs - this.#lookedMs < LOOK_EVERY_MS) return;
    this.#lookedMs = nowMs;
    // The first main thread that answers, of each container.
    for (const { containerId, pid, tid } of this.#parts.state.threads.values()) {
      if (pid === tid && this.#pending.has(containerId)) this.#read(containerId, pid);
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
