/** Captures around alerts, while the configuration asks for them, which a reload may change. */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import { AlertCaptures } from '../../capture/alert-captures.ts';
import type { Session } from '../session.ts';

export class LiveCaptures {
  readonly #state: SystemState;
  #session: Session;
  #captures: AlertCaptures | undefined;
  /** Of configurations that were replaced, being written. */
  readonly #closing = new Set<Promise<void>>();

  constructor(session: Session, state: SystemState) {
    this.#state = state;
    this.#session = session;
    this.#captures = this.#open();
  }

  /** As the configuration has them now; what is being written is finished. */
  follow(session: Session): void {
    const before = this.#session;
    this.#session = session;
    if (JSON.stringify(before.config.capture) === JSON.stringify(session.config.capture)) return;
    const closing = this.#captures?.close();
    this.#captures = this.#open();
    if (closing === undefined) return;
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }

  /** A rule matches the event of a system call that state has just applied. */
  onMatch(rule: Rule): void {
    this.#captures?.onMatch(rule);
  }

  /** For every event of a system call, after the rules. What is to be told, if there is. */
  onEvent(): InternalMessage | undefined {
    return this.#captures?.onEvent();
  }

  /** No events come, and time goes on: nanoseconds since the epoch. */
  tick(now: () => bigint): void {
    if (this.#captures?.isActive === true) this.#captures.tick(now());
  }

  async close(): Promise<void> {
    await Promise.all([...this.#closing, this.#captures?.close()]);
  }

  #open(): AlertCaptures | undefined {
    const { config, log } = this.#session;
    if (!config.capture.enabled) return undefined;
    return new AlertCaptures({ config: config.capture, state: this.#state, log });
  }
}
