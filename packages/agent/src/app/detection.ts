/**
 * Hot. What happens to one event: state is brought up to date, rules are evaluated, matches are
 * handed on. An event that only says again what the one before said, and no rule cared for, is
 * passed over (docs/decisions/0017). Benchmark: replay in bench/.
 */

import type { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { LastRecord } from '@saker/core/events/last-record.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';

export interface DetectionParts {
  readonly state: SystemState;
  readonly engine: RuleEngine;
  /** buffer_format_base64: it concerns outputs and not conditions. */
  readonly bufferBase64: boolean;
  /** A rule matches the event that the context is about. */
  readonly onMatch: (rule: Rule, context: EventContext) => void;
}

export class Detection {
  readonly #state: SystemState;
  readonly #engine: RuleEngine;
  readonly #parts: DetectionParts;
  readonly #last = new LastRecord();
  /** The lineageVersion under which no rule matched the last record. */
  #lineageVersion = 0;
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
    if (this.#isRepeated()) {
      this.events++;
      return;
    }
    if (!state.apply()) {
      this.#last.forget();
      return;
    }
    this.events++;
    const { context } = state;
    context.isMomentary = false;
    const count = this.#engine.evaluate(context);
    if (count > 0 || context.isMomentary) this.#last.forget();
    else this.#last.keep(context.event);
    this.#lineageVersion = state.threads.lineageVersion;
    if (count > 0) this.#report(count);
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

  #report(count: number): void {
    const { bufferBase64, onMatch } = this.#parts;
    const { context } = this.#state;
    context.base64Buffers = bufferBase64;
    for (let at = 0; at < count; at++) {
      this.#engine.withMatch(at, context, (rule) => onMatch(rule, context));
    }
    context.base64Buffers = false;
  }
}
