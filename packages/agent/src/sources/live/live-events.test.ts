/** When the reader looks at the ring again, by a sensor that a test makes up. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { encodeNamed } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import { LiveEvents } from './live-events.ts';

const RECORD = encodeNamed(PPME.PPME_SYSCALL_CLOSE_X, { time: 1n, tid: 7 }, { res: 0, fd: 3 });
const BATCH_EVENTS = 20_000;

/** A look at the ring: how long after the one before, and what it finds. */
interface Look {
  readonly afterMs: number;
  readonly events: number;
  readonly isExpectant?: boolean;
}

/** What the reader does after each look: it sleeps until it is woken, or looks again by itself. */
async function restsAfter(t: TestContext, looks: readonly Look[]): Promise<readonly string[]> {
  let nowMs = 1000;
  t.mock.method(performance, 'now', () => nowMs);
  const rests: string[] = [];
  let at = 0;
  let seen = 0;
  const ring = {
    bytes: RECORD,
    view: new DataView(RECORD.buffer, RECORD.byteOffset, RECORD.byteLength),
    pendingBytes: 0,
    drain(onRecord: (start: number, end: number) => void, recordsMax: number): number {
      assert.equal(recordsMax, BATCH_EVENTS);
      const { afterMs = 0, events = 0 } = looks[at] ?? {};
      nowMs += afterMs;
      for (let event = 0; event < events; event++) onRecord(0, RECORD.length);
      return events;
    },
  };
  const wait = (timeoutMs: number): Promise<void> => {
    rests[at - 1] = `sleeps ${timeoutMs}`;
    return Promise.resolve();
  };
  const event = new EventView();
  const events = new LiveEvents({ ring, wait }, event);
  await events.read({
    onEvent: () => void seen++,
    onPause(count) {
      assert.equal(count, looks[at]?.events);
      rests[at++] = 'looks again';
      return at < looks.length;
    },
    isExpectant: () => looks[at - 1]?.isExpectant === true,
  });
  const total = looks.reduce((sum, look) => sum + look.events, 0);
  assert.deepEqual([seen, event.num, events.damaged], [total, total, 0]);
  return rests.slice(0, -1);
}

test('few events: the reader sleeps, and is woken once in a tick', async (t) => {
  const rests = await restsAfter(t, [
    { afterMs: 0, events: 0 },
    { afterMs: 300, events: 1 },
    { afterMs: 8, events: 2 },
    { afterMs: 100, events: 1 },
    { afterMs: 7, events: 0 },
    { afterMs: 8, events: 0 },
    { afterMs: 0, events: 0 },
  ]);
  // The clock stands still while it sleeps: here it is woken at once, and what it finds comes late.
  const sleeps = 'sleeps 500';
  assert.deepEqual(rests, [sleeps, sleeps, sleeps, sleeps, 'looks again', sleeps]);
});

test('many events: it looks by the clock', async (t) => {
  const rests = await restsAfter(t, [
    { afterMs: 100, events: 7 },
    { afterMs: 100, events: 8 },
    { afterMs: 100, events: BATCH_EVENTS },
    { afterMs: 100, events: 1 },
    { afterMs: 0, events: 0 },
  ]);
  assert.deepEqual(rests, ['sleeps 500', 'looks again', 'looks again', 'sleeps 500']);
});

test('while something is about to be due, it sleeps for a short time', async (t) => {
  const rests = await restsAfter(t, [
    { afterMs: 100, events: 1, isExpectant: true },
    { afterMs: 100, events: 1 },
    { afterMs: 0, events: 0 },
  ]);
  assert.deepEqual(rests, ['sleeps 50', 'sleeps 500']);
});
