/**
 * From payloads to events in the source's queue. Payloads are split on a thread of their own, and
 * their events go on in the order of the payloads, as fast as rules take them. How much may be
 * under way is bounded: files wait, requests are told to come again.
 */

import { type EventBatch, eventsOf } from '@saker/core/k8s-audit/event-batch.ts';
import { reasonOf } from '../../host/errno.ts';
import { type Answer, textAnswer } from '../../http/http-route.ts';
import type { EventSink } from '../plugin.ts';
import type { AuditConfig } from './audit-config.ts';
import type { AuditCounters } from './audit-counters.ts';
import type { ProblemLog } from './problem-log.ts';
import type { Payload, SplitReply } from './split-messages.ts';
import { SplitThread } from './split-thread.ts';

export interface AuditIntakeParts {
  readonly config: AuditConfig;
  readonly sink: EventSink;
  readonly counters: AuditCounters;
  readonly problems: ProblemLog;
}

/** As many bodies as Falco's plugin holds. */
export const PAYLOADS_MAX = 50;
/** Five of the largest bodies by default. One payload may go beyond it, so that any fits. */
export const PAYLOAD_BYTES_MAX: number = 64 << 20;

const OK: Answer = { status: 200, body: '' };
/** What an API server tries again. */
const BUSY = textAnswer(503, 'busy: try again');

export class AuditIntake {
  readonly #parts: AuditIntakeParts;
  readonly #thread: SplitThread;
  /** Under way: given, and not yet in the queue with all of their events. */
  #payloads = 0;
  #bytes = 0;
  #isClosed = false;
  /** Is done when the events of all payloads up to the last one are in the queue. */
  #delivered: Promise<void> = Promise.resolve();
  readonly #waiting: (() => void)[] = [];

  constructor(parts: AuditIntakeParts) {
    this.#parts = parts;
    this.#thread = new SplitThread({ eventBytesMax: parts.config.eventBytesMax });
  }

  /** The answer comes when the body was split; its events may still wait for rules. */
  async takeBody(type: string, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
    const { counters, problems } = this.#parts;
    if (this.#isClosed || this.#isFull) {
      counters.bodiesBusy++;
      return BUSY;
    }
    const reply = await this.#take({ form: 'body', bytes, type }, 'a webhook request');
    if (reply === undefined) return BUSY;
    const { status, text } = reply.answer;
    if (status === OK.status) return OK;
    counters.bodiesRefused++;
    problems.add(`a webhook request was refused: ${text}`);
    return textAnswer(status, text);
  }

  /** Resolves when there is room for more. `origin`: the file, for messages. */
  async takeLines(
    lines: { readonly bytes: Uint8Array<ArrayBuffer>; readonly firstLine: number },
    origin: string,
  ): Promise<void> {
    if (this.#isClosed) return;
    void this.#take({ form: 'lines', ...lines }, origin);
    while (this.#isFull && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves when the events of all payloads are in the queue. */
  async done(): Promise<void> {
    while (this.#payloads > 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#thread.close();
  }

  get #isFull(): boolean {
    return this.#payloads >= PAYLOADS_MAX || this.#bytes >= PAYLOAD_BYTES_MAX;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Undefined: the payload is lost, and that has been told. */
  async #take(payload: Payload, origin: string): Promise<SplitReply | undefined> {
    const { counters, problems } = this.#parts;
    const { length } = payload.bytes;
    this.#payloads++;
    this.#bytes += length;
    counters.payloads++;
    const release = (): void => {
      this.#payloads--;
      this.#bytes -= length;
      this.#wake();
    };
    let reply: SplitReply;
    try {
      reply = await this.#thread.split(payload);
    } catch (error) {
      release();
      if (this.#isClosed) return undefined;
      counters.payloadsLost++;
      problems.add(`${origin}: ${length} bytes are lost: ${reasonOf(error)}`);
      return undefined;
    }
    this.#count(reply, origin);
    // Replies come in the order of payloads, and so do their events.
    this.#delivered = this.#delivered.then(() => this.#deliver(reply.batch)).finally(release);
    return reply;
  }

  #count({ batch, problems, problemCounts, answer }: SplitReply, origin: string): void {
    const { counters, problems: log } = this.#parts;
    counters.events += batch.ends.length;
    counters.problems.json += problemCounts.json;
    counters.problems.kind += problemCounts.kind;
    counters.problems.time += problemCounts.time;
    counters.problems.size += problemCounts.size;
    // Of a body that is refused the answer says what is wrong, and is told.
    if (answer.status !== OK.status) return;
    for (const { message } of problems) log.add(`${origin}: ${message}`);
  }

  async #deliver(batch: EventBatch): Promise<void> {
    const { sink } = this.#parts;
    for (const { bytes, timeNs } of eventsOf(batch)) {
      await sink.room();
      if (this.#isClosed) return;
      sink.event(bytes, timeNs);
    }
  }
}
