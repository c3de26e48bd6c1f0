/** For tests: readings with a value everywhere, each another one. */

import type { MetricsConfig } from '../config/service-config.ts';
import { FalcoEvents } from './falco-events.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { MetricsPage, type MetricsPageParts } from './metrics-page.ts';
import type { MetricsReaders } from './readings.ts';
import { RuleCosts } from './rule-costs.ts';

const NS_PER_S = 1_000_000_000n;

export const allMetrics: MetricsConfig = {
  enabled: true,
  intervalMs: 3_600_000,
  asAlert: true,
  file: undefined,
  rulesCounters: true,
  resourceUtilization: true,
  stateCounters: true,
  kernelEventCounters: true,
  kernelEventCountersPerCpu: true,
  libbpfStats: true,
  pluginsMetrics: true,
  kernelIterEventCounters: true,
  jemallocStats: true,
  convertMemoryToMb: true,
  includeEmptyValues: true,
};

/** Of a machine with two processors, system calls, and audit events. */
export function sampleReaders(): MetricsReaders {
  return {
    facts: {
      falcoVersion: '0.44.1',
      sakerVersion: '0.1.0',
      hostname: 'lab-host',
      kernelRelease: '6.1.0-44-amd64',
      cpus: 2,
      bootTimeNs: 1_700_000_000n * NS_PER_S + 1n,
      startTimeNs: 1_700_000_500n * NS_PER_S + 2n,
    },
    setup: () => ({
      reloadTimeNs: 1_700_000_600n * NS_PER_S + 3n,
      rulesDigests: new Map([['/etc/falco/falco_rules.yaml', 'ab12']]),
      configDigests: new Map([['/etc/falco/falco.yaml', 'cd34']]),
      generation: 2,
      failedReloads: 1,
    }),
    sources: () => [
      { name: 'syscall', engine: 'modern_bpf', events: 900 },
      { name: 'k8s_audit', engine: 'source_plugin', events: 50, lostEvents: 4 },
    ],
    rules: () => [
      {
        rule: {
          name: 'Terminal shell in container',
          priority: 5,
          source: 'syscall',
          tags: ['T1059', 'mitre:execution', 'maturity_stable'],
        },
        matches: 3,
      },
      { rule: { name: 'Never', priority: 2, source: 'syscall', tags: [] }, matches: 0 },
    ],
    alerts: () => ({
      outputs: [
        { name: 'stdout', queued: 5, delivered: 60, dropped: [0, 0, 1, 0, 0, 2, 0, 4], failed: 0 },
        { name: 'http', queued: 0, delivered: 55, dropped: [0, 0, 0, 0, 0, 0, 0, 0], failed: 9 },
      ],
      unnamed: 6,
    }),
    sensor: () => ({
      events: 1000,
      lost: {
        other: 1,
        clone_fork: 2,
        execve: 3,
        connect: 4,
        open: 5,
        dir_file: 6,
        other_interest: 7,
        close: 8,
        proc: 9,
      },
      tooLong: 10,
      cpus: [
        { events: 600, drops: 30 },
        { events: 400, drops: 25 },
      ],
      ringBytes: 8 << 20,
      ringPendingBytesHighest: 4096,
      programs: [{ name: 'sys_exit', runs: 4, timeNs: 1001 }],
    }),
    state: () => ({
      threads: 21,
      fds: 22,
      addedThreads: 31,
      removedThreads: 10,
      threadLookups: { cached: 41, noncached: 42, failed: 43 },
      addedFds: 52,
      removedFds: 30,
      fdLookups: { cached: 0, noncached: 62, failed: 63 },
      dropsFullThreadTable: 71,
      tables: [{ name: 'threads', entries: 21, entriesMax: 100, lost: 71 }],
    }),
    containers: () => ({
      requests: 9,
      delivered: 8,
      notFound: 7,
      errors: 6,
      dropped: 5,
      pending: 4,
      evictions: 3,
    }),
    webServer: () => ({
      requests: 99,
      errors: 5,
      connectionsRefused: 4,
      requestsMalformed: 3,
      bodiesTooLong: 2,
      busy: 1,
      restarts: 0,
    }),
    plugins: () => [{ plugin: 'k8saudit', name: 'bodies.bad', value: 12, kind: 'counter' }],
  };
}

/** A page of `sampleReaders`, with one alert, unless `parts` says otherwise. */
export function samplePage(parts: Partial<MetricsPageParts> = {}): MetricsPage {
  const falcoEvents = new FalcoEvents();
  falcoEvents.add(
    {
      rule: 'Terminal shell in container',
      priority: 5,
      source: 'syscall',
      tags: ['T1059', 'maturity_stable'],
      hostname: 'lab-host',
      time: 0,
      timeText: '',
      timeUtc: '',
      message: 'm',
      outputFields: new Map(),
    },
    { namespace: 'shop', name: 'web-0' },
  );
  const latency = new LatencyHistogram('saker_alert_latency_seconds', 'Latency');
  latency.observe(1_000_000_000n, 1020);
  return new MetricsPage({
    config: () => allMetrics,
    readers: sampleReaders(),
    files: { hostRoot: '', environment: {} },
    falcoEvents,
    latency,
    costs: () => [new RuleCosts('syscall')],
    ...parts,
  });
}
