/** `-M`: so many seconds of the events' own time, from the first event on. */

import type { EventView } from '@saker/core/events/event-view.ts';

const WORD = 0x1_0000_0000;
const NS_PER_SECOND = 1_000_000_000;

export class TimeLimit {
  readonly #limitNs: number;
  #startLow = 0;
  #startHigh = 0;
  #started = false;

  constructor(seconds: number) {
    this.#limitNs = seconds * NS_PER_SECOND;
  }

  /** The first event starts the clock. Times may go back a little: then it is not over. */
  isOver({ timeLow, timeHigh }: EventView): boolean {
    if (!this.#started) {
      this.#started = true;
      this.#startLow = timeLow;
      this.#startHigh = timeHigh;
      return false;
    }
    const elapsedNs = (timeHigh - this.#startHigh) * WORD + (timeLow - this.#startLow);
    return elapsedNs >= this.#limitNs;
  }
}
