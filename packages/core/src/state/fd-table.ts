/** The descriptors of one process. Hot: looked up by most events. */

import type { FdInfo } from './fd-info.ts';

/** Descriptors below this number live in an array, others in a map. */
const DENSE_FDS = 1024;

export class FdTable {
  #dense: (FdInfo | undefined)[] = [];
  #sparse: Map<number, FdInfo> | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(fd: number): FdInfo | undefined {
    if (fd >= 0 && fd < DENSE_FDS) return fd < this.#dense.length ? this.#dense[fd] : undefined;
    return this.#sparse?.get(fd);
  }

  set(fd: number, entry: FdInfo): void {
    if (fd >= 0 && fd < DENSE_FDS) {
      const dense = this.#dense;
      while (dense.length <= fd) dense.push(undefined);
      if (dense[fd] === undefined) this.#size++;
      dense[fd] = entry;
      return;
    }
    this.#sparse ??= new Map();
    if (!this.#sparse.has(fd)) this.#size++;
    this.#sparse.set(fd, entry);
  }

  delete(fd: number): void {
    if (fd >= 0 && fd < DENSE_FDS) {
      if (fd >= this.#dense.length || this.#dense[fd] === undefined) return;
      this.#dense[fd] = undefined;
      this.#size--;
    } else if (this.#sparse?.delete(fd)) {
      this.#size--;
    }
  }

  /** Ascending by number for descriptors below 1024, then in order of insertion. */
  *entries(): Generator<[fd: number, entry: FdInfo]> {
    for (let fd = 0; fd < this.#dense.length; fd++) {
      const entry = this.#dense[fd];
      if (entry !== undefined) yield [fd, entry];
    }
    if (this.#sparse !== undefined) yield* this.#sparse;
  }

  /** A table for a forked process: every entry copied and marked as cloned. */
  fork(): FdTable {
    const copy = new FdTable();
    for (const [fd, entry] of this.entries()) {
      const own = entry.copy();
      own.cloned = true;
      copy.set(fd, own);
    }
    return copy;
  }
}
