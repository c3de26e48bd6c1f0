import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '@saker/core/rules/rule.ts';
import { ReadCounts } from '@saker/core/scap/read-counts.ts';
import { TestScreen } from '../testing.ts';
import { type ReplaySummary, summaryText } from './replay-summary.ts';

function summary(more: Partial<ReplaySummary>): ReplaySummary {
  const capture = {
    events: 0,
    counts: new ReadCounts(),
    firstTime: undefined,
    lastTime: undefined,
  };
  return { capture, alerts: new Map(), rules: 1, seconds: 0.5, notes: [], ...more };
}

const rule = (name: string, priority: number) => ({ name, priority }) as Rule;

test('the rules with most alerts come first', () => {
  const alerts = new Map([
    [rule('few', 2), 1],
    [rule('many', 6), 1234],
  ]);
  const text = summaryText(summary({ alerts, notes: ['a note'] }), new TestScreen());
  assert.deepEqual(text.split('\n'), [
    '',
    'alerts  priority  rule',
    ' 1,234  Info      many',
    '     1  Critical  few',
    '',
    '1,235 alerts from 1 rule on 0 events in 0.50 s',
    'a note',
    '',
  ]);
});

test('what was left out is told, what is normal in old captures is not', () => {
  const counts = Object.assign(new ReadCounts(), { merged: 9, oldEnter: 9, unused: 9 });
  const capture = { events: 7, counts, firstTime: undefined, lastTime: undefined };
  const quiet = summaryText(summary({ capture }), new TestScreen());
  assert.equal(quiet, '\n0 alerts from 1 rule on 7 events in 0.50 s\n');
  Object.assign(counts, { unknownType: 1, tooLong: 2, extraParams: 3 });
  const told = summaryText(summary({ capture }), new TestScreen());
  assert.deepEqual(told.split('\n').slice(2), [
    'left out: 1 event of a type newer than this version',
    'left out: 2 events longer than 64 KiB in the current form',
    '3 events with parameters newer than this version, which were ignored',
    '',
  ]);
});

test('the time that a capture spans', () => {
  const nanos = (seconds: number) => {
    const time = BigInt(seconds) * 1_000_000_000n;
    return { low: Number(time & 0xffff_ffffn), high: Number(time >> 32n) };
  };
  const text = (from: number, to: number): string => {
    const times = { firstTime: nanos(from), lastTime: nanos(to) };
    const capture = { events: 1, counts: new ReadCounts(), ...times };
    return summaryText(summary({ capture }), new TestScreen()).split('\n')[2] ?? '';
  };
  // Local noon: both ends are on one day wherever the test runs.
  const noon = new Date(2026, 2, 14, 12).getTime() / 1000;
  assert.equal(text(noon, noon + 71), 'captured 2026-03-14 12:00:00 to 12:01:11 (1 min 11 s)');
  assert.equal(
    text(noon, noon + 86_400),
    'captured 2026-03-14 12:00:00 to 2026-03-15 12:00:00 (24 h)',
  );
});
