/** The page has every series that Falco has and that means something here, as Falco has it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { sharedPath, skipWithoutShared } from '@saker/core/testing.ts';
import { EXPOSITION_TYPE } from './exposition.ts';
import { allMetrics, samplePage, sampleReaders } from './readings.cases.ts';

interface Series {
  readonly kind: string;
  /** Names of labels and the value, of each sample. */
  readonly samples: readonly { readonly labels: string; readonly value: string }[];
}

function readPage(text: string): ReadonlyMap<string, Series> {
  const page = new Map<string, Series & { samples: { labels: string; value: string }[] }>();
  for (const line of text.trimEnd().split('\n')) {
    const [, name = '', kind = ''] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== '') page.set(name, { kind, samples: [] });
    const sample = /^([a-z]\w*)(\{.*\})? (\S+)$/.exec(line);
    if (sample === null) continue;
    const [, series = '', labels = '', value = ''] = sample;
    const family = page.get(series.replace(/_(bucket|sum|count)$/, '')) ?? page.get(series);
    family?.samples.push({ labels, value });
  }
  return page;
}

const page = readPage(samplePage().text());

/** Name without `falcosecurity_`, kind, and the samples in the sample readings. */
type Row = readonly [name: string, kind: 'counter' | 'gauge', ...samples: readonly string[]];

const exit = (drop: string, value: number) => `{dir="exit",drop="${drop}"} ${value}`;
const enter = (drop: string) => `{dir="enter",drop="${drop}"} 0`;

const rows: readonly Row[] = [
  ['falco_version_info', 'gauge', '{version="0.44.1"} 1'],
  ['falco_sha256_rules_files_info', 'gauge', '{file_name="falco_rules.yaml",sha256="ab12"} 1'],
  ['falco_sha256_config_files_info', 'gauge', '{file_name="falco.yaml",sha256="cd34"} 1'],
  ['falco_kernel_release_info', 'gauge', '{kernel_release="6.1.0-44-amd64"} 1'],
  ['evt_hostname_info', 'gauge', '{hostname="lab-host"} 1'],
  [
    'scap_engine_name_info',
    'gauge',
    '{engine_name="modern_bpf",evt_source="syscall"} 1',
    '{engine_name="source_plugin",evt_source="k8s_audit"} 1',
  ],
  ['falco_outputs_queue_num_drops_total', 'counter', ' 7'],
  ['falco_reload_timestamp_nanoseconds', 'gauge', ' 1700000600000000003'],
  ['falco_start_timestamp_nanoseconds', 'gauge', ' 1700000500000000002'],
  ['falco_host_boot_timestamp_nanoseconds', 'gauge', ' 1700000000000000001'],
  ['falco_duration_seconds_total', 'counter'],
  ['falco_host_num_cpus_total', 'gauge', ' 2'],
  [
    'falco_rules_matches_total',
    'counter',
    '{priority="5",rule_name="Terminal shell in container",source="syscall",tag_T1059="true",' +
      'tag_maturity_stable="true",tag_mitre_execution="true"} 3',
  ],
  ['scap_n_evts_total', 'counter', ' 1000'],
  ['scap_n_drops_total', 'counter', ' 55'],
  ['scap_n_evts_cpu_total', 'counter', '{cpu="0"} 600', '{cpu="1"} 400'],
  ['scap_n_drops_cpu_total', 'counter', '{cpu="0"} 30', '{cpu="1"} 25'],
  [
    'scap_n_drops_buffer_total',
    'counter',
    exit('clone_fork', 2),
    exit('execve', 3),
    exit('connect', 4),
    exit('open', 5),
    exit('dir_file', 6),
    exit('other_interest', 7),
    exit('close', 8),
    exit('proc', 9),
    ...['clone_fork', 'execve', 'connect', 'open', 'dir_file', 'other_interest'].map(enter),
  ],
  ['scap_n_drops_scratch_map_total', 'counter', ' 10'],
  ['scap_n_threads_total', 'gauge', ' 21'],
  ['scap_n_fds_total', 'gauge', ' 22'],
  ['scap_n_noncached_fd_lookups_total', 'counter', ' 62'],
  ['scap_n_cached_fd_lookups_total', 'counter', ' 0'],
  ['scap_n_failed_fd_lookups_total', 'counter', ' 63'],
  ['scap_n_added_fds_total', 'counter', ' 52'],
  ['scap_n_removed_fds_total', 'counter', ' 30'],
  ['scap_n_stored_evts_total', 'counter', ' 0'],
  ['scap_n_store_evts_drops_total', 'counter', ' 0'],
  ['scap_n_retrieved_evts_total', 'counter', ' 0'],
  ['scap_n_retrieve_evts_drops_total', 'counter', ' 0'],
  ['scap_n_noncached_thread_lookups_total', 'counter', ' 42'],
  ['scap_n_cached_thread_lookups_total', 'counter', ' 41'],
  ['scap_n_failed_thread_lookups_total', 'counter', ' 43'],
  ['scap_n_added_threads_total', 'counter', ' 31'],
  ['scap_n_removed_threads_total', 'counter', ' 10'],
  ['scap_n_drops_full_threadtable_total', 'counter', ' 71'],
  ['falco_cpu_usage_ratio', 'gauge'],
  ['falco_memory_rss_bytes', 'gauge'],
  ['falco_memory_vsz_bytes', 'gauge'],
  ['falco_memory_pss_bytes', 'gauge'],
  ['falco_container_memory_used_bytes', 'gauge'],
  ['falco_host_cpu_usage_ratio', 'gauge'],
  ['falco_host_memory_used_bytes', 'gauge'],
  ['falco_host_procs_running_total', 'gauge'],
  ['falco_host_open_fds_total', 'gauge'],
  ['scap_sys_exit_run_cnt_total', 'counter', ' 4'],
  ['scap_sys_exit_run_time_nanoseconds_total', 'counter', ' 1001'],
  ['scap_sys_exit_avg_time_nanoseconds', 'gauge', ' 250'],
  ['plugins_k8saudit_bodies_bad_total', 'counter', ' 12'],
];

describe("Falco's series", () => {
  for (const [name, kind, ...samples] of rows) {
    test(name, () => {
      const series = page.get(`falcosecurity_${name}`);
      assert.equal(series?.kind, kind);
      const found = series.samples.map(({ labels, value }) => `${labels} ${value}`);
      if (samples.length > 0) assert.deepEqual(found, samples);
      else assert.match(found.join('\n'), /^ \d[\d.e+-]*$/);
    });
  }

  test('there are no others', () => {
    const known = new Set(rows.map(([name]) => `falcosecurity_${name}`));
    const others = [...page.keys()].filter((name) => name.startsWith('falcosecurity_'));
    assert.deepEqual(new Set(others), known);
  });
});

/**
 * Not shown: other sensors', memory of Falco's allocator, and iterators, in whose place /proc is
 * read.
 */
const ABSENT = /jemalloc|page_faults|drops_bug|preemptions|_task|max_event_size|<[a-z]+>|^plugins_/;

test('every series of the specification is in the table', { skip: skipWithoutShared }, () => {
  const spec = readFileSync(sharedPath('spec/config.md'), 'utf8');
  const table = spec.split('## Prometheus exposition')[1]?.split('\n## ')[0] ?? '';
  const names = [...table.matchAll(/^\| ([^|]+) \|/gm)]
    .flatMap(([, cell = '']) => namesOf(cell))
    // The first of a cell names the subsystem, the others may leave it out.
    .map((name) => (name.startsWith('n_') ? `scap_${name}` : name))
    .filter((name) => /^(falco|scap|evt|plugins)_/.test(name) && !ABSENT.test(name));
  assert.ok(names.length >= 45, `only ${names.length} names were found`);
  const known = new Set(rows.map(([name]) => name));
  assert.deepEqual(
    names.filter((name) => !known.has(name)),
    [],
  );
});

/** `a, x_{b,c}_d (e)`: a, x_b_d and x_c_d. */
function namesOf(cell: string): string[] {
  const outside = cell.replaceAll(/\([^)]*\)/g, '');
  return outside.split(/,(?![^{]*\})/).flatMap((part) => {
    const [before = '', choices, after = ''] = part.trim().split(/[{}]/);
    return choices === undefined
      ? [before]
      : choices.split(',').map((choice) => `${before}${choice}${after}`);
  });
}

describe('what Falco does not have', () => {
  const cases: readonly [name: string, kind: string, samples: readonly string[]][] = [
    [
      'falco_events',
      'counter',
      [
        '{hostname="lab-host",k8s_ns_name="shop",k8s_pod_name="web-0",priority="5",' +
          'rule="Terminal shell in container",source="syscall",tags=",T1059,maturity_stable,"} 1',
      ],
    ],
    ['saker_version_info', 'gauge', ['{version="0.1.0"} 1']],
    ['saker_reload_generation', 'gauge', [' 2']],
    ['saker_reload_failures_total', 'counter', [' 1']],
    ['saker_events_total', 'counter', ['{source="syscall"} 900', '{source="k8s_audit"} 50']],
    ['saker_output_queued_alerts', 'gauge', ['{output="stdout"} 5', '{output="http"} 0']],
    ['saker_table_entries_max', 'gauge', ['{table="threads"} 100']],
    ['saker_unnamed_alerts_total', 'counter', [' 6']],
    ['saker_container_lookups_pending', 'gauge', [' 4']],
    ['saker_web_server_restarts_total', 'counter', [' 0']],
  ];
  for (const [name, kind, samples] of cases) {
    test(name, () => {
      const series = page.get(name);
      assert.equal(series?.kind, kind);
      assert.deepEqual(
        series.samples.map(({ labels, value }) => `${labels} ${value}`),
        samples,
      );
    });
  }

  test('what was dropped is told by output and priority', () => {
    const { samples = [] } = page.get('saker_output_dropped_alerts_total') ?? {};
    assert.equal(samples.length, 16);
    const lost = samples.filter(({ value }) => value !== '0').map(({ labels }) => labels);
    assert.deepEqual(lost, [
      '{output="stdout",priority="2",priority_name="Critical"}',
      '{output="stdout",priority="5",priority_name="Notice"}',
      '{output="stdout",priority="7",priority_name="Debug"}',
    ]);
  });

  test('the latency of alerts is a histogram', () => {
    const { kind, samples = [] } = page.get('saker_alert_latency_seconds') ?? {};
    assert.equal(kind, 'histogram');
    const upTo = (le: string) => samples.find(({ labels }) => labels === `{le="${le}"}`)?.value;
    assert.deepEqual([upTo('0.01'), upTo('0.025'), upTo('+Inf')], ['0', '1', '1']);
  });
});

describe('switches', () => {
  const cases: readonly [key: keyof typeof allMetrics, gone: RegExp][] = [
    ['rulesCounters', /rules_matches|^falco_events|saker_rule/],
    ['resourceUtilization', /_rss_|_host_procs/],
    ['stateCounters', /n_threads|n_added_fds/],
    ['kernelEventCountersPerCpu', /_cpu_total$/],
    ['libbpfStats', /run_cnt/],
    ['pluginsMetrics', /_plugins_/],
  ];
  for (const [key, gone] of cases) {
    test(key, () => {
      const without = { ...allMetrics, [key]: false };
      const names = [...readPage(samplePage({ config: () => without }).text()).keys()];
      assert.deepEqual(
        names.filter((name) => gone.test(name)),
        [],
      );
      assert.ok([...page.keys()].some((name) => gone.test(name)));
    });
  }

  test('kernelEventCounters, which the counters of each processor bring with them', () => {
    const without = { ...allMetrics, kernelEventCounters: false };
    const shown = (config: typeof allMetrics) =>
      readPage(samplePage({ config: () => config }).text()).has('falcosecurity_scap_n_evts_total');
    assert.equal(shown(without), true);
    assert.equal(shown({ ...without, kernelEventCountersPerCpu: false }), false);
  });

  test('without a sensor and a state nothing of them is shown', () => {
    const { sensor: _, state: __, ...readers } = sampleReaders();
    const names = [...readPage(samplePage({ readers }).text()).keys()];
    assert.deepEqual(
      names.filter((name) => /scap_n_|saker_ring|saker_table/.test(name)),
      [],
    );
  });
});

/** What promtool finds in Falco's names; ours have no such problems. */
const FALCO_LINTS = /^(falcosecurity_|falco_events )/;

test('promtool reads the page and finds nothing in names of ours', (context) => {
  const found = spawnSync('promtool', ['check', 'metrics'], {
    input: samplePage().text(),
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (found.error !== undefined) {
    context.skip("promtool is absent: Debian's package prometheus has it");
    return;
  }
  // 3: it can be read, and there is something to say about it.
  assert.ok(found.status === 0 || found.status === 3, found.stderr);
  const lints = found.stderr.trim().split('\n');
  assert.deepEqual(
    lints.filter((line) => !FALCO_LINTS.test(line)),
    [],
  );
});

test('the type is the one that Falco gives', () => {
  assert.equal(EXPOSITION_TYPE, 'text/plain; version=0.0.4');
});
