/**
 * Hot. What happens to one event: state is brought up to date, rules are evaluated, and matches
 * become lines for the outputs. Benchmark: replay in bench/.
 */

import { formatAlert, type LineOptions } from '@saker/core/engine/alert-line.ts';
import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import type { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';

export interface DetectionParts {
  readonly state: SystemState;
  readonly engine: RuleEngine;
  readonly alerts: AlertMaker;
  readonly lines: LineOptions;
  /** buffer_format_base64: it concerns outputs and not conditions. */
  readonly bufferBase64: boolean;
  readonly write: (line: string) => void;
}

export class Detection {
  readonly #state: SystemState;
  readonly #engine: RuleEngine;
  readonly #parts: DetectionParts;
  /** Events that rules were evaluated on. */
  events = 0;

  constructor(parts: DetectionParts) {
    this.#state = parts.state;
    this.#engine = parts.engine;
    this.#parts = parts;
  }

  /** The event is the one that the state's view is over. */
  onEvent(): void {
    const state = this.#state;
    if (!state.apply()) return;
    this.events++;
    const count = this.#engine.evaluate(state.context);
    if (count > 0) this.#report(count);
  }

  #report(count: number): void {
    const { alerts, lines, bufferBase64, write } = this.#parts;
    const { context } = this.#state;
    context.base64Buffers = bufferBase64;
    for (let at = 0; at < count; at++) {
      write(formatAlert(alerts.make(this.#engine.matched(at), context), lines));
    }
    context.base64Buffers = false;
  }
}
