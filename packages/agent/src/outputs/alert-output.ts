/** A place where alerts go, and what becomes of them there. */

import type { Alert } from '@saker/core/engine/alert.ts';
import type { Priority } from '@saker/core/rules/rule.ts';

/** An alert on its way out. */
export interface OutgoingAlert {
  /** As the configuration wants lines, without an end. */
  readonly line: string;
  readonly priority: Priority;
  /** For outputs that want more than the line. */
  readonly alert?: Alert;
}

/**
 * Takes alerts in their order. What becomes of each is said to its `Outcome`, sooner or later:
 * every alert that was taken is delivered or failed, and is so once.
 */
export interface AlertOutput {
  /** It may stay in memory until `flush`. */
  write(alert: OutgoingAlert): void;
  /** Everything taken is handed on. */
  flush(): void;
  /** Files are opened again by their name, programs started anew, certificates read again. */
  reopen(): void;
  /**
   * No more alerts will come than those that are on their way: nothing is waited for any more that
   * may not happen.
   */
  finish(): void;
  /** Lets go at once. What is still on its way has failed. */
  close(): Promise<void>;
  /** Nobody reads it any more: writing is pointless. */
  readonly isClosed: boolean;
}

/** Who is told what became of alerts. */
export interface Outcome {
  delivered(count: number): void;
  failed(count: number, problem: OutputError): void;
  /** Nobody reads the output any more, which is no mistake: a failure all the same. */
  unread(count: number): void;
  /** Something is wrong and no alert is given up for it yet. */
  problem(problem: OutputError): void;
}

/** The output cannot be written to. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** For outputs that are written to directly: whoever writes gets the error. */
export const throwing: Outcome = {
  delivered() {},
  failed(_count, problem) {
    throw problem;
  },
  unread() {},
  problem(problem) {
    throw problem;
  },
};
