/**
 * Threads that exited a moment ago. A parent may report a fork after its child has come and gone;
 * without this memory the child would be entered again and never leave.
 */

/** Exits that are remembered. */
const EXITS = 8192;
/** How long an exit counts. A tid that comes back later belongs to a new thread. */
const AGE_NS_MAX = 2e9;
const WORD = 0x1_0000_0000;

export class ExitedThreads {
  readonly #tids = new Float64Array(EXITS);
  readonly #parents = new Float64Array(EXITS);
  readonly #timesLow = new Uint32Array(EXITS);
  readonly #timesHigh = new Uint32Array(EXITS);
  /** Place of a tid's last exit, plus 1. */
  readonly #places = new Map<number, number>();
  #next = 0;

  add(tid: number, ptid: number, timeLow: number, timeHigh: number): void {
    const at = this.#next;
    const replaced = this.#tids[at] ?? 0;
    if (this.#places.get(replaced) === at + 1) this.#places.delete(replaced);
    this.#tids[at] = tid;
    this.#parents[at] = ptid;
    this.#timesLow[at] = timeLow;
    this.#timesHigh[at] = timeHigh;
    this.#places.set(tid, at + 1);
    this.#next = (at + 1) % EXITS;
  }

  /** Whether thread `tid`, child of `ptid`, exited at most two seconds before the given time. */
  has(tid: number, ptid: number, timeLow: number, timeHigh: number): boolean {
    const place = this.#places.get(tid);
    if (place === undefined || this.#parents[place - 1] !== ptid) return false;
    const age =
      (timeHigh - (this.#timesHigh[place - 1] ?? 0)) * WORD +
      (timeLow - (this.#timesLow[place - 1] ?? 0));
    return age >= 0 && age < AGE_NS_MAX;
  }
}
