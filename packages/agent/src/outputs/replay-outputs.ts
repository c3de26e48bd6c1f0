/**
 * Outputs of a replay, which never drops an alert: it waits instead. The standard output and files
 * are written to directly, because a replay has nothing better to do meanwhile; all others live on
 * a thread as ever.
 */

import type { Streams } from '../host/streams.ts';
import { hasSyslog, SYSLOG_PATH } from '../host/syslog-path.ts';
import { type AlertOutput, type OutgoingAlert, throwing } from './alert-output.ts';
import { FileOutput } from './file-output.ts';
import { kindsOf, type OutputName } from './open-outputs.ts';
import { type OutputCounters, sumOf } from './output-counters.ts';
import { StdoutOutput } from './stdout-output.ts';
import type { OutputThreadOptions, OutputThreads } from './thread/output-threads.ts';

export type ReplayOutputsOptions = Omit<OutputThreadOptions, 'losesNothing'>;

/** Between two questions whether the replay shall still wait. */
const ASK_AGAIN_MS = 100;

/** Written to on the thread of events: nothing is lost by waiting for them. */
const DIRECT: readonly OutputName[] = ['file', 'stdout'];

export class ReplayOutputs {
  readonly #options: ReplayOutputsOptions;
  readonly #direct: readonly AlertOutput[];
  readonly #threads: OutputThreads | undefined;

  private constructor(
    options: ReplayOutputsOptions,
    direct: readonly AlertOutput[],
    threads: OutputThreads | undefined,
  ) {
    this.#options = options;
    this.#direct = direct;
    this.#threads = threads;
  }

  static async open(options: ReplayOutputsOptions, streams: Streams): Promise<ReplayOutputs> {
    const { file, stdout } = options.outputs;
    const direct: AlertOutput[] = [];
    if (file !== undefined) direct.push(new FileOutput(file, throwing));
    if (stdout) direct.push(new StdoutOutput((text) => streams.out(text), throwing));
    const kinds = kindsOf(options.outputs).filter(({ name }) => !DIRECT.includes(name));
    // Syslog is on by default: where there is none, it shall not cost every replay a thread.
    const others = hasSyslog() ? kinds : kinds.filter(({ name }) => name !== 'syslog');
    if (others.length < kinds.length) {
      options.log('notice', `syslog: there is no ${SYSLOG_PATH}, alerts do not go there`);
    }
    if (others.length === 0) return new ReplayOutputs(options, direct, undefined);
    // Loaded when it is needed: most replays only print.
    const { OutputThreads } = await import('./thread/output-threads.ts');
    const threads = new OutputThreads({ ...options, losesNothing: true }, others);
    return new ReplayOutputs(options, direct, threads);
  }

  /** Nobody reads any of them: the replay can stop. */
  get isClosed(): boolean {
    const { isClosed = true } = this.#threads ?? {};
    return isClosed && this.#direct.every((output) => output.isClosed);
  }

  /** Of those that live on a thread; files and the standard output fail with an error instead. */
  get counters(): readonly OutputCounters[] {
    return this.#threads?.counters ?? [];
  }

  /** OutputError when a file cannot be written to. */
  write(alert: OutgoingAlert): void {
    for (const output of this.#direct) output.write(alert);
    this.#threads?.write(alert);
  }

  flush(): void {
    for (const output of this.#direct) output.flush();
  }

  reopen(): void {
    for (const output of this.#direct) output.reopen();
    this.#threads?.reopen();
  }

  /**
   * There is room for the alerts of another moment, or the replay is not to wait any longer.
   * undefined: there is room at once, which is the usual case and shall cost no turn.
   */
  ready(isOver: () => boolean): Promise<void> | undefined {
    const threads = this.#threads;
    if (threads === undefined) return undefined;
    threads.flush();
    return threads.isReady ? undefined : this.#waitFor(threads, isOver);
  }

  /** Everything is delivered, or has been given up by an output that does not get on. */
  async close(): Promise<void> {
    await Promise.all(this.#direct.map((output) => output.close()));
    await this.#threads?.closed();
    for (const { name, failed, dropped, lastProblem } of this.counters) {
      const missing = failed + sumOf(dropped);
      if (missing === 0) continue;
      const reason = lastProblem === undefined ? '' : `: ${lastProblem}`;
      this.#options.log('error', `${name}: ${missing} alerts were not delivered${reason}`);
    }
  }

  async #waitFor(threads: OutputThreads, isOver: () => boolean): Promise<void> {
    while (!threads.isReady && !threads.hasFailed && !isOver()) {
      await threads.change(ASK_AGAIN_MS);
      threads.flush();
    }
  }
}
