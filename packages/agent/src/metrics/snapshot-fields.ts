/**
 * The fields of one "Falco internal: metrics snapshot": Falco's names and numbers
 * (stats_writer.cpp). Rates are those since the sample before.
 */

import { basename } from 'node:path';
import type { JsonValue } from '@saker/core/fields/field.ts';
import type { MetricsConfig } from '../config/service-config.ts';
import { durationS, pluginMetrics, queueDrops, wantsKernelCounters } from './falco-families.ts';
import { double, type FalcoMetric, integer, oneDecimal, snapshotField } from './falco-metric.ts';
import {
  bufferDrops,
  cpuCounters,
  dropsOf,
  kernelCounters,
  programStats,
} from './kernel-metrics.ts';
import { addressFields } from './network-addresses.ts';
import type { MetricsReaders, SensorReadings, SourceReadings } from './readings.ts';
import { type ResourceFiles, resourceMetrics } from './resource-usage.ts';
import { fieldName, matchFields } from './rule-metrics.ts';
import { stateCounters } from './state-metrics.ts';

export type SnapshotFields = Readonly<Record<string, JsonValue>>;
type Field = readonly [name: string, value: JsonValue];

export interface SnapshotParts {
  readonly readers: MetricsReaders;
  readonly config: MetricsConfig;
  readonly files: ResourceFiles;
}

/** What the sample before had counted, of one source. */
export interface CountsBefore {
  readonly timeNs: bigint;
  readonly events: number;
  readonly sensorEvents: number;
  readonly sensorDrops: number;
}

/** Before the first sample: Falco's zeros. */
export const NO_COUNTS: CountsBefore = {
  timeNs: 0n,
  events: 0,
  sensorEvents: 0,
  sensorDrops: 0,
};

export interface Snapshot {
  readonly fields: SnapshotFields;
  readonly counts: CountsBefore;
}

const SYSCALL_SOURCE = 'syscall';
const NS_PER_S = 1e9;
const PERCENT = 100;
/** Shown when they are zero, too, whatever include_empty_values says. */
const ALWAYS_SHOWN = new Set(['scap.n_evts', 'scap.n_drops']);

export function takeSnapshot(
  parts: SnapshotParts,
  source: SourceReadings,
  before: CountsBefore,
  nowNs: bigint,
): Snapshot {
  const { readers, config } = parts;
  const isSyscall = source.name === SYSCALL_SOURCE;
  const sensor = isSyscall ? readers.sensor?.() : undefined;
  const seconds = before.timeNs === 0n ? 0 : Number(nowNs - before.timeNs) / NS_PER_S;
  const fields: Field[] = [
    ...wrapperFields(readers, source, nowNs),
    ...eventFields(source.events, before.events, seconds),
    ...(config.rulesCounters ? ruleFields(parts) : []),
    ...metricFields(snapshotMetrics(parts, sensor, isSyscall), config),
    ...(sensor !== undefined && wantsKernelCounters(config)
      ? sensorRates(sensor, before, seconds)
      : []),
  ];
  return {
    fields: Object.fromEntries(fields),
    counts: {
      timeNs: nowNs,
      events: source.events,
      sensorEvents: sensor?.events ?? 0,
      sensorDrops: sensor === undefined ? 0 : dropsOf(sensor),
    },
  };
}

function wrapperFields(
  { facts, setup, alerts }: MetricsReaders,
  source: SourceReadings,
  nowNs: bigint,
): readonly Field[] {
  const { reloadTimeNs, rulesDigests, configDigests } = setup();
  return [
    ['evt.time', integer(nowNs)],
    ['evt.source', source.name],
    ['evt.hostname', facts.hostname],
    ['falco.version', facts.falcoVersion],
    ['falco.reload_ts', integer(reloadTimeNs)],
    ['falco.start_ts', integer(facts.startTimeNs)],
    ['falco.duration_sec', durationS(nowNs, facts.startTimeNs)],
    ['falco.kernel_release', facts.kernelRelease],
    ['falco.host_boot_ts', integer(facts.bootTimeNs)],
    ['falco.host_num_cpus', facts.cpus],
    ['falco.outputs_queue_num_drops', queueDrops(alerts())],
    ['scap.engine_name', source.engine],
    ...digestFields('falco.sha256_rules_file', rulesDigests),
    ...digestFields('falco.sha256_config_file', configDigests),
    ...addressFields(),
  ];
}

function digestFields(prefix: string, digests: ReadonlyMap<string, string>): readonly Field[] {
  return [...digests].map(([path, sha256]) => [`${prefix}.${fieldName(basename(path))}`, sha256]);
}

function eventFields(events: number, before: number, seconds: number): readonly Field[] {
  const counts: Field[] = [
    ['falco.num_evts', events],
    ['falco.num_evts_prev', before],
  ];
  if (before === 0 || seconds <= 0) return counts;
  return [...counts, ['falco.evts_rate_sec', rate(events - before, seconds)]];
}

function ruleFields({ readers, config }: SnapshotParts): readonly Field[] {
  return matchFields(readers.rules(), config.includeEmptyValues);
}

function snapshotMetrics(
  { readers, config, files }: SnapshotParts,
  sensor: SensorReadings | undefined,
  isSyscall: boolean,
): readonly FalcoMetric[] {
  const hasKernel = sensor !== undefined && wantsKernelCounters(config);
  const perCpu = config.kernelEventCountersPerCpu;
  const state = isSyscall && config.stateCounters ? readers.state?.() : undefined;
  return [
    ...(hasKernel ? [...kernelCounters(sensor), bufferDrops(sensor)] : []),
    ...(sensor !== undefined && perCpu ? cpuCounters(sensor) : []),
    ...(sensor !== undefined && config.libbpfStats ? programStats(sensor) : []),
    ...(config.resourceUtilization ? resourceMetrics(files) : []),
    ...(state === undefined ? [] : stateCounters(state)),
    ...(config.pluginsMetrics ? pluginMetrics(readers.plugins?.() ?? []) : []),
  ];
}

function metricFields(metrics: readonly FalcoMetric[], config: MetricsConfig): readonly Field[] {
  return metrics
    .filter(
      ({ value, subsystem, name }) =>
        config.includeEmptyValues ||
        Number(value) !== 0 ||
        ALWAYS_SHOWN.has(`${subsystem}.${name}`),
    )
    .map((metric) => snapshotField(metric, config));
}

function sensorRates(
  sensor: SensorReadings,
  before: CountsBefore,
  seconds: number,
): readonly Field[] {
  const events = sensor.events - before.sensorEvents;
  const drops = dropsOf(sensor) - before.sensorDrops;
  return [
    ['scap.n_evts_prev', before.sensorEvents],
    ['scap.evts_rate_sec', rate(events, seconds)],
    ['scap.n_drops_prev', before.sensorDrops],
    ['scap.evts_drop_rate_sec', rate(drops, seconds)],
    ['scap.n_drops_perc', double(events > 0 ? (PERCENT * drops) / events : 0)],
  ];
}

function rate(count: number, seconds: number): JsonValue {
  return double(seconds > 0 ? oneDecimal(count / seconds) : 0);
}
