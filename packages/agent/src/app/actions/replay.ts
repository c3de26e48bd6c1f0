/** `engine.kind=replay`: every event of a capture, as fast as it can be read. */

import { hostname } from 'node:os';
import { AlertMaker } from '@saker/core/engine/alert-maker.ts';
import { RuleEngine } from '@saker/core/engine/rule-engine.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import type { RuleSet } from '@saker/core/rules/rule.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { installNodeHost } from '../../host/node-host.ts';
import type { AlertOutput } from '../../outputs/alert-output.ts';
import { FileOutput } from '../../outputs/file-output.ts';
import { Outputs } from '../../outputs/outputs.ts';
import { StdoutOutput } from '../../outputs/stdout-output.ts';
import { CaptureFile } from '../../sources/capture-file.ts';
import { Detection } from '../detection.ts';
import { fieldTable } from '../field-table.ts';
import { matchSummary } from '../match-summary.ts';
import type { Session } from '../session.ts';
import { Signals } from '../signals.ts';

/** The exit code. */
export async function replay(session: Session, ruleSet: RuleSet): Promise<number> {
  installNodeHost();
  const { config, streams, log } = session;
  const file = new CaptureFile(config.engine.captureFile);
  log.info(`Replaying events from the capture file: ${file.path}`);
  const outputs = openOutputs(session);
  const signals = new Signals();
  try {
    const run = new Replay(session, ruleSet, outputs, signals);
    try {
      await run.read(file);
    } finally {
      outputs.close();
      streams.err(matchSummary(run.engine));
    }
  } finally {
    signals.release();
    file.close();
  }
  return 0;
}

class Replay {
  readonly engine: RuleEngine;
  readonly #session: Session;
  readonly #outputs: AlertOutput;
  readonly #signals: Signals;
  readonly #reader: ScapReader;
  readonly #detection: Detection;
  readonly #state: SystemState;
  readonly #limit: TimeLimit | undefined;

  constructor(session: Session, ruleSet: RuleSet, outputs: AlertOutput, signals: Signals) {
    this.#session = session;
    this.#outputs = outputs;
    this.#signals = signals;
    const { config, flags } = session;
    const event = new EventView();
    const state = new SystemState(event, {
      ...(config.threadTableSize > 0 ? { threadsMax: config.threadTableSize } : {}),
    });
    const fields = fieldTable(config.staticFields);
    const matching = config.ruleMatching;
    this.engine = new RuleEngine(ruleSet, { fields, state, matching, evaluator: 'fast' });
    const alerts = new AlertMaker({
      fields,
      hostname: hostnameOf(session),
      iso8601: config.iso8601,
    });
    const { lines, bufferBase64 } = config;
    const write = (line: string): void => outputs.write(line);
    this.#detection = new Detection({ state, engine: this.engine, alerts, lines, bufferBase64, write });
    this.#state = state;
    this.#reader = new ScapReader(event, state);
    this.#limit = flags.durationSeconds === 0 ? undefined : new TimeLimit(flags.durationSeconds);
  }

  async read(file: CaptureFile): Promise<void> {
    const start = process.cpuUsage();
    await file.read(this.#reader, {
      onEvent: () => this.#onEvent(),
      onPause: () => this.#onPause(),
    });
    const { config, flags, log, streams } = this.#session;
    if (this.#signals.stopRequested !== undefined) {
      log.info(`${this.#signals.stopRequested} received, exiting...`);
    }
    if (config.outputs.buffered || !flags.verbose) return;
  }

  #onEvent(): boolean {
    if (this.#limit?.isOver(this.#state.context.event) === true) return false;
    this.#detection.onEvent();
    return this.#signals.stopRequested === undefined;
  }

  #onPause(): void {
    const { config, flags, log } = this.#session;
    if (this.#signals.reopenRequested) {
      this.#signals.reopenRequested = false;
      log.info('SIGUSR1 received, reopening outputs...');
      this.#outputs.reopen();
    }
    if (flags.unbuffered || !config.outputs.buffered) this.#outputs.flush();
  }
}
