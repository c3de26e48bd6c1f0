import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyHistogram } from './latency-histogram.ts';

test('every observation is in the buckets from its own on', () => {
  const histogram = new LatencyHistogram('x_seconds', 'h');
  const at = (seconds: number) => BigInt(1_700_000_000) * 1_000_000_000n + BigInt(seconds * 1e9);
  for (const seconds of [0, 0.001, 0.0011, 0.3, 7]) {
    histogram.observe(at(0), 1_700_000_000_000 + seconds * 1000);
  }
  // The clock was set back.
  histogram.observe(at(60), 1_700_000_000_000);
  const { samples, kind, name } = histogram.family();
  assert.deepEqual([kind, name], ['histogram', 'x_seconds']);
  const value = (le: string) => samples.find(({ labels }) => labels?.['le'] === le)?.value;
  assert.deepEqual(['0.001', '0.0025', '0.25', '0.5', '5', '+Inf'].map(value), [3, 4, 4, 5, 5, 6]);
  const [sum, count] = samples.slice(-2);
  assert.ok(Math.abs(Number(sum?.value) - 7.3021) < 1e-6, String(sum?.value));
  assert.equal(count?.value, 6);
});
