/** Outputs of one place, as the thread of events sees them: their lanes and their life. */

import type { OutputsConfig } from '../../config/output-config.ts';
import type { OutgoingAlert } from '../alert-output.ts';
import type { QueueLimits } from '../alert-queue.ts';
import type { ServedVersions } from '../grpc/services.ts';
import type { OutputKind } from '../open-outputs.ts';
import { ProblemLog } from '../problem-log.ts';
import { LocalPlace } from './local-place.ts';
import type { FromOutputs, OutputsStart, ToOutputs } from './messages.ts';
import { OutputLane } from './output-lane.ts';
import type { OutputPlace } from './output-place.ts';
import { WorkerPlace } from './worker-place.ts';

export type OutputLogLevel = 'critical' | 'error' | 'notice';

export interface OutputThreadOptions {
  readonly outputs: OutputsConfig;
  /** Lines are JSON documents. */
  readonly json: boolean;
  readonly versions: ServedVersions;
  /** What the user should know. */
  readonly log: (level: OutputLogLevel, message: string) => void;
  /**
   * For a replay: nothing is dropped, whoever writes waits (`ready`); and the end waits for outputs
   * as long as they get on.
   */
  readonly losesNothing?: boolean;
}

interface OutputGroupParts extends OutputThreadOptions {
  /** Alerts were settled, or a thread ended. */
  readonly onChange: () => void;
  /**
   * Outputs open when this is over: those that they replace have let go of files and addresses, and
   * what these were given comes first. Alerts wait until then.
   */
  readonly after?: Promise<unknown>;
}

/** Of all lines that wait for one output. Lines may be long: arguments and buffers are in them. */
const CHARS_MAX = 64 << 20;
/** How long outputs may take to let go, when all alerts are delivered or given up. */
const CLOSE_MS = 1000;
/** A replay gives up an output that has not moved for so long. */
const STALL_MS = 30_000;
const NO_LIMITS: QueueLimits = { alertsMax: Infinity, charsMax: Infinity };

export function groupKey(
  kinds: readonly OutputKind[],
  { outputs, json }: Pick<OutputThreadOptions, 'outputs' | 'json'>,
): string {
  const { buffered, queueCapacity, timeoutMs } = outputs;
  // Lines are made elsewhere; only requests name the type of their content.
  const configs = kinds.map(({ name }) => [name, outputs[name], name === 'http' && json]);
  return JSON.stringify([configs, buffered, queueCapacity, timeoutMs]);
}

export class OutputGroup {
  readonly lanes: readonly OutputLane[];
  /** What it was opened with: a configuration that says the same needs no other group. */
  readonly key: string;
  /** Its thread ended by a mistake of ours: what it had is lost. */
  hasFailed = false;
  readonly #options: OutputGroupParts;
  #place: OutputPlace | undefined = undefined;
  readonly #opened: Promise<void> | undefined = undefined;
  readonly #problems = new Map<string, ProblemLog>();
  /** Lanes that were reported as slow, until they move again. */
  readonly #slow = new Set<OutputLane>();
  #isDone = false;
  #onHeard: () => void = () => undefined;

  constructor(kinds: readonly OutputKind[], options: OutputGroupParts) {
    this.#options = options;
    this.key = groupKey(kinds, options);
    this.lanes = kinds.map((kind) => this.#openLane(kind));
    if (options.after === undefined) this.#place = this.#open(kinds);
    else this.#opened = this.#openAfter(options.after, kinds);
  }

  async #openAfter(before: Promise<unknown>, kinds: readonly OutputKind[]): Promise<void> {
    await before;
    this.#place = this.#open(kinds);
    this.pump();
  }

  #open(kinds: readonly OutputKind[]): OutputPlace {
    const { outputs, json, versions, losesNothing = false } = this.#options;
    const names = kinds.map(({ name }) => name);
    const start: OutputsStart = { outputs, names, json, versions, holds: !losesNothing };
    const events = {
      message: (message: FromOutputs) => this.#onMessage(message),
      death: (error: Error) => this.#onDeath(error),
    };
    const isLocal = kinds.every(({ place }) => place === 'here');
    return isLocal ? new LocalPlace(start, events) : new WorkerPlace(start, events);
  }

  pump(): void {
    if (this.#place === undefined) return;
    const now = performance.now();
    for (const lane of this.lanes) {
      lane.pump(now);
      this.#reportSlow(lane, now);
    }
  }

  reopen(): void {
    this.#send({ kind: 'reopen' });
  }

  /**
   * All alerts are settled and nothing runs any more. What could not be settled in time is counted
   * as lost. False: a thread is stuck in a system call, and the process must leave without it.
   */
  async closed(withinMs: number): Promise<boolean> {
    await this.#opened;
    if (this.hasFailed) return true;
    this.#send({ kind: 'finish' });
    await this.#drain(withinMs);
    for (const lane of this.lanes) this.#tellRest(lane);
    this.#send({ kind: 'close' });
    const end = performance.now() + CLOSE_MS;
    while (!this.#isDone && performance.now() < end) await this.#change(CLOSE_MS);
    for (const lane of this.lanes) lane.end();
    const isStuck = !this.#isDone && this.lanes.some(({ kind }) => kind.mayHang);
    if (isStuck) this.#place?.abandon();
    else await this.#place?.end();
    return !isStuck;
  }

  get #queued(): number {
    return this.lanes.reduce((sum, { queued }) => sum + queued, 0);
  }

  /** Until nothing is queued or time is over. For a replay it begins again with all progress. */
  async #drain(withinMs: number): Promise<void> {
    const { losesNothing = false } = this.#options;
    const patienceMs = losesNothing ? STALL_MS : withinMs;
    let end = performance.now() + patienceMs;
    while (this.#queued > 0 && !this.hasFailed && performance.now() < end) {
      this.pump();
      const before = this.#queued;
      await this.#change(end - performance.now());
      if (losesNothing && this.#queued < before) end = performance.now() + patienceMs;
    }
  }

  /** Until something is heard of the thread, or so long. */
  async #change(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(withinMs, 0));
      this.#onHeard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #openLane(kind: OutputKind): OutputLane {
    const { outputs, losesNothing = false, log } = this.#options;
    const { name, window, isPulled, queueMax } = kind;
    this.#problems.set(name, new ProblemLog((problem) => log('error', `${name}: ${problem}`)));
    const bounds = { alertsMax: outputs.queueCapacity ?? queueMax, charsMax: CHARS_MAX };
    const limits = losesNothing && !isPulled ? NO_LIMITS : bounds;
    const send = (alerts: readonly OutgoingAlert[]): void =>
      this.#send({ kind: 'alerts', name, alerts });
    const isFed = kind.isFed(outputs);
    return new OutputLane({ kind, isFed, window: window(outputs), limits, send });
  }

  #send(message: ToOutputs): void {
    this.#place?.send(message);
  }

  #onMessage(message: FromOutputs): void {
    if (message.kind === 'closed') this.#isDone = true;
    else this.#onNews(message);
    this.#onHeard();
    this.#options.onChange();
  }

  #onNews(message: Exclude<FromOutputs, { readonly kind: 'closed' }>): void {
    const lane = this.lanes.find(({ kind }) => kind.name === message.name);
    if (lane === undefined) return;
    if (message.kind === 'unread') {
      lane.isUnread = true;
      return;
    }
    const { name, delivered, failed, problem } = message;
    const now = performance.now();
    lane.settle(delivered, failed, now);
    if (problem !== undefined) {
      lane.lastProblem = problem;
      this.#problems.get(name)?.add(problem, now);
    }
    lane.pump(now);
  }

  #onDeath(error: Error): void {
    this.hasFailed = true;
    for (const lane of this.lanes) lane.end();
    this.#options.log('error', `the thread of outputs ended: ${error.message}`);
    this.#onHeard();
    this.#options.onChange();
  }

  /** In Falco's words up to the comma: there, one output blocks all. */
  #reportSlow(lane: OutputLane, now: number): void {
    const isSlow = lane.stuckMs(now) > this.#options.outputs.timeoutMs;
    if (isSlow === this.#slow.has(lane)) return;
    if (!isSlow) {
      this.#slow.delete(lane);
      return;
    }
    this.#slow.add(lane);
    this.#options.log('critical', `"${lane.kind.name}" output timeout, its alerts wait`);
  }

  #tellRest(lane: OutputLane): void {
    if (lane.queued === 0) return;
    const { log } = this.#options;
    const rest = `discarding all remaining notifications (${lane.kind.name}: ${lane.queued})`;
    log('notice', `output channels still blocked, ${rest}`);
  }
}
