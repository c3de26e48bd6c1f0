/**
 * Falco's captures around alerts: a rule that matches starts one, which holds what is known of the
 * machine, the event, and those that follow it, until a time or a size is reached. As in Falco
 * there is one at a time, and whatever matches meanwhile makes it last longer (process_events.cpp).
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import type { Rule } from '@saker/core/rules/rule.ts';
import type { SystemState } from '@saker/core/state/system-state.ts';
import type { CaptureConfig } from '../config/config.ts';
import type { Logger } from '../host/logger.ts';
import { AlertCapture } from './alert-capture.ts';
import { capturePath } from './capture-path.ts';
import { CaptureWriteError } from './queued-file.ts';

export interface AlertCapturesParts {
  readonly config: CaptureConfig;
  readonly state: SystemState;
  readonly log: Pick<Logger, 'error' | 'info' | 'debug'>;
}

const INFORMATIONAL = 6;
const MIB_BYTES = 1 << 20;
const NS_PER_MS = 1_000_000n;

export class AlertCaptures {
  /** Captures that were begun. */
  started = 0;
  /** Of these, ended by the limit of size. */
  limited = 0;
  /** Files that could not be made, or not be written to the end. */
  failed = 0;
  readonly #parts: AlertCapturesParts;
  #current: AlertCapture | undefined = undefined;
  /** Nanoseconds since the epoch, as two words; of matches, whether they start a capture or not. */
  #deadlineLow = 0;
  #deadlineHigh = 0;
  #starts = false;
  /** Ended, and being written. */
  readonly #closing = new Set<Promise<void>>();
  /** Said already: a folder that is not there is not there for each alert. */
  #toldFailure: string | undefined = undefined;

  constructor(parts: AlertCapturesParts) {
    this.#parts = parts;
    const { mode, pathPrefix } = parts.config;
    parts.log.info(`Capture is enabled in mode '${mode}'. Capturing events to ${pathPrefix}`);
  }

  get isActive(): boolean {
    return this.#current !== undefined;
  }

  /** A rule matches the event that state has just applied. */
  onMatch(rule: Pick<Rule, 'capture' | 'captureDurationMs'>): void {
    const { config, state } = this.#parts;
    const { timeLow, timeHigh } = state.context.event;
    if (config.mode === 'all_rules' || rule.capture) this.#starts = true;
    const durationMs =
      rule.captureDurationMs > 0 ? rule.captureDurationMs : config.defaultDurationMs;
    const deadline = nanoseconds(timeLow, timeHigh) + BigInt(durationMs) * NS_PER_MS;
    const high = Number(deadline >> 32n);
    const low = Number(deadline & 0xffff_ffffn);
    if (!isBefore(this.#deadlineLow, this.#deadlineHigh, low, high)) return;
    this.#deadlineLow = low;
    this.#deadlineHigh = high;
  }

  /** For every event, after the rules. What is to be told, if that ended a capture. */
  onEvent(): InternalMessage | undefined {
    if (this.#current === undefined && !this.#starts) return undefined;
    const { event } = this.#parts.state.context;
    if (this.#starts) this.#start();
    this.#current?.event(event);
    return this.#check(event.timeLow, event.timeHigh);
  }

  /** The time is that of the wall, when there are no events: `timeNs` since the epoch. */
  tick(timeNs: bigint): void {
    this.#check(Number(timeNs & 0xffff_ffffn), Number(timeNs >> 32n));
  }

  /** Ends what is in progress; resolves when all is written. */
  async close(): Promise<void> {
    this.#end();
    await Promise.all(this.#closing);
  }

  #start(): void {
    this.#starts = false;
    if (this.#current !== undefined) return;
    const { config, state, log } = this.#parts;
    const { timeLow, timeHigh, num } = state.context.event;
    const time = nanoseconds(timeLow, timeHigh);
    const path = capturePath(config.pathPrefix, time, num);
    try {
      this.#current = new AlertCapture(path);
      this.#current.begin(state, time);
      this.started++;
      log.debug(`Capturing events to ${path}`);
    } catch (error) {
      if (!(error instanceof CaptureWriteError)) throw error;
      this.#fail(path, error.message);
    }
  }

  #check(timeLow: number, timeHigh: number): InternalMessage | undefined {
    const capture = this.#current;
    if (capture === undefined) return undefined;
    const { fileBytesMax } = this.#parts.config;
    if (capture.failure !== undefined) {
      this.#end();
    } else if (!isBefore(timeLow, timeHigh, this.#deadlineLow, this.#deadlineHigh)) {
      this.#end();
    } else if (fileBytesMax !== undefined && capture.bytes >= fileBytesMax) {
      this.limited++;
      this.#end();
      return sizeMessage(fileBytesMax, capture.bytes);
    }
    return undefined;
  }

  #end(): void {
    const capture = this.#current;
    if (capture === undefined) return;
    this.#current = undefined;
    this.#deadlineLow = 0;
    this.#deadlineHigh = 0;
    const closing = this.#finish(capture).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #finish(capture: AlertCapture): Promise<void> {
    await capture.end();
    if (capture.failure === undefined) this.#toldFailure = undefined;
    else this.#fail(capture.path, capture.failure);
  }

  #fail(path: string, reason: string): void {
    this.failed++;
    if (reason === this.#toldFailure) return;
    this.#toldFailure = reason;
    this.#parts.log.error(`Could not write the capture ${path}: ${reason}`);
  }
}

function sizeMessage(fileBytesMax: number, writtenBytes: number): InternalMessage {
  const rule = 'Falco internal: capture size limit reached';
  const megabytes = fileBytesMax / MIB_BYTES;
  return {
    rule,
    priority: INFORMATIONAL,
    text: `${rule}. Configured limit: ${megabytes} MB.`,
    fields: { max_file_size_mb: megabytes, written_bytes: writtenBytes },
  };
}

function nanoseconds(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function isBefore(low: number, high: number, otherLow: number, otherHigh: number): boolean {
  return high === otherHigh ? low < otherLow : high < otherHigh;
}
