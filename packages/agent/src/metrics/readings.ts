/**
 * What metrics are made from: functions that tell what is now. App gives them; each is asked when
 * somebody looks at metrics, and never in between.
 */

import type { Rule } from '@saker/core/rules/rule.ts';
import type { MetricFamily, MetricKind } from './metric-family.ts';

/** What does not change while the process runs. */
export interface AgentFacts {
  /** The Falco that this one stands for: what dashboards and fleets compare. */
  readonly falcoVersion: string;
  readonly sakerVersion: string;
  /** As in events: FALCO_HOSTNAME, or the machine's. */
  readonly hostname: string;
  readonly kernelRelease: string;
  readonly cpus: number;
  /** Nanoseconds since the epoch. */
  readonly bootTimeNs: bigint;
  readonly startTimeNs: bigint;
}

/** What a reload changes. */
export interface SetupReadings {
  /** Nanoseconds since the epoch; the start of the process before the first reload. */
  readonly reloadTimeNs: bigint;
  /** SHA-256 in hexadecimal, by path. */
  readonly rulesDigests: ReadonlyMap<string, string>;
  readonly configDigests: ReadonlyMap<string, string>;
  /** 1 for what the process started with, one more with each reload. */
  readonly generation: number;
  /** Reloads whose rules or configuration did not load. */
  readonly failedReloads: number;
}

export type EngineName = 'modern_bpf' | 'source_plugin' | 'nodriver';

/** Since the start of the process: reloads do not begin anew. */
export interface RuleMatches {
  readonly rule: Pick<Rule, 'name' | 'priority' | 'source' | 'tags'>;
  readonly matches: number;
}

/** One event source that is open. */
export interface SourceReadings {
  /** `syscall`, or a plugin's. */
  readonly name: string;
  readonly engine: EngineName;
  /** Events that rules were evaluated on. */
  readonly events: number;
  /** Events of a plugin that found no room. */
  readonly lostEvents?: number;
}

/** The sensor: see sensor-readings.ts. */
export interface SensorReadings {
  readonly events: number;
  /** By class, as syscall_event_drops names them, and `other`. */
  readonly lost: Readonly<Record<string, number>>;
  /** Records that did not fit the scratch memory. */
  readonly tooLong: number;
  readonly cpus: readonly { readonly events: number; readonly drops: number }[];
  readonly ringBytes: number;
  /** The most that ever waited in the ring. */
  readonly ringPendingBytesHighest: number;
  /** Undefined while the kernel does not count (kernel.bpf_stats_enabled). */
  readonly programs: readonly ProgramReadings[] | undefined;
}

export interface ProgramReadings {
  readonly name: string;
  readonly runs: number;
  readonly timeNs: number;
}

/** Tables of the machine's state: see state-readings.ts. */
export interface StateReadings {
  readonly threads: number;
  readonly fds: number;
  readonly addedThreads: number;
  readonly removedThreads: number;
  readonly threadLookups: Lookups;
  readonly addedFds: number;
  readonly removedFds: number;
  readonly fdLookups: Lookups;
  readonly dropsFullThreadTable: number;
  readonly tables: readonly TableReadings[];
}

export interface Lookups {
  readonly cached: number;
  readonly noncached: number;
  readonly failed: number;
}

export interface TableReadings {
  readonly name: string;
  readonly entries: number;
  readonly entriesMax: number;
  /** What found no room, or made room for something newer. */
  readonly lost: number;
}

/** Of one output. */
export interface OutputReadings {
  readonly name: string;
  readonly queued: number;
  readonly delivered: number;
  /** By priority, 0 Emergency to 7 Debug. */
  readonly dropped: readonly number[];
  /** Attempts that failed. */
  readonly failed: number;
}

export interface AlertReadings {
  readonly outputs: readonly OutputReadings[];
  /** Alerts of containers whose name did not come in time. */
  readonly unnamed: number;
}

export interface ContainerReadings {
  readonly requests: number;
  readonly delivered: number;
  readonly notFound: number;
  readonly errors: number;
  readonly dropped: number;
  readonly pending: number;
  readonly evictions: number;
}

export interface WebServerReadings {
  readonly requests: number;
  readonly errors: number;
  readonly connectionsRefused: number;
  readonly requestsMalformed: number;
  readonly bodiesTooLong: number;
  readonly busy: number;
  readonly restarts: number;
}

export interface PluginMetricReading {
  /** Name of the plugin. */
  readonly plugin: string;
  readonly name: string;
  readonly value: number | bigint;
  readonly kind: Exclude<MetricKind, 'histogram'>;
}

/** Those that are absent have nothing to tell: no sensor without system calls. */
export interface MetricsReaders {
  readonly facts: AgentFacts;
  readonly setup: () => SetupReadings;
  readonly sources: () => readonly SourceReadings[];
  /** Of all sources. */
  readonly rules: () => readonly RuleMatches[];
  readonly alerts: () => AlertReadings;
  readonly sensor?: () => SensorReadings;
  readonly state?: () => StateReadings;
  readonly containers?: () => ContainerReadings | undefined;
  readonly webServer?: () => WebServerReadings | undefined;
  readonly plugins?: () => readonly PluginMetricReading[];
  /** Families of parts that this folder knows nothing of, as they are to be shown. */
  readonly others?: () => readonly MetricFamily[];
}

/** Each of them asked once at most: what is shown together is of one moment, and costs once. */
export function asOfNow(readers: MetricsReaders): MetricsReaders {
  const { sensor, state, containers, webServer, plugins, others } = readers;
  return {
    facts: readers.facts,
    setup: once(readers.setup),
    sources: once(readers.sources),
    rules: once(readers.rules),
    alerts: once(readers.alerts),
    ...(sensor !== undefined && { sensor: once(sensor) }),
    ...(state !== undefined && { state: once(state) }),
    ...(containers !== undefined && { containers: once(containers) }),
    ...(webServer !== undefined && { webServer: once(webServer) }),
    ...(plugins !== undefined && { plugins: once(plugins) }),
    ...(others !== undefined && { others: once(others) }),
  };
}

function once<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}
