/**
 * One output as the thread of events sees it: alerts wait here, and a few of them are on their way
 * to the thread that delivers them. What is dropped is dropped here, where it can be chosen.
 */

import type { OutgoingAlert } from '../alert-output.ts';
import { AlertQueue, type QueueLimits } from '../alert-queue.ts';
import type { OutputKind } from '../open-outputs.ts';
import type { OutputCounters } from '../output-counters.ts';

export interface OutputLaneOptions {
  readonly kind: OutputKind;
  readonly isFed: boolean;
  /** Most alerts on their way. */
  readonly window: number;
  readonly limits: QueueLimits;
  readonly send: (alerts: readonly OutgoingAlert[]) => void;
}

/** Of the lines on their way together; a longer one goes alone. */
const WINDOW_CHARS = 4 << 20;

export class OutputLane {
  readonly kind: OutputKind;
  /** Nobody reads it: what is written has failed. */
  isUnread = false;
  lastProblem: string | undefined = undefined;
  readonly #options: OutputLaneOptions;
  readonly #queue: AlertQueue;
  /** Lengths of the lines that are on their way. */
  readonly #lengths: number[] = [];
  #charsUnderWay = 0;
  #delivered = 0;
  #failed = 0;
  /** When an alert got out of the way last, or the first one got in. */
  #progressAtMs = 0;
  #isEnded = false;

  constructor(options: OutputLaneOptions) {
    this.kind = options.kind;
    this.#options = options;
    this.#queue = new AlertQueue(options.limits);
  }

  get queued(): number {
    return this.#queue.size + this.#lengths.length;
  }

  get counters(): OutputCounters {
    return {
      name: this.kind.name,
      queued: this.queued,
      delivered: this.#delivered,
      dropped: [...this.#queue.dropped],
      failed: this.#failed,
      lastProblem: this.lastProblem,
    };
  }

  write(alert: OutgoingAlert): void {
    if (!this.#options.isFed) return;
    if (this.isUnread) this.#failed++;
    else if (this.#isEnded) this.#queue.drop(alert.priority);
    else this.#queue.add(this.kind.takesAlerts ? alert : withoutAlert(alert));
  }

  /** What waits at the lane before this one, whose output is replaced, waits here. */
  inherit(before: OutputLane): void {
    for (let alert = before.#queue.take(); alert !== undefined; alert = before.#queue.take()) {
      this.write(alert);
    }
  }

  /** Sends as many as may be on their way. */
  pump(nowMs: number): void {
    const alerts: OutgoingAlert[] = [];
    while (this.#hasRoom()) {
      const alert = this.#queue.take();
      if (alert === undefined) break;
      alerts.push(alert);
      this.#lengths.push(alert.line.length);
      this.#charsUnderWay += alert.line.length;
    }
    if (alerts.length === 0) return;
    if (this.#lengths.length === alerts.length) this.#progressAtMs = nowMs;
    this.#options.send(alerts);
  }

  /** So many left their way, the first of those that were on it. */
  settle(delivered: number, failed: number, nowMs: number): void {
    if (this.#isEnded) return;
    this.#delivered += delivered;
    this.#failed += failed;
    for (const length of this.#lengths.splice(0, delivered + failed)) this.#charsUnderWay -= length;
    if (delivered + failed > 0) this.#progressAtMs = nowMs;
  }

  /** For how long nothing has moved that should. */
  stuckMs(nowMs: number): number {
    return this.#lengths.length === 0 || this.kind.isPulled ? 0 : nowMs - this.#progressAtMs;
  }

  /** Nothing is delivered any more: what waits is dropped, what is on its way has failed. */
  end(): void {
    this.#queue.clear();
    this.settle(0, this.#lengths.length, this.#progressAtMs);
    this.#isEnded = true;
  }

  #hasRoom(): boolean {
    const count = this.#lengths.length;
    return count === 0 || (count < this.#options.window && this.#charsUnderWay < WINDOW_CHARS);
  }
}

function withoutAlert(outgoing: OutgoingAlert): OutgoingAlert {
  if (outgoing.alert === undefined) return outgoing;
  const { line, priority } = outgoing;
  return { line, priority };
}
