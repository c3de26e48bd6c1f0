/**
 * Alerts that are delivered one after the other by something that takes its time: each has left
 * before the next one is tried, so that they arrive in their order. How many there are at most is
 * decided by who sends them (`OutputKind.window`).
 */

import { type Outcome, type OutgoingAlert, OutputError } from './alert-output.ts';

export interface SequenceOptions {
  /** Delivers them together, or rejects with an OutputError. */
  readonly deliver: (alerts: readonly OutgoingAlert[]) => Promise<void>;
  readonly outcome: Outcome;
  /** Most that are delivered together. */
  readonly togetherMax?: number;
  /** How long alerts wait for others to go with them. */
  readonly waitMs?: number;
}

export class AlertSequence {
  readonly #options: SequenceOptions;
  #waiting: OutgoingAlert[] = [];
  #isRunning = false;
  #waits = true;
  /** Ends a wait for more alerts. */
  #go: () => void = () => undefined;

  constructor(options: SequenceOptions) {
    this.#options = options;
  }

  get togetherMax(): number {
    return this.#options.togetherMax ?? 1;
  }

  add(alert: OutgoingAlert): void {
    this.#waiting.push(alert);
    if (this.#waiting.length >= this.togetherMax) this.#go();
  }

  /** Those that were added are delivered, if that is not done already. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** No alert waits for others any more. */
  finish(): void {
    this.#waits = false;
    this.#go();
  }

  /** Those that have not left have failed; what is under way says for itself what it becomes. */
  giveUp(problem: OutputError): void {
    const count = this.#waiting.length;
    this.#waiting = [];
    if (count > 0) this.#options.outcome.failed(count, problem);
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#fill();
      const alerts = this.#waiting.splice(0, this.togetherMax);
      if (alerts.length > 0) await this.#deliver(alerts);
    }
    this.#isRunning = false;
  }

  async #fill(): Promise<void> {
    const { waitMs = 0 } = this.#options;
    if (!this.#waits || waitMs === 0 || this.#waiting.length >= this.togetherMax) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#go = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #deliver(alerts: readonly OutgoingAlert[]): Promise<void> {
    const { deliver, outcome } = this.#options;
    try {
      await deliver(alerts);
      outcome.delivered(alerts.length);
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      outcome.failed(alerts.length, error);
    }
  }
}
