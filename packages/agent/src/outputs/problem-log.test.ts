import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProblemLog } from './problem-log.ts';

test('the same is told once in ten minutes, another one at most once a second', () => {
  const told: string[] = [];
  const log = new ProblemLog((problem) => told.push(problem));
  for (let second = 0; second < 1200; second++) log.add('down', second * 1000);
  assert.deepEqual(told, ['down', 'down']);
  log.add('up', 1_200_000);
  log.add('left', 1_200_500);
  log.add('right', 1_201_000);
  assert.deepEqual(told.slice(2), ['up', 'right']);
});
