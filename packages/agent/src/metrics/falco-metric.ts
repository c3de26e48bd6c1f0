/**
 * One number as Falco's libraries name it, with its unit, from which the names and values of both
 * ways out follow: series of Prometheus, and fields of a metrics snapshot (metrics_collector.cpp).
 */

import type { JsonValue } from '@saker/core/fields/field.ts';
import { doubleText } from '@saker/core/fields/value-text.ts';
import type { Labels, MetricFamily, MetricSample } from './metric-family.ts';

/** With what the names of series end in. */
const UNIT_SUFFIXES = {
  count: 'total',
  percent: 'ratio',
  bytes: 'bytes',
  kibibytes: 'bytes',
  nanoseconds: 'nanoseconds',
  countedSeconds: 'seconds_total',
  countedNanoseconds: 'nanoseconds_total',
  timestamp: 'timestamp_nanoseconds',
} as const;
export type Unit = keyof typeof UNIT_SUFFIXES;

export type Subsystem = 'falco' | 'scap' | 'plugins';

export interface FalcoMetric {
  readonly name: string;
  readonly unit: Unit;
  readonly kind: 'counter' | 'gauge';
  readonly value: number | bigint;
  /** Of the series. */
  readonly subsystem: Subsystem;
  /** Of the snapshot, where it is another than that of the series. */
  readonly snapshotPrefix?: Subsystem;
  /** Of series that a label tells apart; the snapshot has them in the name. */
  readonly series?: { readonly name: string; readonly labels: Labels };
}

export const FALCO_HELP = 'https://falco.org/docs/metrics/';
const KIBIBYTE = 1024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;
const PERCENT = 100;
/** Units that names of the libraries end in, or have inside; the longer one of two first. */
const NATIVE_SUFFIXES = /_kb|_bytes|_mb|_percentage|_perc|_ratio|_ns|_ts|_sec|_total/g;
const MEMORY_SUFFIXES = /_kb|_bytes/g;

/** `falcosecurity_<subsystem>_<name>_<unit>`. */
export function seriesName({ subsystem, name, series, unit }: FalcoMetric): string {
  const native = `falcosecurity_${subsystem}_${series?.name ?? name}_`;
  return sanitise(native.replaceAll(NATIVE_SUFFIXES, '') + UNIT_SUFFIXES[unit]);
}

/** Characters that names of series cannot have become `_`, and several of those one. */
export function sanitise(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_:]/g, '_').replaceAll(/_+/g, '_');
}

function seriesSample({ value, unit, series }: FalcoMetric): MetricSample {
  const labels = series?.labels;
  return { ...(labels !== undefined && { labels }), value: seriesValue(value, unit) };
}

function seriesValue(value: number | bigint, unit: Unit): number | bigint {
  if (unit === 'percent') return Number(value) / PERCENT;
  return unit === 'kibibytes' ? Number(value) * KIBIBYTE : value;
}

/** Metrics of the same series are one family, where the first of them stood. */
export function familiesOf(metrics: readonly FalcoMetric[]): readonly MetricFamily[] {
  const families = new Map<string, MetricFamily & { readonly samples: MetricSample[] }>();
  for (const metric of metrics) {
    const name = seriesName(metric);
    const family = families.get(name);
    if (family !== undefined) family.samples.push(seriesSample(metric));
    else {
      const { kind } = metric;
      families.set(name, { name, help: FALCO_HELP, kind, samples: [seriesSample(metric)] });
    }
  }
  return [...families.values()];
}

export interface SnapshotUnits {
  readonly convertMemoryToMb: boolean;
}

/** The field of a snapshot: its name and its value as JSON. */
export function snapshotField(
  metric: FalcoMetric,
  { convertMemoryToMb }: SnapshotUnits,
): readonly [name: string, value: JsonValue] {
  const { name, unit, value } = metric;
  const prefix = metric.snapshotPrefix ?? metric.subsystem;
  const isMemory = unit === 'bytes' || unit === 'kibibytes';
  if (isMemory && convertMemoryToMb) {
    const bytes = Number(value) * (unit === 'kibibytes' ? KIBIBYTE : 1);
    const renamed = name.replaceAll(MEMORY_SUFFIXES, '_mb');
    return [`${prefix}.${renamed}`, double(oneDecimal(bytes / MEBIBYTE))];
  }
  return [`${prefix}.${name}`, unit === 'percent' ? double(Number(value)) : integer(value)];
}

export function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}

/** As Falco's JSON has it: `0.0`. */
export function double(value: number): JsonValue {
  return { raw: doubleText(value) };
}

export function integer(value: number | bigint): JsonValue {
  return typeof value === 'bigint' ? { raw: String(value) } : value;
}
