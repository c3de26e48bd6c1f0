/** What metrics are told of a run: see metrics/readings.ts. */

import type { MetricsReaders, SourceReadings } from '../../metrics/readings.ts';
import { readSensor } from '../../metrics/sensor-readings.ts';
import { readState } from '../../metrics/state-readings.ts';
import { lostOf } from '../../plugins/event-queue.ts';
import type { RuleTotal } from '../rule-totals.ts';
import type { Generation } from './generation.ts';
import type { LiveAlerts } from './live-alerts.ts';
import type { LiveOutputs } from './live-outputs.ts';
import type { PluginSources } from './plugin-sources.ts';
import type { Reloads } from './reloads.ts';
import type { SyscallSource } from './syscall-source.ts';

export interface ReadRun {
  readonly generation: Generation;
  readonly syscalls: SyscallSource | undefined;
  readonly plugins: PluginSources;
  readonly alerts: LiveAlerts;
  readonly outputs: LiveOutputs;
  readonly reloads: Reloads;
  readonly ruleTotals: readonly RuleTotal[];
  /** Events of system calls that rules were evaluated on. */
  readonly syscallEvents: number;
}

/** `run` is asked at the moment of each reading. */
export function liveReaders(
  run: () => ReadRun,
  { syscalls }: Pick<ReadRun, 'syscalls'>,
): Omit<MetricsReaders, 'facts' | 'webServer'> {
  return {
    setup() {
      const { generation, reloads } = run();
      const { loadedAtNs, rulesDigests, configDigests, number } = generation;
      return {
        reloadTimeNs: loadedAtNs,
        rulesDigests,
        configDigests,
        generation: number,
        failedReloads: reloads.failed,
      };
    },
    sources: () => sourcesOf(run()),
    rules: () => run().ruleTotals,
    alerts() {
      const { outputs, alerts } = run();
      return { outputs: outputs.counters, unnamed: alerts.unnamed };
    },
    plugins: () => run().generation.rules.loaded.plugins.metrics(),
    ...(syscalls !== undefined && {
      sensor: () => readSensor(syscalls.sensor, syscalls.events.pendingBytesHighest),
      state() {
        const { generation, syscallEvents: events } = run();
        const { threadTableSize: threadsMax } = generation.session.config;
        return readState(syscalls.state, { events, threadsMax });
      },
      containers: () => syscalls.containers.stats,
    }),
  };
}

function sourcesOf({ syscalls, syscallEvents, plugins }: ReadRun): readonly SourceReadings[] {
  const ofPlugins = plugins.counters.map(([name, counters]): SourceReadings => {
    const lostEvents = lostOf(counters);
    return { name, engine: 'source_plugin', events: counters.taken, lostEvents };
  });
  if (syscalls === undefined) return ofPlugins;
  return [{ name: 'syscall', engine: 'modern_bpf', events: syscallEvents }, ...ofPlugins];
}
