import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveCounters } from './live-counters.ts';

test('gauges keep the most that ever waited', () => {
  const counters = new LiveCounters();
  for (const depth of [3, 9, 4]) counters.ring.set(depth);
  assert.deepEqual([counters.ring.now, counters.ring.highest], [4, 9]);
});

test('queues by name, each once', () => {
  const counters = new LiveCounters();
  const outputs = counters.queue('outputs');
  outputs.lost += 2;
  counters.queue('container metadata').set(1);
  assert.equal(counters.queue('outputs'), outputs);
  assert.deepEqual(
    [...counters.queues].map(([name, { now, lost }]) => [name, now, lost]),
    [
      ['outputs', 0, 2],
      ['container metadata', 1, 0],
    ],
  );
});
