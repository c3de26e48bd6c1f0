/**
 * Hot. Detection on the running system, where loops make the same call again and again: an event
 * that only says again what the one before said, and no rule cared for, is passed over
 * (docs/decisions/0017). Benchmark: live in bench/.
 */

import { LastRecord } from '@saker/core/events/last-record.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import { Detection, type DetectionParts } from '../detection.ts';

export class LiveDetection {
  readonly #detection: Detection;
  readonly #state: SystemState;
  readonly #last = new LastRecord();
  /** The lineageVersion under which no rule matched the last record. */
  #lineageVersion = 0;
  #repeated = 0;

  constructor(parts: DetectionParts) {
    this.#detection = new Detection(parts);
    this.#state = parts.state;
  }

  /** Events that rules were evaluated on, or need not be. */
  get events(): number {
    return this.#detection.events + this.#repeated;
  }

  /** The event is the one that the state's view is over. */
  onEvent(): void {
    if (this.#isRepeated()) {
      this.#repeated++;
      return;
    }
    const { context, threads } = this.#state;
    context.isMomentary = false;
    const matches = this.#detection.onEvent();
    if (matches !== 0 || context.isMomentary) this.#last.forget();
    else this.#last.keep(context.event);
    this.#lineageVersion = threads.lineageVersion;
  }

  #isRepeated(): boolean {
    const { context, threads } = this.#state;
    const { event } = context;
    return (
      this.#last.isSame(event) &&
      threads.lineageVersion === this.#lineageVersion &&
      this.#state.applyAgain()
    );
  }
}
