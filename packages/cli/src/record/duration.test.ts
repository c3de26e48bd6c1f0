import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './duration.ts';

test('durations', () => {
  const cases: readonly (readonly [text: string, ms: number | undefined])[] = [
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['30', undefined],
    ['s', undefined],
    ['0s', undefined],
    ['-1s', undefined],
    ['1d', undefined],
    ['1e3s', undefined],
    ['999999h', undefined],
    ['', undefined],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
});
