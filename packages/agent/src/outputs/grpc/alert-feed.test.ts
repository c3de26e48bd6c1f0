import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeenOutcome } from '../outgoing.cases.ts';
import { AlertFeed, type Subscriber } from './alert-feed.ts';

/** A client that takes messages when it is told to. */
class Client {
  readonly subscriber: Subscriber;
  readonly got: number[] = [];
  #pending: (() => void)[] = [];

  constructor(feed: AlertFeed) {
    this.subscriber = feed.subscribe((message, done) => {
      this.#pending.push(() => {
        this.got.push(message[0] ?? -1);
        done();
      });
      return this.#pending.length < 2;
    });
  }

  read(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const take of pending) take();
    if (pending.length > 0) this.subscriber.resume();
  }
}

function message(number: number): Uint8Array {
  return Uint8Array.of(number);
}

test('a slow client loses its oldest while another reads', () => {
  const outcome = new SeenOutcome();
  const feed = new AlertFeed(outcome);
  const [slow, fast] = [new Client(feed), new Client(feed)];
  for (let number = 0; number < 1100; number++) {
    feed.add(message(number % 256));
    fast.read();
  }
  assert.equal(outcome.deliveredCount, 1100);
  // Of 1100 two are on their way to the slow one, and 1000 wait for it.
  assert.equal(feed.lagged, 98);
  for (let turn = 0; turn < 600; turn++) slow.read();
  assert.equal(slow.got.length, 1002);
});

test('alone, it loses nothing: alerts wait', () => {
  const outcome = new SeenOutcome();
  const feed = new AlertFeed(outcome);
  const slow = new Client(feed);
  for (let number = 0; number < 1100; number++) feed.add(message(number % 256));
  assert.deepEqual([outcome.settled, feed.lagged], [0, 0]);
  for (let turn = 0; turn < 600; turn++) slow.read();
  assert.deepEqual([outcome.deliveredCount, slow.got.length], [1100, 1100]);
});

test('what one that left had not sent goes to the next, in order', () => {
  const outcome = new SeenOutcome();
  const feed = new AlertFeed(outcome);
  const first = new Client(feed);
  for (let number = 0; number < 5; number++) feed.add(message(number));
  feed.unsubscribe(first.subscriber);
  first.read();
  assert.equal(outcome.settled, 0);
  const second = new Client(feed);
  for (let turn = 0; turn < 5; turn++) second.read();
  assert.deepEqual(second.got, [0, 1, 2, 3, 4]);
  assert.equal(outcome.deliveredCount, 5);
});

test('whatever clients do, each alert is settled once', () => {
  const step = fc.record({
    what: fc.constantFrom('add', 'add', 'join', 'leave', 'read', 'get', 'lose'),
    which: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const outcome = new SeenOutcome();
      const feed = new AlertFeed(outcome);
      const clients: Client[] = [];
      let added = 0;
      for (const { what, which } of steps) {
        const client = clients[which % Math.max(clients.length, 1)];
        if (what === 'add') feed.add(message(added++ % 256));
        else if (what === 'join') clients.push(new Client(feed));
        else if (what === 'read') client?.read();
        else if (what === 'leave' && client !== undefined) feed.unsubscribe(client.subscriber);
        else if (what === 'get') feed.takeKept()?.sent(true);
        else if (what === 'lose') feed.takeKept()?.sent(false);
        assert.ok(outcome.settled <= added);
      }
      feed.finish();
      for (let turn = 0; turn < 200; turn++) for (const client of clients) client.read();
      for (const { subscriber } of clients) feed.unsubscribe(subscriber);
      assert.equal(outcome.settled, added);
    }),
  );
});
