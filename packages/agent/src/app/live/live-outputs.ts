/** The outputs of a run, which a reload may replace by others: none of their alerts is lost. */

import type { OutgoingAlert } from '../../outputs/alert-output.ts';
import { DropReport, type DropReportResult } from '../../outputs/drop-report.ts';
import { addCounters, type OutputCounters, sumOf } from '../../outputs/output-counters.ts';
import { OutputThreads } from '../../outputs/thread/output-threads.ts';
import type { Session } from '../session.ts';
import { servedVersions } from '../versions.ts';

export class LiveOutputs {
  #session: Session;
  #threads: OutputThreads;
  /** Of those that were replaced and are gone. */
  #countersBefore: readonly OutputCounters[] = [];
  /** Replaced, with what they still have to write. */
  readonly #closing = new Map<OutputThreads, Promise<boolean>>();
  #areAllWritten = true;
  readonly #drops = new DropReport();

  constructor(session: Session) {
    this.#session = session;
    this.#threads = openThreads(session);
  }

  get isClosed(): boolean {
    return this.#threads.isClosed;
  }

  /** One of them ended by a mistake of ours. */
  get hasFailed(): boolean {
    return this.#threads.hasFailed;
  }

  /** Since the start, also of outputs that the configuration no longer has. */
  get counters(): readonly OutputCounters[] {
    const closing = [...this.#closing.keys()].map(({ counters }) => counters);
    return addCounters(this.#countersBefore, ...closing, this.#threads.counters);
  }

  /** Lines that found no room, each counted for every output that it did not reach. */
  get lost(): number {
    return this.counters.reduce((sum, { dropped }) => sum + sumOf(dropped), 0);
  }

  /** Lines that are on their way, of the output that has most of them. */
  get queued(): number {
    return this.#threads.queued;
  }

  write(alert: OutgoingAlert): void {
    this.#threads.write(alert);
  }

  flush(): void {
    this.#threads.flush();
  }

  reopen(): void {
    this.#threads.reopen();
  }

  /** What is to be said of alerts that were lost since it was asked last. */
  dropReport(nowMs: number): DropReportResult | undefined {
    return this.#drops.check(this.counters, nowMs);
  }

  /** Outputs as the configuration has them now; those before write what they were given. */
  follow(session: Session): void {
    const before = this.#session;
    this.#session = session;
    if (isSame(before, session)) return;
    const old = this.#threads;
    this.#threads = openThreads(session);
    old.flush();
    const closing = old.closed().then((isDone) => {
      this.#closing.delete(old);
      this.#countersBefore = addCounters(this.#countersBefore, old.counters);
      if (!isDone) this.#areAllWritten = false;
      return isDone;
    });
    this.#closing.set(old, closing);
  }

  /** See OutputThread: false when one of them was not done in time. */
  async closed(): Promise<boolean> {
    await Promise.all(this.#closing.values());
    return (await this.#threads.closed()) && this.#areAllWritten;
  }
}

function openThreads({ config, log }: Session): OutputThreads {
  return new OutputThreads({
    outputs: config.outputs,
    json: config.lines.json,
    versions: servedVersions,
    log: (level, message) => log.log(level, message),
  });
}

function isSame(left: Session, right: Session): boolean {
  return JSON.stringify(left.config.outputs) === JSON.stringify(right.config.outputs);
}
