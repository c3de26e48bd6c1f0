import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExitedThreads } from './exited-threads.ts';

const SECOND = 1e9;

test('an exit is remembered for two seconds', () => {
  const exited = new ExitedThreads();
  exited.add(7, 5, 1000, 4);
  assert.ok(exited.has(7, 5, 1000, 4));
  assert.ok(exited.has(7, 5, 1000 + SECOND, 4));
  assert.ok(!exited.has(7, 5, 1000 + 2 * SECOND, 4));
  assert.ok(!exited.has(7, 5, 1000, 5), 'a later high word');
  assert.ok(!exited.has(7, 5, 999, 4), 'earlier than the exit');
  assert.ok(!exited.has(7, 6, 1000, 4), 'a child of another');
  assert.ok(!exited.has(8, 5, 1000, 4));
});

test('old exits make room for new ones', () => {
  const exited = new ExitedThreads();
  exited.add(7, 5, 0, 0);
  for (let i = 0; i < 8191; i++) exited.add(100 + i, 5, 0, 0);
  assert.ok(exited.has(7, 5, 0, 0));
  exited.add(99, 5, 0, 0);
  assert.ok(!exited.has(7, 5, 0, 0));
  exited.add(100, 5, 0, 0);
  exited.add(98, 5, 0, 0);
  assert.ok(exited.has(100, 5, 0, 0), 'the later exit of the same tid counts');
});
