import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '@saker/core/engine/alert.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { EventContext } from '@saker/core/state/event-context.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { ThreadInfo } from '@saker/core/state/thread-info.ts';
import { AlertHold } from './alert-hold.ts';

const WAIT_MS = 500;

function hold() {
  const clock = { ms: 0 };
  const delivered: string[] = [];
  const event = new EventView();
  const context = new EventContext(event, new SystemState(event));
  const held = new AlertHold({
    waitMs: WAIT_MS,
    now: () => clock.ms,
    deliver: ({ message }) => delivered.push(message),
    context,
  });
  const add = (name: string, containerId: string): void => {
    const thread = new ThreadInfo(7);
    thread.containerId = containerId;
    // What is delivered shows which thread the context was about.
    const finish = (later?: EventContext): Alert => {
      const message = `${name} in ${later?.thread?.containerId}`;
      return { message } as Alert;
    };
    held.add(finish, thread);
  };
  return { clock, delivered, held, add };
}

test('goes out when its container is known, the others wait on', () => {
  const { delivered, held, add } = hold();
  add('a', 'one');
  add('b', 'two');
  add('c', 'one');
  held.onContainer('three');
  held.onContainer('one');
  assert.deepEqual(delivered, ['a in one', 'c in one']);
  assert.deepEqual([held.count, held.unnamed], [1, 0]);
});

test('goes out without a name when time is over, and not before', () => {
  const { clock, delivered, held, add } = hold();
  add('a', 'one');
  clock.ms = 300;
  add('b', 'two');
  clock.ms = WAIT_MS - 1;
  held.tick();
  assert.deepEqual(delivered, []);
  clock.ms = WAIT_MS;
  held.tick();
  assert.deepEqual(delivered, ['a in one']);
  assert.deepEqual([held.count, held.unnamed], [1, 1]);
});

test('goes out when nobody waits for its container any more', () => {
  const { delivered, held, add } = hold();
  add('a', 'one');
  add('b', 'two');
  held.giveUp('one');
  assert.deepEqual(delivered, ['a in one']);
  assert.deepEqual([held.count, held.unnamed], [1, 1]);
});

test('none is kept at the end', () => {
  const { delivered, held, add } = hold();
  add('a', 'one');
  held.flush();
  held.flush();
  assert.deepEqual(delivered, ['a in one']);
});

test('of too many the oldest goes out', () => {
  const { delivered, held, add } = hold();
  for (let at = 0; at < 10_002; at++) add(String(at), 'one');
  assert.deepEqual(delivered, ['0 in one', '1 in one']);
  assert.equal(held.count, 10_000);
});
