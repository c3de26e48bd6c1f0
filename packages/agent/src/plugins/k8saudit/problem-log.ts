/**
 * Problems that others cause, told without letting them fill the log: the first at once, and then
 * one in a while, with the number of those that were not told.
 */

/** One line of log in ten seconds is a hint; one for each body of a flood is a second flood. */
const PAUSE_MS = 10_000;

export class ProblemLog {
  readonly #tell: (message: string) => void;
  readonly #now: () => number;
  #lastMs = Number.NEGATIVE_INFINITY;
  #untold = 0;

  constructor(tell: (message: string) => void, now: () => number = () => performance.now()) {
    this.#tell = tell;
    this.#now = now;
  }

  add(message: string): void {
    const nowMs = this.#now();
    if (nowMs - this.#lastMs < PAUSE_MS) {
      this.#untold++;
      return;
    }
    const more = this.#untold === 0 ? '' : ` (and ${this.#untold} problems before it)`;
    this.#tell(`${message}${more}`);
    this.#lastMs = nowMs;
    this.#untold = 0;
  }
}
