import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FalcoMetric, familiesOf, seriesName, snapshotField } from './falco-metric.ts';

type Facts = Partial<FalcoMetric> & Pick<FalcoMetric, 'name'>;

function metric(facts: Facts): FalcoMetric {
  return { unit: 'count', kind: 'gauge', value: 1, subsystem: 'falco', ...facts };
}

describe('names and values of series', () => {
  const cases: readonly [facts: Facts, name: string, value: number | bigint][] = [
    [{ name: 'n_evts', subsystem: 'scap', value: 3 }, 'falcosecurity_scap_n_evts_total', 3],
    [
      { name: 'memory_rss_kb', unit: 'kibibytes', value: 2 },
      'falcosecurity_falco_memory_rss_bytes',
      2048,
    ],
    [
      { name: 'container_memory_used_bytes', unit: 'bytes', value: 5 },
      'falcosecurity_falco_container_memory_used_bytes',
      5,
    ],
    [
      { name: 'cpu_usage_perc', unit: 'percent', value: 12.5 },
      'falcosecurity_falco_cpu_usage_ratio',
      0.125,
    ],
    [
      { name: 'reload_ts', unit: 'timestamp', value: 2n ** 60n },
      'falcosecurity_falco_reload_timestamp_nanoseconds',
      2n ** 60n,
    ],
    [
      { name: 'duration_sec', unit: 'countedSeconds', value: 9 },
      'falcosecurity_falco_duration_seconds_total',
      9,
    ],
    [
      { name: 'a.b-c..d_total', subsystem: 'plugins', value: 4 },
      'falcosecurity_plugins_a_b_c_d_total',
      4,
    ],
  ];
  for (const [facts, name, value] of cases) {
    test(name, () => {
      assert.equal(seriesName(metric(facts)), name);
      assert.deepEqual(familiesOf([metric(facts)])[0]?.samples, [{ value }]);
    });
  }
});

test('metrics of one series are one family, where the first stood', () => {
  const labels = (cpu: string) => ({ series: { name: 'n_evts_cpu', labels: { cpu } } });
  const families = familiesOf([
    metric({ name: 'n_evts_cpu_0', ...labels('0') }),
    metric({ name: 'other' }),
    metric({ name: 'n_evts_cpu_1', ...labels('1') }),
  ]);
  assert.deepEqual(
    families.map(({ name, samples }) => [name, samples.length]),
    [
      ['falcosecurity_falco_n_evts_cpu_total', 2],
      ['falcosecurity_falco_other_total', 1],
    ],
  );
});

describe('fields of snapshots', () => {
  const rss: Facts = { name: 'memory_rss_kb', unit: 'kibibytes', value: 204_851 };
  const cases: readonly [facts: Facts, inMb: boolean, field: readonly unknown[]][] = [
    [rss, true, ['falco.memory_rss_mb', { raw: '200.0' }]],
    [rss, false, ['falco.memory_rss_kb', 204_851]],
    [{ name: 'used_bytes', unit: 'bytes', value: 0 }, true, ['falco.used_mb', { raw: '0.0' }]],
    [{ name: 'cpu_perc', unit: 'percent', value: 7 }, true, ['falco.cpu_perc', { raw: '7.0' }]],
    [{ name: 'n', subsystem: 'scap', snapshotPrefix: 'falco' }, true, ['falco.n', 1]],
    [
      { name: 'p.n', subsystem: 'plugins', value: 2n ** 60n },
      true,
      ['plugins.p.n', { raw: '1152921504606846976' }],
    ],
  ];
  for (const [facts, convertMemoryToMb, field] of cases) {
    test(String(field[0]), () => {
      assert.deepEqual(snapshotField(metric(facts), { convertMemoryToMb }), field);
    });
  }
});
