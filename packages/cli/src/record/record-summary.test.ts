import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOST_CLASSES, type LostClass } from '@saker/sensor/sensor-counters.ts';
import { plainStyle } from '../terminal/style.ts';
import { type RecordSummary, summaryText } from './record-summary.ts';

function summary(more: Partial<RecordSummary>, lost: Partial<Record<LostClass, number>> = {}) {
  const all = Object.fromEntries(LOST_CLASSES.map((name) => [name, lost[name] ?? 0]));
  const counters = {
    records: 0,
    lost: all as Record<LostClass, number>,
    lostTotal: Object.values(lost).reduce((sum, count) => sum + count, 0),
    tooLong: 0,
  };
  const some = { path: 'x.scap', bytes: 1_500_000, seconds: 2, events: 1234, hidden: 0 };
  return summaryText({ ...some, leftOut: 0, counters, ...more }, plainStyle);
}

test('what was recorded', () => {
  assert.equal(summary({}), '1,234 events in 2.00 s: x.scap, 1.5 MB\nnone lost\n');
  assert.match(summary({ hidden: 3 }), /^with 3 events that readers need and do not show$/m);
  assert.match(summary({ leftOut: 1 }), /^left out: 1 event longer than the format allows$/m);
});

test('what was lost', () => {
  const text = summary({}, { open: 5, clone_fork: 1, close: 1000 });
  assert.match(
    text,
    /^lost: 1,006 events \(close 1,000, open 5 and clone fork 1\), faster than they are written$/m,
  );
  assert.match(text, /^fewer come with --syscalls or with a --filter on evt\.type$/m);
});
