/** `saker record`: what happens on this machine, into a capture file. */

import { hostname } from 'node:os';
import { CommandError } from '@saker/agent/app/command-error.ts';
import { Signals } from '@saker/agent/app/signals.ts';
import { startOptimising, stopOptimising } from '@saker/agent/host/compilers.ts';
import { ProcError } from '@saker/agent/sources/proc/proc-error.ts';
import { ScapWriter } from '@saker/core/scap/scap-writer.ts';
import { SensorError } from '@saker/sensor/sensor-error.ts';
import { type Call, EXIT_OK } from '../command-line/command.ts';
import { Progress } from '../terminal/progress.ts';
import { bytesText, counted, durationText } from '../terminal/quantity.ts';
import type { Screen } from '../terminal/terminal.ts';
import { visible } from '../terminal/visible-text.ts';
import { RecordFile } from './record-file.ts';
import { type RecordOptions, recordOptions } from './record-options.ts';
import { summaryText } from './record-summary.ts';
import { type RecordedCommand, startCommand } from './recorded-command.ts';
import { Recording } from './recording.ts';

export async function record(call: Call): Promise<number> {
  const options = recordOptions(call);
  const signals = new Signals();
  try {
    const recording = openRecording(options, call);
    try {
      return await new RecordRun(recording, options, signals).run(call.terminal.err);
    } finally {
      await recording.close();
    }
  } finally {
    signals.release();
  }
}

/** An end that is nearer is looked for more often: the reader sleeps so long otherwise. */
const SOON_MS = 500;

/** From the first event to the last one. */
class RecordRun {
  readonly #recording: Recording;
  readonly #options: RecordOptions;
  readonly #signals: Signals;
  readonly #file: RecordFile;
  readonly #writer: ScapWriter;
  #command: RecordedCommand | undefined = undefined;
  #startedMs = 0;
  /** Why nothing more is recorded; undefined while it is. */
  #stop: 'time' | 'signal' | 'command' | undefined = undefined;

  constructor(recording: Recording, options: RecordOptions, signals: Signals) {
    this.#recording = recording;
    this.#options = options;
    this.#signals = signals;
    this.#file = new RecordFile(options.path);
    const { format } = options;
    this.#writer = new ScapWriter((bytes) => this.#file.write(bytes), { format });
  }

  /** The exit code. */
  async run(screen: Screen): Promise<number> {
    const { command } = this.#options;
    await this.#start(command);
    const progress = command.length > 0 ? undefined : new Progress(screen);
    startOptimising();
    try {
      await this.#recording.read({
        onPause: () => this.#onPause(progress),
        isExpectant: () => this.#isExpectant,
      });
      this.#writer.flush();
    } finally {
      stopOptimising();
      progress?.clear();
      this.#recording.stop();
      await this.#command?.end(this.#signals.stopRequested === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
      this.#file.close();
    }
    screen.write(this.#summary(screen));
    return this.#stop === 'command' ? (this.#command?.exitCode ?? EXIT_OK) : EXIT_OK;
  }

  async #start(command: readonly string[]): Promise<void> {
    try {
      await this.#recording.start(this.#writer);
      if (command.length > 0) this.#command = await startCommand(command);
    } catch (error) {
      this.#file.discard();
      throw error;
    }
    this.#startedMs = performance.now();
  }

  #onPause(progress: Progress | undefined): boolean {
    progress?.update(undefined, (seconds) => this.#progressText(seconds));
    this.#stop = this.#reasonToStop();
    return this.#stop === undefined;
  }

  /** A command may end at any moment, and its end is not waited for in vain. */
  get #isExpectant(): boolean {
    return this.#command !== undefined || this.#leftMs < SOON_MS;
  }

  get #leftMs(): number {
    const { durationMs = Number.POSITIVE_INFINITY } = this.#options;
    return this.#startedMs + durationMs - performance.now();
  }

  #reasonToStop(): 'time' | 'signal' | 'command' | undefined {
    if (this.#command?.exitCode !== undefined) return 'command';
    if (this.#signals.stopRequested !== undefined) return 'signal';
    return this.#leftMs <= 0 ? 'time' : undefined;
  }

  #progressText(seconds: number): string {
    const events = counted(this.#recording.events, 'event');
    const bytes = bytesText(this.#file.bytes);
    return `${events}, ${bytes}, ${durationText(seconds)}: Ctrl-C ends the recording`;
  }

  #summary({ style }: Screen): string {
    const { events, hidden, leftOut, counters } = this.#recording;
    const { path, bytes } = this.#file;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    return summaryText({ path, bytes, seconds, events, hidden, leftOut, counters }, style);
  }
}

function openRecording(options: RecordOptions, { terminal, environment }: Call): Recording {
  const { err } = terminal;
  const nothing = (): void => undefined;
  const warning = (message: string): void => {
    err.write(`${err.style.yellow('warning:')} ${visible(message)}\n`);
  };
  try {
    return new Recording({
      ...options,
      hostname: environment['FALCO_HOSTNAME'] ?? hostname(),
      hostRoot: environment['HOST_ROOT'] ?? '',
      log: { warning, info: nothing, debug: nothing },
    });
  } catch (error) {
    if (!(error instanceof SensorError || error instanceof ProcError)) throw error;
    const hint = error.hint === undefined ? '' : `\nhint: ${error.hint}`;
    throw new CommandError(
      `cannot record this machine: ${error.message}${hint}\nsaker doctor tells what is missing`,
      { cause: error },
    );
  }
}
