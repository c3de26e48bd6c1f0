/** A real Prometheus scrapes the server, and answers the queries that dashboards make. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { samplePage } from '../metrics/readings.cases.ts';
import { Daemon } from '../testing/daemon.ts';
import { openWebServer } from './web-server.ts';

const SCRAPE_WAIT_MS = 30_000;
const missing =
  spawnSync('prometheus', ['--version']).status === 0
    ? false
    : "prometheus is absent: Debian's package of that name";

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

test('dashboards find what they look for', { skip: missing }, async (context) => {
  const page = samplePage();
  const server = await openWebServer({
    config: {
      enabled: true,
      threadiness: 0,
      port: 0,
      address: '127.0.0.1',
      healthzPath: '/healthz',
      k8sAuditPath: undefined,
      servesMetrics: true,
      certificate: undefined,
    },
    versions: () => ({}),
    metrics: () => page.text(),
    log: { info: () => undefined, error: assert.fail },
  });
  context.after(() => server.close());
  const api = await startPrometheus(context, server.port);
  const query = async (text: string): Promise<readonly Sample[]> => {
    const answer = await fetch(`${api}/api/v1/query?query=${encodeURIComponent(text)}`);
    const { data } = (await answer.json()) as { data: { result: readonly Sample[] } };
    return data.result;
  };
  const end = performance.now() + SCRAPE_WAIT_MS;
  while ((await query('falco_events')).length === 0) {
    assert.ok(performance.now() < end, 'nothing was scraped in time');
    await pause(100);
  }

  // The totals of dashboard 11914, which is made for falco-exporter.
  const [events] = await query('falco_events');
  const { instance: _, job, __name__: name, ...labels } = events?.metric ?? {};
  assert.deepEqual([name, job, events?.value[1]], ['falco_events', 'falco', '1']);
  assert.deepEqual(labels, {
    rule: 'Terminal shell in container',
    priority: '5',
    hostname: 'lab-host',
    source: 'syscall',
    k8s_ns_name: 'shop',
    k8s_pod_name: 'web-0',
    tags: ',T1059,maturity_stable,',
  });

  // Those of the dashboard that comes with Falco's chart.
  const cases: readonly [query: string, value: string][] = [
    ['sum by(rule_name)(falcosecurity_falco_rules_matches_total{priority="5"})', '3'],
    ['falcosecurity_scap_n_drops_buffer_total{drop="open",dir="exit"}', '5'],
    ['falcosecurity_scap_n_drops_cpu_total{cpu="1"}', '25'],
    ['falcosecurity_scap_n_drops_full_threadtable_total', '71'],
    ['falcosecurity_falco_outputs_queue_num_drops_total', '7'],
    ['falcosecurity_falco_version_info', '1'],
    ['falcosecurity_scap_engine_name_info{evt_source="k8s_audit"}', '1'],
    ['count(falcosecurity_falco_memory_rss_bytes > 0)', '1'],
    ['saker_alert_latency_seconds_count', '1'],
    ['up{job="falco"}', '1'],
  ];
  for (const [text, value] of cases) {
    // biome-ignore lint/performance/noAwaitInLoops: a handful of queries
    const [sample] = await query(text);
    assert.equal(sample?.value[1], value, text);
  }
});

/** The address of its API. */
async function startPrometheus(context: TestContext, scraped: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'saker-prometheus-'));
  const daemons: Daemon[] = [];
  // It writes into the folder until it has ended.
  context.after(async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()));
    rmSync(folder, { recursive: true });
  });
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    `scrape_configs:
  - job_name: falco
    scrape_interval: 500ms
    scrape_timeout: 500ms
    static_configs:
      - targets: ['127.0.0.1:${scraped}']
`,
  );
  const api = `http://127.0.0.1:${await freePort()}`;
  const daemon = await Daemon.start({
    command: 'prometheus',
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${api.slice('http://'.length)}`,
    ],
    logPath: join(folder, 'log'),
    isReady: () =>
      fetch(`${api}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
  });
  daemons.push(daemon);
  return api;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}
