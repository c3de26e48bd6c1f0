import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DropReport } from './drop-report.ts';
import { addCounters, type OutputCounters } from './output-counters.ts';

function counters(name: string, ...dropped: readonly number[]): OutputCounters {
  return { name, queued: 1, delivered: 2, dropped, failed: 3, lastProblem: undefined };
}

test('what was dropped since is told, and not too often', () => {
  const report = new DropReport();
  assert.equal(report.check([counters('http', 0, 0), counters('file', 0, 0)], 0), undefined);
  const first = report.check([counters('http', 2, 5), counters('file', 0, 0)], 1000);
  assert.match(first?.text ?? '', /^Outputs queue out of memory\. Drop event and continue on/);
  assert.deepEqual(first?.alert, {
    rule: 'Falco internal: outputs queue drop',
    priority: 4,
    text: 'Falco internal: outputs queue drop. 7 alerts dropped.',
    fields: { n_drops: '7', n_drops_http: '7' },
  });
  const later = [counters('http', 2, 8), counters('file', 0, 1)];
  assert.equal(report.check(later, 2000), undefined);
  assert.equal(
    report.check(later, 61_000)?.text,
    'alerts dropped since the last report: http 3, file 1',
  );
  assert.equal(report.check(later, 999_000), undefined);
});

test('counters of the same output are added up', () => {
  const sum = addCounters([counters('a', 1, 2)], [counters('b', 5, 5), counters('a', 10, 20)]);
  assert.deepEqual(sum, [
    { name: 'a', queued: 2, delivered: 4, dropped: [11, 22], failed: 6, lastProblem: undefined },
    counters('b', 5, 5),
  ]);
});
