import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { waitMs } from '../host/wait.ts';
import {
  type ContainerKey,
  type ContainerRuntime,
  keyOf,
  type RuntimeEvents,
} from './container-runtime.ts';
import { RuntimeConnection } from './runtime-connection.ts';
import { temporaryFolder } from './temporary-folder.cases.ts';

/** A runtime that does what the test says. */
class FakeRuntime implements ContainerRuntime {
  keys: readonly ContainerKey[] | Error = [];
  events: RuntimeEvents | undefined = undefined;
  isClosed = false;
  readonly #ended = Promise.withResolvers<void>();

  find() {
    return Promise.resolve(undefined);
  }

  list() {
    return this.keys instanceof Error ? Promise.reject(this.keys) : Promise.resolve(this.keys);
  }

  watch(events: RuntimeEvents) {
    this.events = events;
    return this.#ended.promise;
  }

  close() {
    this.isClosed = true;
    this.#ended.reject(new Error('closed'));
  }

  lose() {
    this.#ended.resolve();
  }
}

async function listenAt(t: TestContext, path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
}

/** With timers that stand still, and all that the listener was told. */
function connectionTo(t: TestContext, path: string, isTaken = () => false) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const runtimes: FakeRuntime[] = [];
  const connection = new RuntimeConnection(
    { engine: 'docker', path },
    () => {
      const runtime = new FakeRuntime();
      runtimes.push(runtime);
      return Promise.resolve(runtime);
    },
    {
      onConnected: () => told.push('connected'),
      onListed: (_, keys) => told.push(`listed ${keys.map(({ id }) => id).join()}`),
      onContainer: (_, { id }) => told.push(`container ${id}`),
      onRemoved: (_, id) => told.push(`removed ${id}`),
      onFailed: (_, reason, wasConnected) =>
        told.push(`${wasConnected ? 'lost' : 'no'}: ${reason}`),
    },
    isTaken,
  );
  const running = connection.run();
  t.after(async () => {
    connection.stop();
    await running;
    assert.equal(connection.state, 'stopped');
    assert.ok(runtimes.every(({ isClosed }) => isClosed));
  });
  return { connection, told, runtimes };
}

test('connected, lost, connected again', async (t) => {
  const path = join(temporaryFolder(t), 's');
  await listenAt(t, path);
  const { connection, told, runtimes } = connectionTo(t, path);
  await turn();
  const [first] = runtimes;
  if (first !== undefined) first.keys = [keyOf('a'), keyOf('b')];
  first?.events?.onReady();
  await connection.firstAttempt;
  first?.events?.onContainer(keyOf('c'));
  first?.events?.onRemoved('a');
  assert.equal(connection.state, 'connected');
  first?.lose();
  await turn();
  assert.equal(connection.state, 'failed');
  assert.equal(await connection.find(keyOf('a')), undefined);
  t.mock.timers.tick(199);
  await turn();
  assert.equal(runtimes.length, 1);
  t.mock.timers.tick(1);
  await turn();
  runtimes[1]?.events?.onReady();
  await turn();
  assert.deepEqual([connection.connections, connection.losses], [2, 1]);
  assert.deepEqual(told, [
    'connected',
    'listed a,b',
    'container c',
    'removed a',
    'lost: the runtime ended the connection',
    'connected',
    'listed ',
  ]);
});

test('who does not answer is tried less and less often', async (t) => {
  const path = join(temporaryFolder(t), 's');
  await listenAt(t, path);
  const { connection, told, runtimes } = connectionTo(t, path);
  await turn();
  let waitedMs = 0;
  for (const pauseMs of [400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) {
    runtimes.at(-1)?.close();
    await turn();
    const before = runtimes.length;
    t.mock.timers.tick(pauseMs - 1);
    await turn();
    assert.equal(runtimes.length, before, `before ${pauseMs}`);
    t.mock.timers.tick(1);
    await turn();
    assert.equal(runtimes.length, before + 1, `after ${pauseMs}`);
    waitedMs += pauseMs;
  }
  assert.equal(waitedMs, 110_800);
  assert.equal(connection.losses, 0);
  assert.equal(new Set(told).size, 1);
  assert.equal(told[0], 'no: closed');
});

test('one that does not say what it has is begun anew', async (t) => {
  const path = join(temporaryFolder(t), 's');
  await listenAt(t, path);
  const { connection, told, runtimes } = connectionTo(t, path);
  await turn();
  const [first] = runtimes;
  if (first !== undefined) first.keys = new Error('no list');
  first?.events?.onReady();
  await connection.firstAttempt;
  await turn();
  assert.deepEqual(told, ['connected', 'lost: no list']);
  assert.equal(first?.isClosed, true);
});

test('a socket that appears later, or is taken', async (t) => {
  const path = join(temporaryFolder(t), 's');
  let isTaken = true;
  const { connection, runtimes } = connectionTo(t, path, () => isTaken);
  await connection.firstAttempt;
  assert.equal(connection.state, 'absent');
  await listenAt(t, path);
  t.mock.timers.tick(5000);
  await turn();
  assert.equal(connection.state, 'absent');
  isTaken = false;
  connection.wake();
  await turn();
  assert.equal(runtimes.length, 0, 'asked a moment ago');
  waitMs(110);
  connection.wake();
  await turn();
  assert.equal(runtimes.length, 1);
});

test('whether somebody may answer soon', async (t) => {
  const path = join(temporaryFolder(t), 's');
  let nowMs = 1000;
  t.mock.method(performance, 'now', () => nowMs);
  const { connection, runtimes } = connectionTo(t, path);
  await connection.firstAttempt;
  assert.equal(connection.mayAnswer, false, 'there is no socket');
  await listenAt(t, path);
  assert.equal(connection.mayAnswer, false, 'it was looked for at this very moment');
  nowMs += 100;
  assert.equal(connection.mayAnswer, true, 'there is one now');
  connection.wake();
  await turn();
  assert.deepEqual([connection.state, connection.mayAnswer], ['connecting', true]);
  runtimes[0]?.events?.onReady();
  await turn();
  assert.equal(connection.mayAnswer, true);
  runtimes[0]?.lose();
  await turn();
  assert.deepEqual([connection.state, connection.mayAnswer], ['failed', true], 'just lost');
  t.mock.timers.tick(200);
  await turn();
  runtimes[1]?.close();
  await turn();
  assert.deepEqual([connection.state, connection.mayAnswer], ['failed', false], 'nobody there');
  nowMs += 1000;
  assert.equal(connection.mayAnswer, true, 'whoever needs it has it tried anew');
  connection.wake();
  await turn();
  assert.equal(connection.state, 'connecting');
});
