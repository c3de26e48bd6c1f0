/** How often something may be done: `rate` times a second in the long run, `burst` in a row. */

export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #lastMs: number;

  /** It starts full. Times are those of one clock that never goes back. */
  constructor(rate: number, burst: number, nowMs: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
    this.#lastMs = nowMs;
  }

  /** Takes a token if there is a whole one. */
  claim(nowMs: number): boolean {
    const gained = (this.#rate * (nowMs - this.#lastMs)) / 1000;
    this.#lastMs = nowMs;
    this.#tokens = Math.min(this.#tokens + gained, this.#burst);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
