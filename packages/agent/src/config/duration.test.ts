import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './duration.ts';

const cases: readonly (readonly [text: string, ms: number | undefined])[] = [
  ['500ms', 500],
  ['1s', 1000],
  ['15m', 900_000],
  ['1h', 3_600_000],
  ['1h30m', 5_400_000],
  ['1m 500ms', 60_500],
  ['1d', 86_400_000],
  ['2w', 1_209_600_000],
  ['1y', 31_536_000_000],
  ['0s', 0],
  ['', undefined],
  ['5000', undefined],
  ['1m1h', undefined],
  ['1h1h', undefined],
  ['-1h', undefined],
  ['1.5h', undefined],
  ['99999999999999999999y', undefined],
];

test('durations', () => {
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
});
