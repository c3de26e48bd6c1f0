/** How much time something may take in the long run, and in a row. */

export class TimeBudget {
  readonly #msPerSecond: number;
  readonly #burstMs: number;
  #leftMs: number;
  #lastMs: number;

  /** It starts full. Times are those of one clock that never goes back. */
  constructor(msPerSecond: number, burstMs: number, nowMs: number) {
    this.#msPerSecond = msPerSecond;
    this.#burstMs = burstMs;
    this.#leftMs = burstMs;
    this.#lastMs = nowMs;
  }

  /** What was begun may take more than is left: the next ones then wait for it. */
  isLeft(nowMs: number): boolean {
    const gained = (this.#msPerSecond * (nowMs - this.#lastMs)) / 1000;
    this.#lastMs = nowMs;
    this.#leftMs = Math.min(this.#leftMs + gained, this.#burstMs);
    return this.#leftMs > 0;
  }

  spend(ms: number): void {
    this.#leftMs -= ms;
  }
}
