/** Falco's page of metrics: its names, kinds and labels (falco_metrics.cpp), values of now. */

import { basename } from 'node:path';
import type { MetricsConfig } from '../config/service-config.ts';
import { FALCO_HELP, type FalcoMetric, familiesOf } from './falco-metric.ts';
import { cpuCounters, enterDrops, kernelCounters, programStats } from './kernel-metrics.ts';
import type { Labels, MetricFamily } from './metric-family.ts';
import type { AlertReadings, MetricsReaders, PluginMetricReading } from './readings.ts';
import { type ResourceFiles, resourceMetrics } from './resource-usage.ts';
import { matchesFamily } from './rule-metrics.ts';
import { stateCounters } from './state-metrics.ts';

const NS_PER_S = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

export function falcoFamilies(
  readers: MetricsReaders,
  config: MetricsConfig,
  files: ResourceFiles,
): readonly MetricFamily[] {
  return [
    ...infoFamilies(readers),
    ...(config.rulesCounters ? [matchesFamily(readers.rules())] : []),
    ...familiesOf([
      ...wrapperMetrics(readers),
      ...kernelMetrics(readers, config),
      ...(config.resourceUtilization ? resourceMetrics(files) : []),
      ...(config.stateCounters && readers.state !== undefined
        ? stateCounters(readers.state())
        : []),
      ...(config.pluginsMetrics ? pluginMetrics(readers.plugins?.() ?? []) : []),
    ]),
  ];
}

function kernelMetrics(readers: MetricsReaders, config: MetricsConfig): readonly FalcoMetric[] {
  const readings = readers.sensor?.();
  if (readings === undefined) return [];
  return [
    ...(wantsKernelCounters(config) ? [...kernelCounters(readings), ...enterDrops] : []),
    ...(config.kernelEventCountersPerCpu ? cpuCounters(readings) : []),
    ...(config.libbpfStats ? programStats(readings) : []),
  ];
}

/** Those of each processor come with those of all. */
export function wantsKernelCounters(config: MetricsConfig): boolean {
  return config.kernelEventCounters || config.kernelEventCountersPerCpu;
}

function infoFamilies({ facts, setup, sources }: MetricsReaders): readonly MetricFamily[] {
  const { rulesDigests, configDigests } = setup();
  return [
    info('falco_version', [{ version: facts.falcoVersion }]),
    info('falco_sha256_rules_files', fileLabels(rulesDigests)),
    info('falco_sha256_config_files', fileLabels(configDigests)),
    info('falco_kernel_release', [{ kernel_release: facts.kernelRelease }]),
    info('evt_hostname', [{ hostname: facts.hostname }]),
    info(
      'scap_engine_name',
      sources().map(({ name, engine }) => ({ engine_name: engine, evt_source: name })),
    ),
  ];
}

function info(name: string, labels: readonly Labels[]): MetricFamily {
  return {
    name: `falcosecurity_${name}_info`,
    help: FALCO_HELP,
    kind: 'gauge',
    samples: labels.map((each) => ({ labels: each, value: 1 })),
  };
}

/** Two files of one name and content would be one series twice. */
function fileLabels(digests: ReadonlyMap<string, string>): readonly Labels[] {
  const byLabels = new Map(
    [...digests].map(([path, sha256]) => {
      const file_name = basename(path);
      return [`${file_name} ${sha256}`, { file_name, sha256 }];
    }),
  );
  return [...byLabels.values()];
}

function wrapperMetrics({ facts, setup, alerts }: MetricsReaders): readonly FalcoMetric[] {
  const nowNs = BigInt(Date.now()) * NS_PER_MS;
  const of = (
    name: string,
    unit: FalcoMetric['unit'],
    kind: FalcoMetric['kind'],
    value: number | bigint,
  ): FalcoMetric => ({ name, unit, kind, value, subsystem: 'falco' });
  return [
    of('outputs_queue_num_drops', 'count', 'counter', queueDrops(alerts())),
    of('reload_ts', 'timestamp', 'gauge', setup().reloadTimeNs),
    of('start_ts', 'timestamp', 'gauge', facts.startTimeNs),
    of('duration_sec', 'countedSeconds', 'counter', durationS(nowNs, facts.startTimeNs)),
    of('host_boot_ts', 'timestamp', 'gauge', facts.bootTimeNs),
    of('host_num_cpus', 'count', 'gauge', facts.cpus),
  ];
}

/** Whole seconds. */
export function durationS(nowNs: bigint, startNs: bigint): number {
  return nowNs > startNs ? Number((nowNs - startNs) / NS_PER_S) : 0;
}

/** Falco has one queue for all outputs; here an alert counts for each output that it missed. */
export function queueDrops({ outputs }: AlertReadings): number {
  return outputs.flatMap(({ dropped }) => dropped).reduce((sum, count) => sum + count, 0);
}

export function pluginMetrics(metrics: readonly PluginMetricReading[]): readonly FalcoMetric[] {
  return metrics.map(({ plugin, name, value, kind }) => ({
    name: `${plugin}.${name}`,
    unit: 'count',
    kind,
    value,
    subsystem: 'plugins',
  }));
}
