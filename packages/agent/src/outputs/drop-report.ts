/**
 * What is said of alerts that outputs had no room for: in the log, and as an alert of its own that
 * the other outputs deliver.
 */

import type { InternalMessage } from '@saker/core/engine/internal-alert.ts';
import { type OutputCounters, sumOf } from './output-counters.ts';

export interface DropReportResult {
  /** For the log. The first one is in Falco's words. */
  readonly text: string;
  readonly alert: InternalMessage;
}

/** Of LOG_WARNING: important enough not to be dropped itself before everything else. */
const WARNING = 4;
/** Between two reports, so that an output that hangs does not fill the others. */
const BETWEEN_MS = 60_000;
const FIRST_TEXT = 'Outputs queue out of memory. Drop event and continue on ...';

export class DropReport {
  readonly #told = new Map<string, number>();
  #toldAtMs = -Infinity;

  /** undefined when nothing was dropped since the last report, or when that is not long ago. */
  check(counters: readonly OutputCounters[], nowMs: number): DropReportResult | undefined {
    if (nowMs - this.#toldAtMs < BETWEEN_MS) return undefined;
    const drops = counters.map(({ name, dropped }): readonly [string, number] => [
      name,
      Math.max(sumOf(dropped) - (this.#told.get(name) ?? 0), 0),
    ]);
    const all = sumOf(drops.map(([, count]) => count));
    if (all === 0) return undefined;
    const isFirst = this.#told.size === 0;
    this.#toldAtMs = nowMs;
    for (const { name, dropped } of counters) this.#told.set(name, sumOf(dropped));
    const some = drops.filter(([, count]) => count > 0);
    const details = some.map(([name, count]) => `${name} ${count}`).join(', ');
    const text = `alerts dropped since the last report: ${details}`;
    const rule = 'Falco internal: outputs queue drop';
    const fields = {
      n_drops: String(all),
      ...Object.fromEntries(some.map(([name, count]) => [`n_drops_${name}`, String(count)])),
    };
    return {
      text: isFirst ? `${FIRST_TEXT} (${text})` : text,
      alert: { rule, priority: WARNING, text: `${rule}. ${all} alerts dropped.`, fields },
    };
  }
}
