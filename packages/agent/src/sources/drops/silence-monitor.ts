/**
 * `syscall_event_timeouts`: tells when nothing at all comes from the kernel any more. Falco counts
 * its empty reads; one of them takes 30 ms once there were a few in a row
 * (BUFFER_EMPTY_WAIT_TIME_US_MAX). Reads here wait as long as it pleases, so time is counted.
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import { timeText } from '@saker/core/events/time-text.ts';

const EMPTY_READ_MS = 30;
const RULE = 'Falco internal: timeouts notification';
const DEBUG_PRIORITY = 7;

export class SilenceMonitor {
  readonly #emptyReadsMax: number;
  #sinceMs: number;
  /** Time of the last event, as two words; 0: there was none. */
  #eventLow = 0;
  #eventHigh = 0;

  /** Times are those of one clock that never goes back. */
  constructor(emptyReadsMax: number, nowMs: number) {
    this.#emptyReadsMax = emptyReadsMax;
    this.#sinceMs = nowMs;
  }

  /** To be called with the time of the last event of each batch. */
  onEvents(nowMs: number, timeLow: number, timeHigh: number): void {
    this.#sinceMs = nowMs;
    this.#eventLow = timeLow;
    this.#eventHigh = timeHigh;
  }

  /** The message when the silence has lasted long enough: again and again, after as long a time. */
  check(nowMs: number): InternalMessage | undefined {
    if (nowMs - this.#sinceMs <= this.#emptyReadsMax * EMPTY_READ_MS) return undefined;
    this.#sinceMs = nowMs;
    const isKnown = this.#eventLow !== 0 || this.#eventHigh !== 0;
    return {
      rule: RULE,
      priority: DEBUG_PRIORITY,
      text: `${RULE}. ${this.#emptyReadsMax} consecutive timeouts without event.`,
      fields: { last_event_time: isKnown ? timeText(this.#eventLow, this.#eventHigh) : 'none' },
    };
  }
}
