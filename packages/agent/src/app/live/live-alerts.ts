/** From matches to lines: alerts about containers without a name wait, others go out at once. */

import type { Alert } from '@saker/core/engine/alert.ts';
import { formatAlert, type LineOptions } from '@saker/core/engine/alert-line.ts';
import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import { EventContext } from '@saker/core/state/event-context.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import { AlertHold } from './alert-hold.ts';

export interface LiveAlertsParts {
  readonly maker: AlertMaker;
  readonly lines: LineOptions;
  readonly state: SystemState;
  /** How long an alert waits for the name of its container at most. */
  readonly waitMs: number;
  readonly write: (line: string) => void;
  /** Whether the name of the container may still come. */
  readonly isAwaited: (containerId: string) => boolean;
}

export class LiveAlerts {
  /** Alerts that went out. */
  delivered = 0;
  readonly #parts: LiveAlertsParts;
  readonly #hold: AlertHold;

  constructor(parts: LiveAlertsParts) {
    this.#parts = parts;
    this.#hold = new AlertHold({
      waitMs: parts.waitMs,
      now: () => performance.now(),
      deliver: (alert) => this.deliver(alert),
      // Over no event: on one that tells of a container, fields would be about that one.
      context: new EventContext(new EventView(), parts.state),
    });
  }

  /** Alerts that went out without the name of their container. */
  get unnamed(): number {
    return this.#hold.unnamed;
  }

  /** Some wait, and `tick` is to be called soon. */
  get isHolding(): boolean {
    return this.#hold.isHolding;
  }

  onMatch(rule: Rule, context: EventContext): void {
    const { maker, isAwaited } = this.#parts;
    const { thread } = context;
    const finish = maker.begin(rule, context);
    if (thread !== undefined && thread.containerId !== '') {
      if (isAwaited(thread.containerId)) {
        this.#hold.add(finish, thread);
        return;
      }
      // Alerts of a container go out in their order: none overtakes one that still waits.
      this.#hold.giveUp(thread.containerId);
    }
    this.deliver(finish());
  }

  /** What there is to know of the container is known now. */
  onContainer(id: string): void {
    this.#hold.onContainer(id);
  }

  /** Lets go of those that waited long enough. */
  tick(): void {
    this.#hold.tick();
  }

  /** All that wait go out as they are. */
  flush(): void {
    this.#hold.flush();
  }

  deliver(alert: Alert): void {
    this.delivered++;
    this.#parts.write(formatAlert(alert, this.#parts.lines));
  }
}
