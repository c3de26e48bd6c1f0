/** For tests: alerts on their way out, and who is told what becomes of them. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Priority } from '@saker/core/rules/rule.ts';
import type { Outcome, OutgoingAlert, OutputError } from './alert-output.ts';

export const NOTICE: Priority = 5;

export function outgoing(line: string, priority: Priority = NOTICE): OutgoingAlert {
  return { line, priority };
}

/** Keeps what it is told. */
export class SeenOutcome implements Outcome {
  deliveredCount = 0;
  failedCount = 0;
  unreadCount = 0;
  readonly problems: string[] = [];

  delivered(count: number): void {
    this.deliveredCount += count;
  }

  failed(count: number, problem: OutputError): void {
    this.failedCount += count;
    this.problem(problem);
  }

  unread(count: number): void {
    this.unreadCount += count;
  }

  problem({ message }: OutputError): void {
    this.problems.push(message);
  }

  get settled(): number {
    return this.deliveredCount + this.failedCount + this.unreadCount;
  }
}

const POLL_MS = 5;
const PATIENCE_MS = 20_000;

/** Waits for what a test expects; an error that names it when it does not come. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
    await wait(POLL_MS);
  }
}
