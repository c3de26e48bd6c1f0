/**
 * One output on its thread: opened, which may take a moment or fail, and then given alerts. Unless
 * `buffered_outputs` is set, each bunch of alerts is handed on before the next one is looked at.
 */

import type { Streams } from '../../host/streams.ts';
import { type AlertOutput, type OutgoingAlert, OutputError } from '../alert-output.ts';
import type { OutputKind } from '../open-outputs.ts';
import type { FromOutputs, OutputsStart } from './messages.ts';
import { OutcomeReport } from './outcome-report.ts';

export interface OutputHostOptions {
  readonly kind: OutputKind;
  readonly start: OutputsStart;
  readonly streams: Streams;
  readonly tell: (message: FromOutputs) => void;
}

/** Longest time that buffered lines wait: somebody may be watching. */
const BUFFER_MS = 1000;

export class OutputHost {
  readonly #options: OutputHostOptions;
  readonly #report: OutcomeReport;
  /** Half of what may be on its way: more lines would not come before these are written. */
  readonly #bufferedMax: number;
  /** Resolves to the reason when it cannot be opened. Everything that follows waits for it. */
  #output: Promise<AlertOutput | OutputError>;
  #buffered = 0;
  /** From now on nothing waits for others to go with it. */
  #isFinishing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OutputHostOptions) {
    this.#options = options;
    const { kind, start, tell } = options;
    this.#report = new OutcomeReport(kind.name, tell);
    this.#bufferedMax = kind.window(start.outputs) / 2;
    this.#output = this.#open();
  }

  take(alerts: readonly OutgoingAlert[]): void {
    this.#then((output) => {
      for (const alert of alerts) output.write(alert);
      this.#buffered += alerts.length;
      const isBuffered = this.#options.start.outputs.buffered && !this.#isFinishing;
      const waits = isBuffered && this.#buffered < this.#bufferedMax;
      if (waits) this.#timer ??= setTimeout(() => this.#flush(output), BUFFER_MS);
      else this.#flush(output);
    }, alerts.length);
  }

  /** One that could not be opened gets another chance. */
  reopen(): void {
    const before = this.#output;
    this.#output = before.then(async (output) => {
      if (output instanceof OutputError) return this.#open();
      output.reopen();
      return output;
    });
  }

  finish(): void {
    this.#isFinishing = true;
    this.#then((output) => output.finish());
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const output = await this.#output;
    if (!(output instanceof OutputError)) await output.close();
    this.#report.flush();
  }

  #flush(output: AlertOutput): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#buffered = 0;
    output.flush();
  }

  /** Where there is no output, so many alerts have failed. */
  #then(use: (output: AlertOutput) => void, alerts = 0): void {
    void this.#use(this.#output, use, alerts);
  }

  async #use(
    opened: Promise<AlertOutput | OutputError>,
    use: (output: AlertOutput) => void,
    alerts: number,
  ): Promise<void> {
    const output = await opened;
    if (!(output instanceof OutputError)) use(output);
    else if (alerts > 0) this.#report.failed(alerts, output);
  }

  async #open(): Promise<AlertOutput | OutputError> {
    const { kind, start, streams } = this.#options;
    const { outputs, json, holds, versions } = start;
    const outcome = this.#report;
    try {
      const output = await kind.open(outputs, { streams, outcome, json, holds, versions });
      return output ?? new OutputError('it is switched off');
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      outcome.problem(error);
      return error;
    }
  }
}
