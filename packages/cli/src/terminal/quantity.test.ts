import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, counted, durationText, grouped, listed, roughly } from './quantity.ts';

test('numbers', () => {
  assert.equal(counted(0, 'event'), '0 events');
  assert.equal(counted(1, 'event'), '1 event');
  assert.equal(counted(1234, 'match', 'matches'), '1,234 matches');
  assert.deepEqual([1, 999, 1000, 1234567].map(grouped), ['1', '999', '1,000', '1,234,567']);
  assert.deepEqual([850, 12_345, 1_940_000].map(roughly), ['850', '12,000', '1.9 million']);
});

test('bytes', () => {
  const cases: readonly [number, string][] = [
    [0, '0 bytes'],
    [812, '812 bytes'],
    [1500, '1.5 KB'],
    [210_400_000, '210 MB'],
    [3e12, '3.0 TB'],
    [5e15, '5000 TB'],
  ];
  for (const [bytes, want] of cases) assert.equal(bytesText(bytes), want);
});

test('durations', () => {
  const cases: readonly [number, string][] = [
    [0.038, '0.04 s'],
    [12.34, '12.3 s'],
    [59.96, '1 min'],
    [252, '4 min 12 s'],
    [3600, '1 h'],
    [11_130, '3 h 6 min'],
    [187_200, '2 d 4 h'],
  ];
  for (const [seconds, want] of cases) assert.equal(durationText(seconds), want);
});

test('lists', () => {
  assert.equal(listed([]), '');
  assert.equal(listed(['a']), 'a');
  assert.equal(listed(['a', 'b']), 'a and b');
  assert.equal(listed(['a', 'b', 'c'], 'or'), 'a, b or c');
});
