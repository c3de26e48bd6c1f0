import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProblemLog } from './problem-log.ts';

test('a flood of problems is a few lines', () => {
  const told: string[] = [];
  let nowMs = 0;
  const log = new ProblemLog(
    (message) => told.push(message),
    () => nowMs,
  );
  log.add('first');
  for (let at = 0; at < 1000; at++) log.add('more');
  nowMs = 9999;
  log.add('more');
  nowMs = 10_000;
  log.add('second');
  nowMs = 30_000;
  log.add('third');
  assert.deepEqual(told, ['first', 'second (and 1001 problems before it)', 'third']);
});
