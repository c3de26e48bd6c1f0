/**
 * Hot. What happens to one event: state is brought up to date, rules are evaluated, matches are
 * handed on. Benchmark: replay in bench/.
 */

import type { RuleEngine } from '@saker/core/engine/rule-engine.ts';
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
  /** Events that rules were evaluated on. */
  events = 0;

  constructor(parts: DetectionParts) {
    this.#state = parts.state;
    this.#engine = parts.engine;
    this.#parts = parts;
  }

  /**
   * The event is the one that the state's view is over. How many rules match; undefined: it only
   * updates state.
   */
  onEvent(): number | undefined {
    const state = this.#state;
    if (!state.apply()) return undefined;
    this.events++;
    const count = this.#engine.evaluate(state.context);
    if (count > 0) this.#report(count);
    return count;
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
