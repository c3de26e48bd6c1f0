/**
 * `metrics.interval`: every so often a sample of the metrics of each source becomes an alert about
 * the program itself, a line of a file, or both.
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import type { MetricsConfig } from '../config/service-config.ts';
import { asOfNow } from './readings.ts';
import {
  type CountsBefore,
  NO_COUNTS,
  type SnapshotParts,
  takeSnapshot,
} from './snapshot-fields.ts';
import { SnapshotFile } from './snapshot-file.ts';

export interface MetricsSnapshotsParts extends Omit<SnapshotParts, 'config'> {
  readonly config: MetricsConfig;
  /** Delivers an alert about the program itself. */
  readonly tell: (message: InternalMessage) => void;
  readonly onProblem: (message: string) => void;
}

const RULE = 'Falco internal: metrics snapshot';
const TEXT = 'Falco metrics snapshot';
const INFORMATIONAL = 6;
/** What Falco enforces, and the configuration's reader with it. */
export const INTERVAL_MS_MIN = 100;
/** Node's timers take no more: longer intervals are waited for in steps. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const NS_PER_MS = 1_000_000n;

export class MetricsSnapshots {
  readonly #parts: MetricsSnapshotsParts;
  readonly #file: SnapshotFile | undefined;
  readonly #before = new Map<string, CountsBefore>();
  #sample = 0;
  #dueMs = 0;
  #timer: NodeJS.Timeout | undefined = undefined;

  /** SnapshotFileError when the file cannot be opened. */
  constructor(parts: MetricsSnapshotsParts) {
    this.#parts = parts;
    const { file } = parts.config;
    this.#file = file === undefined ? undefined : new SnapshotFile(file, parts.onProblem);
  }

  /** Samples that could not be written to the file. */
  get lost(): number {
    return this.#file?.lost ?? 0;
  }

  /** The first sample comes after one interval. Nothing happens when nobody wants samples. */
  start(): void {
    const { enabled, asAlert } = this.#parts.config;
    if (!enabled || (!asAlert && this.#file === undefined)) return;
    this.#dueMs = performance.now() + this.#intervalMs;
    this.#wait();
  }

  get #intervalMs(): number {
    return Math.max(INTERVAL_MS_MIN, this.#parts.config.intervalMs);
  }

  #wait(): void {
    const leftMs = Math.min(TIMER_MS_MAX, Math.max(0, this.#dueMs - performance.now()));
    this.#timer = setTimeout(() => this.#onTimer(), leftMs);
    // The process ends when its work is done, not when a sample is.
    this.#timer.unref();
  }

  #onTimer(): void {
    const now = performance.now();
    if (now >= this.#dueMs) {
      this.take();
      // From the time that was meant: late samples do not make later ones late. What a sleeping
      // machine missed is not made up for.
      this.#dueMs += this.#intervalMs;
      if (this.#dueMs < now) this.#dueMs = now + this.#intervalMs;
    }
    this.#wait();
  }

  /** One sample of each source, now. */
  take(nowNs: bigint = BigInt(Date.now()) * NS_PER_MS): void {
    const { config, tell } = this.#parts;
    const readers = asOfNow(this.#parts.readers);
    this.#sample++;
    const samples = readers.sources().map((source) => {
      const before = this.#before.get(source.name) ?? NO_COUNTS;
      const { fields, counts } = takeSnapshot({ ...this.#parts, readers }, source, before, nowNs);
      this.#before.set(source.name, counts);
      return fields;
    });
    if (config.asAlert) {
      for (const fields of samples)
        tell({ rule: RULE, priority: INFORMATIONAL, text: TEXT, fields });
    }
    this.#file?.write(this.#sample, samples);
  }

  /** No more samples; what was taken is written. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#file?.closed();
  }
}
