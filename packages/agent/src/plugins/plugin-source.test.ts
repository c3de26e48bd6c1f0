/** A source and its queue: what it takes, what it loses, how it ends, who has turns. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OPEN_MS } from './deadline.ts';
import { EVENT_BYTES_MAX, QUEUED_EVENTS_MAX } from './event-queue.ts';
import type { EventSink, EventSourcing, OpenedSource } from './plugin.ts';
import { until, within } from './plugin-bench.cases.ts';
import type { PluginError } from './plugin-error.ts';
import { PluginSource } from './plugin-source.ts';

const REST_MS = 1000;
const text = (data: string): Uint8Array => Buffer.from(data);

interface TestSource {
  readonly source: PluginSource;
  readonly sourcing: EventSourcing;
  readonly sink: EventSink;
  /** `code time data` of what was handed over. */
  readonly seen: string[];
  readonly ends: (PluginError | undefined)[];
  readonly problems: readonly string[];
  readonly start: () => void;
}

async function openSource(
  open: () => Promise<OpenedSource> = () => Promise.resolve({ close() {} }),
): Promise<TestSource> {
  let sink: EventSink | undefined;
  const ends: (PluginError | undefined)[] = [];
  const problems: string[] = [];
  const sourcing: EventSourcing = {
    source: 'mine',
    id: 999,
    open: (_, given) => {
      sink = given;
      return open();
    },
  };
  const source = new PluginSource({
    plugin: 'mine',
    params: 'x',
    sourcing,
    onEnd: (error) => ends.push(error),
    onProblem: (problem) => problems.push(problem),
  });
  await source.open();
  assert.ok(sink !== undefined);
  const seen: string[] = [];
  const { event } = source;
  const onEvent = (): void => {
    const data = event.raw(event.type === 322 ? 1 : 2);
    seen.push(`${event.type} ${event.u32(0)} ${event.num} ${data}`);
  };
  const start = (): void => source.start({ onEvent, onPause() {} });
  return { source, sourcing, sink, seen, ends, problems, start };
}

describe('events', () => {
  test('come in order, with those beside the stream, from when it is started', async () => {
    const { source, sink, seen, start } = await openSource();
    assert.ok(sink.event(text('a')));
    assert.ok(source.addAsync('tick', text('b')));
    start();
    assert.ok(sink.event(text('')));
    assert.deepEqual(seen, [], 'not inside of the call');
    await within(sink.handled(), 'they are not handled');
    assert.deepEqual(seen, ['322 999 1 a', '402 999 2 b', '322 999 3 ']);
    assert.equal(await source.close(REST_MS), 0);
  });

  test('that are none are refused, told and counted', async () => {
    const { source, sink, problems } = await openSource();
    const give = (data: unknown, timeNs?: unknown): boolean =>
      sink.event(data as Uint8Array, timeNs as bigint);
    assert.equal(give('text'), false);
    assert.equal(give(undefined), false);
    assert.equal(give(text('a'), 17), false);
    assert.ok(give(text('a'), 17n));
    assert.deepEqual(problems, [
      'it gave an event that is no Uint8Array: found a string',
      'it gave an event that is no Uint8Array: found undefined',
      'it gave an event with a time that is no bigint of nanoseconds: found a number',
    ]);
    assert.deepEqual(source.counters, { taken: 1, lost: 0, tooLong: 0, malformed: 3 });
    await source.close(0);
    assert.equal(source.counters.lost, 1, 'nobody has seen it');
  });

  test('have the time that they are given, or that of now', async () => {
    const { source, sink } = await openSource();
    const times: bigint[] = [];
    const { event } = source;
    source.start({
      onEvent: () => times.push(BigInt(event.timeHigh) * 2n ** 32n + BigInt(event.timeLow)),
      onPause() {},
    });
    const before = BigInt(Date.now()) * 1_000_000n;
    for (const time of [5n, 2n ** 63n, undefined, -1n, 2n ** 64n]) sink.event(text('a'), time);
    const after = BigInt(Date.now()) * 1_000_000n;
    await sink.handled();
    assert.deepEqual(times.slice(0, 2), [5n, 2n ** 63n]);
    assert.equal(times.length, 5);
    for (const time of times.slice(2)) assert.ok(time >= before && time <= after);
    await source.close(REST_MS);
  });

  test('are copied', async () => {
    const { source, sink, seen, start } = await openSource();
    const data = text('before');
    sink.event(data);
    data.fill(0);
    start();
    await sink.handled();
    assert.deepEqual(seen, ['322 999 1 before']);
    await source.close(REST_MS);
  });

  test('that find no room are lost and counted, unless the source waits', async () => {
    const { source, sink, seen, start } = await openSource();
    for (let at = 0; at < QUEUED_EVENTS_MAX; at++) assert.ok(sink.event(text('a')));
    assert.equal(sink.event(text('lost')), false);
    assert.equal(source.addAsync('tick', text('lost')), false);
    assert.equal(sink.event(new Uint8Array(EVENT_BYTES_MAX + 1)), false);
    const counts = { taken: QUEUED_EVENTS_MAX, lost: 2, tooLong: 1, malformed: 0 };
    assert.deepEqual(source.counters, counts);
    const room = sink.room();
    start();
    await within(room, 'there is no room');
    assert.ok(sink.event(text('waited')));
    await sink.handled();
    assert.equal(seen.length, QUEUED_EVENTS_MAX + 1);
    assert.match(seen.at(-1) ?? '', /waited$/);
    await source.close(REST_MS);
  });

  test('of one MiB wait until there are 64 of them', async () => {
    const { source, sink } = await openSource();
    const large = new Uint8Array(1 << 20);
    let taken = 0;
    while (sink.event(large)) taken++;
    assert.equal(taken, 64);
    await source.close(0);
  });

  test('leave turns for everything else', async () => {
    const { source, sink } = await openSource();
    const work = 20_000;
    for (let at = 0; at < QUEUED_EVENTS_MAX; at++) sink.event(text('a'));
    let spent = 0;
    let turns = 0;
    let timers = 0;
    const timer = setInterval(() => timers++, 1);
    source.start({
      onEvent() {
        for (let at = 0; at < work; at++) spent += Math.sqrt(at);
      },
      onPause: () => turns++,
    });
    await sink.handled();
    clearInterval(timer);
    assert.ok(spent > 0 && turns > 5 && timers > 5, `${turns} turns, ${timers} timers`);
    await source.close(REST_MS);
  });
});

describe('the end', () => {
  test('is told when rules have seen everything', async () => {
    const { source, sink, seen, ends, start } = await openSource();
    sink.event(text('a'));
    sink.end();
    assert.equal(sink.event(text('after')), false);
    assert.deepEqual([ends.length, source.isOver], [0, false]);
    start();
    await until(() => ends.length > 0, 'its end is not told');
    assert.deepEqual([ends, source.isOver, seen.length], [[undefined], true, 1]);
    sink.end(new Error('again'));
    assert.equal(ends.length, 1);
    await source.close(REST_MS);
  });

  test('with an error is told at once', async () => {
    const { source, sourcing, sink, ends } = await openSource();
    assert.ok(source.isOf(sourcing, 'x', []));
    sink.end(new Error('the file is gone'));
    assert.equal(ends[0]?.message, 'plugin mine: source mine failed: the file is gone');
    assert.equal(source.isOf(sourcing, 'x', []), false, 'a reload opens it anew');
    await source.close(REST_MS);
  });

  test('of a closed source concerns nobody, and nothing is taken', async () => {
    const { source, sink, ends, seen, start } = await openSource();
    start();
    sink.event(text('rest'));
    const waiting = sink.handled();
    assert.equal(await source.close(REST_MS), 0);
    await within(waiting, 'who waits is left waiting');
    assert.deepEqual(seen, ['322 999 1 rest'], 'what waited is seen');
    assert.equal(sink.event(text('late')), false);
    await within(sink.room(), 'who waits is left waiting');
    sink.end(new Error('late'));
    assert.deepEqual(ends, []);
    assert.equal(await source.close(REST_MS), 0);
  });

  test('events that nobody takes in time are told', async () => {
    const { source, sink, seen } = await openSource();
    source.start({ onEvent: () => seen.push(''), onPause() {} });
    for (let at = 0; at < 1000; at++) sink.event(text('a'));
    const left = await source.close(-1);
    assert.ok(left > 0);
    assert.equal(left + seen.length, 1000);
  });
});

describe('sources that do not open or close', () => {
  test('say why', async () => {
    const refusing = openSource(() => Promise.reject(new Error('no such queue')));
    await assert.rejects(refusing, {
      code: 'source',
      message: 'plugin mine: source mine cannot be opened with open_params "x": no such queue',
    });
    const close = (): never => {
      throw new Error('still busy');
    };
    const { source } = await openSource(() => Promise.resolve({ close }));
    await assert.rejects(source.close(0), {
      code: 'source',
      message: 'plugin mine: source mine did not close: still busy',
    });
  });

  test('are left behind', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const never = new Promise<void>(() => {});
    const { source } = await openSource(() => Promise.resolve({ close: () => never }));
    const closing = source.close(0);
    context.mock.timers.tick(5000);
    await assert.rejects(closing, { message: /is left open: it did not close within 5 s$/ });
  });

  test('that never open are not waited for, and closed if they do', async (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const opening = Promise.withResolvers<{ close(): void }>();
    const opened = openSource(() => opening.promise);
    context.mock.timers.tick(OPEN_MS);
    await assert.rejects(opened, { code: 'late', message: /mine did not open within 30 s$/ });
    const closed = Promise.withResolvers<void>();
    opening.resolve({ close: () => closed.resolve() });
    await closed.promise;
  });

  test('that cannot be closed are not opened', async () => {
    const nothing = (): Promise<OpenedSource> => Promise.resolve({} as OpenedSource);
    const message = /cannot be opened .*: what its "open" gives must have a function "close"$/;
    await assert.rejects(openSource(nothing), { code: 'source', message });
  });

  test('closed while they were being opened are closed then', async () => {
    const opening = Promise.withResolvers<{ close(): void }>();
    let closed = 0;
    const source = new PluginSource({
      plugin: 'mine',
      params: '',
      sourcing: { source: 'mine', id: 999, open: () => opening.promise },
      onEnd() {},
      onProblem() {},
    });
    const opened = source.open();
    await source.close(0);
    opening.resolve({ close: () => closed++ });
    await opened;
    assert.equal(closed, 1);
  });
});
