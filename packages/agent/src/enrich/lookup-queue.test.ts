import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { keyOf } from './container-runtime.ts';
import { type Lookup, LookupQueue, type QueueOptions } from './lookup-queue.ts';
import type { RuntimeConnection } from './runtime-connection.ts';

const lookup = (id: string, parts: Partial<Lookup> = {}): Lookup => ({
  key: keyOf(id),
  engine: undefined,
  only: undefined,
  isWanted: true,
  uid: undefined,
  ...parts,
});
/** Two who may tell of a container. */
const [one, other] = [{}, {}] as unknown as readonly [RuntimeConnection, RuntimeConnection];

/** A queue whose questions wait until the test answers them. */
function queueOf(options: Partial<QueueOptions> = {}) {
  const asked: string[] = [];
  const outcomes: string[] = [];
  const answers: PromiseWithResolvers<boolean>[] = [];
  const queue = new LookupQueue({
    concurrency: 2,
    pendingMax: 4,
    ask: ({ key }) => {
      asked.push(key.id);
      const answer = Promise.withResolvers<boolean>();
      answers.push(answer);
      return answer.promise;
    },
    onError: ({ key }, error) => outcomes.push(`${key.id}: ${String(error)}`),
    onNotFound: ({ key }) => outcomes.push(`${key.id}: not found`),
    ...options,
  });
  const answer = async (found: boolean | Error) => {
    const next = answers.shift();
    if (found instanceof Error) next?.reject(found);
    else next?.resolve(found);
    await turn();
  };
  return { queue, asked, outcomes, answer };
}

test('few at a time, urgent ones first, no more than fit', async () => {
  const { queue, asked, answer } = queueOf();
  queue.add(lookup('a', { isWanted: false }));
  queue.add(lookup('b', { isWanted: false }));
  queue.add(lookup('c', { isWanted: false }));
  queue.add(lookup('d'));
  queue.add(lookup('e'));
  assert.deepEqual([asked.join(), queue.size, queue.dropped], ['a,b', 4, 1]);
  await answer(true);
  assert.equal(asked.join(), 'a,b,d');
  for (let count = 0; count < 3; count++) await answer(true);
  assert.deepEqual([asked.join(), queue.size], ['a,b,d,c', 0]);
});

test('each once at a time; one that is wanted now goes first', async () => {
  const { queue, asked, answer } = queueOf({ concurrency: 1 });
  for (const id of ['a', 'b', 'c']) queue.add(lookup(id, { isWanted: false }));
  queue.add(lookup('c'));
  queue.add(lookup('c'));
  for (let count = 0; count < 3; count++) await answer(true);
  assert.deepEqual([asked.join(), queue.size], ['a,c,b', 0]);
});

test('asked again when it changes while it is asked for', async () => {
  const { queue, asked, answer } = queueOf();
  queue.add(lookup('a', { only: one }));
  queue.add(lookup('a', { only: one }));
  await answer(true);
  assert.deepEqual([asked.join(), queue.size], ['a,a', 1]);
  await answer(true);
  assert.equal(queue.size, 0);
});

test('asked again while it is young, at once when somebody tells of it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { queue, asked, outcomes, answer } = queueOf();
  queue.add(lookup('a'));
  await answer(new Error('no answer'));
  t.mock.timers.tick(29);
  assert.equal(asked.length, 1);
  t.mock.timers.tick(1);
  assert.equal(asked.length, 2);
  await answer(false);
  queue.add(lookup('a', { only: other }));
  assert.equal(asked.length, 3);
  await answer(false);
  queue.add(lookup('a'));
  assert.equal(asked.length, 3);
  queue.retryNow();
  assert.equal(asked.length, 4);
  for (let attempts = 4; attempts < 8; attempts++) {
    await answer(false);
    t.mock.timers.tick(2000);
  }
  assert.deepEqual([asked.length, queue.retries, queue.size], [8, 7, 1]);
  await answer(false);
  assert.deepEqual([queue.size, outcomes], [0, ['a: Error: no answer', 'a: not found']]);
});

test('who told of it is asked alone, until somebody else wants it', () => {
  const { queue } = queueOf({ concurrency: 0 });
  const first = lookup('a', { only: one, isWanted: false });
  queue.add(first);
  queue.add(lookup('a', { only: one, isWanted: false }));
  assert.deepEqual([first.only === one, first.isWanted], [true, false]);
  queue.add(lookup('a'));
  assert.deepEqual([first.only, first.isWanted], [undefined, true]);
});

test('cancelled: nothing is told any more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { queue, asked, outcomes, answer } = queueOf();
  for (const id of ['a', 'b', 'c']) queue.add(lookup(id));
  await answer(false);
  const quiet = queue.quiet();
  queue.cancelAll();
  await answer(new Error('late'));
  await answer(false);
  await quiet;
  t.mock.timers.tick(10_000);
  assert.deepEqual([asked.join(), queue.size, outcomes], ['a,b,c', 0, []]);
});

test('quiet: what remains waits', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { queue, answer } = queueOf();
  await queue.quiet();
  queue.add(lookup('a'));
  let isQuiet = false;
  const waitForQuiet = async () => {
    await queue.quiet();
    isQuiet = true;
  };
  const quiet = waitForQuiet();
  await turn();
  assert.equal(isQuiet, false);
  await answer(false);
  await quiet;
  assert.equal(queue.size, 1);
  queue.cancelAll();
});
