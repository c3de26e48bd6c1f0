import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KnownContainer, KnownContainers } from './known-containers.ts';

const container = (id: string, json = '{}'): KnownContainer => ({
  id,
  json,
  rank: 0,
  uid: undefined,
  socketPath: '/s',
  deliveredMs: 0,
});

test('removed a while after its runtime forgot it', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const removed: string[] = [];
  const known = new KnownContainers(({ id }) => removed.push(id));
  for (const id of ['a', 'b', 'c']) known.set(container(id));
  known.removeLater('a');
  known.removeLater('a');
  known.removeLater('b');
  known.removeLater('none');
  t.mock.timers.tick(4999);
  assert.deepEqual([removed, known.size], [[], 3]);
  known.set(container('b', '{"again":1}'));
  t.mock.timers.tick(1);
  assert.deepEqual([removed, known.size], [['a'], 2]);
  known.removeLater('c');
  known.stop();
  t.mock.timers.tick(10_000);
  assert.deepEqual([removed, known.size], [['a'], 2]);
});

test('bounded by number and by size', () => {
  const known = new KnownContainers(() => assert.fail());
  for (let index = 0; index < 16_400; index++) known.set(container(`${index}`));
  assert.deepEqual([known.size, known.evictions], [16_384, 16]);
  assert.equal(known.get('15'), undefined);
  const large = '{}'.padEnd(60_000);
  for (let index = 0; index < 300; index++) known.set(container(`large-${index}`, large));
  assert.ok(known.size <= 281, `${known.size}`);
  known.set(container('large-299', '{}'));
  assert.equal(known.get('large-299')?.json, '{}');
});

test('users cannot crowd out the others', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const removed: string[] = [];
  const known = new KnownContainers(({ id }) => removed.push(id));
  known.set(container('of the system'));
  for (let index = 0; index < 1026; index++) {
    known.set({ ...container(`${index}`), uid: 1000 });
  }
  known.set({ ...container('2'), uid: 1000 });
  t.mock.timers.tick(5000);
  assert.deepEqual(removed, ['0', '1']);
  assert.deepEqual([known.size, known.evictions], [1025, 2]);
});
