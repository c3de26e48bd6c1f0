/** The outputs of a run, which a reload may replace by others: none of their alerts is lost. */

import type { OutputsConfig } from '../../config/config.ts';
import { hasSyslog, SYSLOG_PATH } from '../../host/syslog-path.ts';
import type { OutgoingAlert } from '../../outputs/alert-output.ts';
import { DropReport, type DropReportResult } from '../../outputs/drop-report.ts';
import { type OutputCounters, sumOf } from '../../outputs/output-counters.ts';
import { type OutputThreadOptions, OutputThreads } from '../../outputs/thread/output-threads.ts';
import type { Session } from '../session.ts';
import { servedVersions } from '../versions.ts';

export class LiveOutputs {
  readonly #threads: OutputThreads;
  readonly #drops = new DropReport();

  constructor(session: Session) {
    this.#threads = new OutputThreads(optionsOf(session));
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
    return this.#threads.counters;
  }

  /** Lines that did not arrive, each counted for every output that it did not reach. */
  get lost(): number {
    return this.counters.reduce((sum, { dropped, failed }) => sum + sumOf(dropped) + failed, 0);
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

  /** Outputs as the configuration has them now. */
  follow(session: Session): void {
    this.#threads.follow(optionsOf(session));
  }

  /** See OutputThreads: false when one of them was not done in time. */
  async closed(): Promise<boolean> {
    return this.#threads.closed();
  }
}

function optionsOf(session: Session): OutputThreadOptions {
  const { config, log } = session;
  return {
    outputs: outputsOf(session),
    json: config.lines.json,
    versions: servedVersions,
    log: (level, message) => log.log(level, message),
  };
}

/**
 * Syslog is on where nobody says otherwise, and machines without it are many: nothing is sent, and
 * lost, there unless somebody asks for it.
 */
function outputsOf({ config, loaded, log }: Session): OutputsConfig {
  const { outputs } = config;
  const isAskedFor = loaded.tree.entries.has('syslog_output');
  if (outputs.syslog === undefined || isAskedFor || hasSyslog()) return outputs;
  log.info(`there is no ${SYSLOG_PATH}: alerts do not go to syslog`);
  return { ...outputs, syslog: undefined };
}
