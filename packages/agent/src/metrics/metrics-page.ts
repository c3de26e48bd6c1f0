/** The page at /metrics: what Falco shows, what falco-exporter showed, and what is ours. */

import type { MetricsConfig } from '../config/service-config.ts';
import { expositionText } from './exposition.ts';
import type { FalcoEvents } from './falco-events.ts';
import { falcoFamilies } from './falco-families.ts';
import type { LatencyHistogram } from './latency-histogram.ts';
import type { MetricFamily } from './metric-family.ts';
import { asOfNow, type MetricsReaders } from './readings.ts';
import type { ResourceFiles } from './resource-usage.ts';
import { type RuleCosts, ruleCostFamilies } from './rule-costs.ts';
import { sakerFamilies } from './saker-families.ts';

export interface MetricsPageParts {
  /** Of now: a reload may change it. */
  readonly config: () => MetricsConfig;
  readonly readers: MetricsReaders;
  readonly files: ResourceFiles;
  readonly falcoEvents: FalcoEvents;
  readonly latency: LatencyHistogram;
  /** One for each source whose rules are timed. */
  readonly costs: () => readonly RuleCosts[];
}

export class MetricsPage {
  readonly #parts: MetricsPageParts;

  constructor(parts: MetricsPageParts) {
    this.#parts = parts;
  }

  /** Everything is read now. */
  text(): string {
    return expositionText(this.families());
  }

  families(): readonly MetricFamily[] {
    const { config, files, falcoEvents, latency, costs } = this.#parts;
    const readers = asOfNow(this.#parts.readers);
    const current = config();
    const rules = [...falcoEvents.families(), ...ruleCostFamilies(costs())];
    return [
      ...falcoFamilies(readers, current, files),
      ...(current.rulesCounters ? rules : []),
      ...sakerFamilies(readers),
      latency.family(),
    ];
  }
}
