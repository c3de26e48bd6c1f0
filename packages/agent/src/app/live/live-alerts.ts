/** From matches to lines: alerts about containers without a name wait, others go out at once. */

import type { Alert } from '@saker/core/engine/alert.ts';
import { formatAlert, type LineOptions } from '@saker/core/engine/alert-line.ts';
import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { EventContext } from '@saker/core/state/event-context.ts';
import type { AlertHold } from './alert-hold.ts';

export interface LiveAlertsParts {
  readonly maker: AlertMaker;
  readonly lines: LineOptions;
  readonly write: (line: string) => void;
  /** Whether the name of the container may still come. */
  readonly isAwaited: (containerId: string) => boolean;
}

export class LiveAlerts {
  /** Alerts that went out. */
  delivered = 0;
  readonly #parts: LiveAlertsParts;
  #hold: AlertHold | undefined = undefined;

  constructor(parts: LiveAlertsParts) {
    this.#parts = parts;
  }

  holdWith(hold: AlertHold): void {
    this.#hold = hold;
  }

  onMatch(rule: Rule, context: EventContext): void {
    const { maker, isAwaited } = this.#parts;
    const { thread } = context;
    const finish = maker.begin(rule, context);
    if (thread !== undefined && thread.containerId !== '' && isAwaited(thread.containerId)) {
      this.#hold?.add(finish, thread);
    } else {
      this.deliver(finish());
    }
  }

  deliver(alert: Alert): void {
    this.delivered++;
    this.#parts.write(formatAlert(alert, this.#parts.lines));
  }
}
