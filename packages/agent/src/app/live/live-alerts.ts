/** From matches to lines: alerts about containers without a name wait, others go out at once. */

import type { Alert } from '@saker/core/engine/alert.ts';
import { formatAlert, type LineOptions } from '@saker/core/engine/alert-line.ts';
import type { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { ContainerInfo } from '@saker/core/state/container-info.ts';
import { EventContext } from '@saker/core/state/event-context.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import type { ThreadInfo } from '@saker/core/state/thread-info.ts';
import type { OutgoingAlert } from '../../outputs/alert-output.ts';
import { AlertHold } from './alert-hold.ts';

export interface LiveAlertsParts {
  /** As they are now. */
  readonly lines: () => LineOptions;
  readonly state: SystemState;
  /** How long an alert waits for the name of its container at most. */
  readonly waitMs: number;
  readonly write: (alert: OutgoingAlert) => void;
  /** An alert of a rule goes out, with what is known of its container. */
  readonly onAlert: (alert: Alert, container: ContainerInfo | undefined) => void;
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
      deliver: (alert, thread) => this.#deliverOf(alert, thread),
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

  /** `maker` is that of the source that the event is of. */
  onMatch(rule: Rule, context: EventContext, maker: AlertMaker): void {
    const { isAwaited } = this.#parts;
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
    this.#deliverOf(finish(), thread);
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

  #deliverOf(alert: Alert, thread: ThreadInfo | undefined): void {
    const { onAlert, state } = this.#parts;
    onAlert(alert, thread && state.containers.get(thread.containerId));
    this.deliver(alert);
  }

  /** At once: it is about no container. */
  deliver(alert: Alert): void {
    this.delivered++;
    const { write, lines } = this.#parts;
    write({ line: formatAlert(alert, lines()), priority: alert.priority, alert });
  }
}
