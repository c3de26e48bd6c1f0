/**
 * When threads were started, by id: what tells one from a later one of the same id. Bounded: what
 * was noted longest ago is forgotten.
 */

/** Of which two lots are kept, each of some 40 bytes an entry. */
const LOT_MAX = 65_536;

export class StartNotes {
  readonly #lotMax: number;
  #recent = new Map<number, number>();
  #older = new Map<number, number>();

  constructor(lotMax: number = LOT_MAX) {
    this.#lotMax = lotMax;
  }

  note(tid: number, startTicks: number): void {
    if (this.#recent.size >= this.#lotMax) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(tid, startTicks);
  }

  startTicks(tid: number): number | undefined {
    return this.#recent.get(tid) ?? this.#older.get(tid);
  }

  forget(tid: number): void {
    this.#recent.delete(tid);
    this.#older.delete(tid);
  }
}
