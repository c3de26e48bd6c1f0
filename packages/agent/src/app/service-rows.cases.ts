/** Keys about the web server and metrics, on the parts themselves. */

import type { TestContext } from 'node:test';
import { fileOf, makeCertificate } from '../http/certificates.cases.ts';
import { openWebServer } from '../http/web-server.ts';
import { MetricsSnapshots } from '../metrics/metrics-snapshots.ts';
import { sampleReaders } from '../metrics/readings.cases.ts';
import { NO_COUNTS, takeSnapshot } from '../metrics/snapshot-fields.ts';
import { type IdleKey, type KeyRow, type Look, row } from './key-row.cases.ts';

const ANY_PORT = 'webserver.listen_port=0';

/** The server that the options ask for, and what a look at it finds. */
function served(
  context: TestContext,
  see: (server: Awaited<ReturnType<typeof openWebServer>>, log: readonly string[]) => unknown,
): Look {
  return async (lab, options) => {
    const log: string[] = [];
    const take = (message: string) => void log.push(message);
    const server = await openWebServer({
      config: lab.config([ANY_PORT, ...options]).webServer,
      versions: () => ({}),
      metrics: () => 'numbers',
      log: { info: take, error: take },
    });
    context.after(() => server.close());
    return see(server, log);
  };
}

type Server = Awaited<ReturnType<typeof openWebServer>>;

async function statusOf(server: Server, path: string): Promise<number> {
  return (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
}

export function webRows(context: TestContext): readonly KeyRow[] {
  const { certificate, key } = makeCertificate(context);
  const started = served(context, (_, log) => /listening on (\S+:\d+)/.exec(log[0] ?? '')?.[1]);
  return [
    row(
      'webserver.listen_address',
      started,
      ['127.0.0.1', '127.0.0.1:0'],
      ['127.0.0.2', '127.0.0.2:0'],
    ),
    row(
      'webserver.k8s_healthz_endpoint',
      served(context, (server) => statusOf(server, '/alive')),
      ['/alive', 200],
      ['/healthz', 404],
    ),
    row(
      'webserver.prometheus_metrics_enabled',
      served(context, (server) => statusOf(server, '/metrics')),
      ['true', 200],
      ['false', 404],
    ),
    row(
      'webserver.ssl_enabled',
      async (lab, options) => {
        const file = fileOf(context, certificate, key);
        const look = served(context, (_, log) => log[0]?.endsWith('(SSL)'));
        return look(lab, [`webserver.ssl_certificate=${file}`, ...options]);
      },
      ['true', true],
      ['false', false],
    ),
    row(
      'webserver.ssl_certificate',
      async (lab, options) => {
        const file = fileOf(context, certificate, key);
        const look = served(context, () => 'served');
        const set = options.map((option) => option.replace('FILE', file));
        return Promise.resolve(look(lab, ['webserver.ssl_enabled=true', ...set])).catch(
          () => 'refused',
        );
      },
      ['FILE', 'served'],
      ['/nonexistent.pem', 'refused'],
    ),
  ];
}

/** Names of the fields of one sample. */
const sampled =
  (pattern: RegExp): Look =>
  (lab, options) => {
    const readers = sampleReaders();
    const [source] = readers.sources();
    if (source === undefined) return [];
    const { fields } = takeSnapshot(
      {
        config: lab.config(['metrics.enabled=true', ...options]).metrics,
        readers,
        files: { hostRoot: '', environment: {} },
      },
      source,
      NO_COUNTS,
      1n,
    );
    return Object.keys(fields).some((name) => pattern.test(name));
  };

/** Alerts or lines that one sample of two sources makes. */
const samples =
  (what: 'rule' | 'file'): Look =>
  async (lab, options) => {
    const path = lab.path('metrics.jsonl');
    let alerts = 0;
    const snapshots = new MetricsSnapshots({
      config: lab.config(['metrics.enabled=true', ...options]).metrics,
      readers: sampleReaders(),
      files: { hostRoot: '', environment: {} },
      tell: () => void alerts++,
      onProblem: (message) => {
        throw new Error(message);
      },
    });
    snapshots.take(1n);
    await snapshots.stop();
    if (what === 'rule') return alerts;
    return lab.names().includes('metrics.jsonl') ? lab.read(path).split('\n').length - 1 : 0;
  };

const metricSwitch = (name: string, pattern: RegExp): KeyRow =>
  row(`metrics.${name}`, sampled(pattern), ['true', true], ['false', false]);

export const metricsRows: readonly KeyRow[] = [
  row('metrics.output_rule', samples('rule'), ['true', 2], ['false', 0]),
  row('metrics.output_file', samples('file'), ['FOLDER/metrics.jsonl', 2], ['', 0]),
  metricSwitch('rules_counters_enabled', /^falco\.rules\./),
  metricSwitch('resource_utilization_enabled', /^falco\.memory_rss/),
  metricSwitch('state_counters_enabled', /^falco\.n_threads$/),
  metricSwitch('kernel_event_counters_enabled', /^scap\.n_drops_buffer/),
  metricSwitch('kernel_event_counters_per_cpu_enabled', /^scap\.n_evts_cpu_/),
  metricSwitch('libbpf_stats_enabled', /^scap\.sys_exit\./),
  metricSwitch('plugins_metrics_enabled', /^plugins\./),
  row(
    'metrics.convert_memory_to_mb',
    sampled(/^falco\.memory_rss_mb$/),
    ['true', true],
    ['false', false],
  ),
  row(
    'metrics.include_empty_values',
    sampled(/\.n_cached_fd_lookups$/),
    ['true', true],
    ['false', false],
  ),
];

const METADATA = 'metadata of pods comes from the container runtime';

export const serviceIdleKeys: readonly IdleKey[] = [
  { key: 'webserver.threadiness', reason: 'one thread serves all requests' },
  { key: 'metrics.jemalloc_stats_enabled', reason: "Falco's allocator is not ours" },
  {
    key: 'metrics.kernel_iter_event_counters_enabled',
    reason: 'there are no iterators: the initial state is read from /proc',
  },
  { key: 'metadata_download.max_mb', reason: METADATA },
  { key: 'metadata_download.chunk_wait_us', reason: METADATA },
  { key: 'metadata_download.watch_freq_sec', reason: METADATA },
];
