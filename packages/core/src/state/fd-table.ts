/** Hot: looked up by most events. The descriptors of one process. Benchmark: state in bench/. */

import type { FdInfo } from './fd-info.ts';

/** Descriptors below this number live in an array, others in a map. */
const DENSE_FDS = 1024;

/**
 * Most descriptors kept of one process. Falco keeps 4096 and is blind on a busy proxy; a process
 * that has more than this is a forged one, or one whose connections nobody tells apart by
 * descriptor.
 */
export const FDS_MAX = 16_384;

/**
 * Most descriptors kept in all tables together: some 250 MB when they all are distinct. Those that
 * forks share count in each table, since each may come to need its own: without this limit threads
 * times descriptors would bound memory, which is to say nothing would.
 */
export const FDS_TOTAL_MAX = 1_000_000;

/** How many descriptors all tables of one state hold, got so far, and had no place for. */
export class FdBudget {
  used = 0;
  added = 0;
  dropped = 0;
  readonly max: number;

  constructor(max: number = FDS_TOTAL_MAX) {
    this.max = max;
  }
}

export class FdTable {
  readonly #budget: FdBudget;
  #dense: (FdInfo | undefined)[] = [];
  #sparse: Map<number, FdInfo> | undefined = undefined;
  #size = 0;

  /** Tables without a common budget are bounded each for itself. */
  constructor(budget: FdBudget = new FdBudget()) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#size;
  }

  get(fd: number): FdInfo | undefined {
    if (fd >= 0 && fd < DENSE_FDS) return fd < this.#dense.length ? this.#dense[fd] : undefined;
    return this.#sparse?.get(fd);
  }

  /** As `get`, to be changed: what a fork or dup shared becomes an entry of this number alone. */
  own(fd: number): FdInfo | undefined {
    const entry = this.get(fd);
    if (entry?.isShared !== true) return entry;
    const copy = entry.copy();
    this.set(fd, copy);
    return copy;
  }

  /** Adds or replaces. False, and counted, when there is no room for one more. */
  set(fd: number, entry: FdInfo): boolean {
    if (fd >= 0 && fd < DENSE_FDS) {
      const dense = this.#dense;
      const isNew = fd >= dense.length || dense[fd] === undefined;
      if (isNew && !this.#grow()) return false;
      while (dense.length <= fd) dense.push(undefined);
      dense[fd] = entry;
      return true;
    }
    this.#sparse ??= new Map();
    if (!this.#sparse.has(fd) && !this.#grow()) return false;
    this.#sparse.set(fd, entry);
    return true;
  }

  #grow(): boolean {
    const budget = this.#budget;
    if (this.#size >= FDS_MAX || budget.used >= budget.max) {
      budget.dropped++;
      return false;
    }
    this.#size++;
    budget.used++;
    budget.added++;
    return true;
  }

  delete(fd: number): void {
    if (fd >= 0 && fd < DENSE_FDS) {
      if (fd >= this.#dense.length || this.#dense[fd] === undefined) return;
      this.#dense[fd] = undefined;
    } else if (this.#sparse?.delete(fd) !== true) {
      return;
    }
    this.#size--;
    this.#budget.used--;
  }

  clear(): void {
    this.#budget.used -= this.#size;
    this.#size = 0;
    this.#dense = [];
    this.#sparse = undefined;
  }

  /** Deletes the entries for which `drops` says so. */
  deleteWhere(drops: (entry: FdInfo, fd: number) => boolean): void {
    const dense = this.#dense;
    for (let fd = 0; fd < dense.length; fd++) {
      const entry = dense[fd];
      if (entry !== undefined && drops(entry, fd)) this.delete(fd);
    }
    for (const [fd, entry] of this.#sparse ?? []) if (drops(entry, fd)) this.delete(fd);
  }

  /** Ascending by number for descriptors below 1024, then in order of insertion. */
  *entries(): Generator<[fd: number, entry: FdInfo]> {
    for (let fd = 0; fd < this.#dense.length; fd++) {
      const entry = this.#dense[fd];
      if (entry !== undefined) yield [fd, entry];
    }
    if (this.#sparse !== undefined) yield* this.#sparse;
  }

  /**
   * A table for a forked process with the same entries, shared until one of both changes; none when
   * there is no room for all. Few of them ever are changed, and most programs that are forked close
   * them at once.
   */
  fork(): FdTable {
    const fork = new FdTable(this.#budget);
    if (this.#size > this.#budget.max - this.#budget.used) {
      this.#budget.dropped += this.#size;
      return fork;
    }
    const dense = this.#dense;
    for (let fd = 0; fd < dense.length; fd++) {
      dense[fd]?.shared();
    }
    fork.#dense = dense.slice();
    if (this.#sparse !== undefined) {
      for (const entry of this.#sparse.values()) entry.shared();
      fork.#sparse = new Map(this.#sparse);
    }
    fork.#size = this.#size;
    this.#budget.used += this.#size;
    this.#budget.added += this.#size;
    return fork;
  }
}
