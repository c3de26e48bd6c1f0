import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { HttpLimits } from './http-limits.ts';
import { type AskedRequest, type AskingRoute, type Route, textAnswer } from './http-route.ts';
import { HttpThread } from './http-thread.ts';

const WAIT_MS = 10_000;
const MIB = 1 << 20;

interface Answered {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Opened {
  readonly thread: HttpThread;
  readonly problems: string[];
  readonly get: (path: string, options?: RequestOptions, body?: Uint8Array) => Promise<Answered>;
}

async function open(
  context: TestContext,
  routes: readonly Route[],
  limits: Partial<HttpLimits> = {},
): Promise<Opened> {
  const problems: string[] = [];
  const thread = await HttpThread.start({
    name: 'the test server',
    listen: { address: '127.0.0.1', port: 0 },
    routes,
    limits,
    onProblem: (message) => problems.push(message),
  });
  context.after(() => thread.close());
  return {
    thread,
    problems,
    get: (path, options, body) => ask({ port: thread.port, path, ...options }, body),
  };
}

function ask(options: RequestOptions, body?: Uint8Array): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', timeout: WAIT_MS, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: text }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What the server sends until it closes the connection. */
async function talk(port: number, say: (socket: Socket) => void): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => (text += chunk));
  const gone = closed(socket);
  await once(socket, 'connect');
  say(socket);
  await gone;
  return text;
}

/** When the connection is over; a reset is one way to be refused. */
function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function until(is: () => boolean): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!is()) {
    assert.ok(performance.now() < end, 'the wait is over');
    await pause(10);
  }
}

const fixed: Route = {
  method: 'GET',
  path: '/fixed',
  answer: { status: 200, type: 'application/json', body: '{"status": "ok"}' },
};

function posts(take: (request: AskedRequest) => void = () => undefined): AskingRoute {
  return {
    method: 'POST',
    path: '/post',
    ask: (asked) => {
      take(asked);
      return textAnswer(200, `${asked.body.length} of ${asked.type}`);
    },
  };
}

describe('routes', () => {
  test('a fixed answer, by its path and method', async (context) => {
    const { get, thread } = await open(context, [fixed]);
    const found = await get('/fixed?x=1');
    assert.deepEqual(
      [found.status, found.headers['content-type'], found.body],
      [200, 'application/json', '{"status": "ok"}'],
    );
    assert.equal((await get('/fixed', { method: 'HEAD' })).headers['content-length'], '16');
    const cases: readonly [path: string, method: string, status: number][] = [
      ['/fixe', 'GET', 404],
      ['/fixed/', 'GET', 404],
      ['/fixed', 'POST', 405],
      ['/fixed', 'DELETE', 405],
    ];
    for (const [path, method, status] of cases) {
      assert.equal((await get(path, { method })).status, status, `${method} ${path}`);
    }
    assert.deepEqual([thread.counters.get('requests'), thread.counters.get('errors')], [6, 4]);
  });

  test('connections are kept', async (context) => {
    const { get } = await open(context, [fixed]);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    context.after(() => agent.destroy());
    const { headers } = await get('/fixed', { agent });
    assert.equal(headers.connection, 'keep-alive');
    const [[socket] = []] = Object.values(agent.freeSockets);
    await get('/fixed', { agent });
    assert.equal(Object.values(agent.freeSockets)[0]?.[0], socket);
  });

  test('the main thread answers what changes, with what is so now', async (context) => {
    let count = 0;
    const route: Route = { method: 'GET', path: '/n', ask: () => textAnswer(200, `${++count}`) };
    const { get } = await open(context, [route]);
    assert.equal((await get('/n')).body, '1\n');
    assert.equal((await get('/n')).body, '2\n');
  });

  test('many who ask at the same time cost a few questions', async (context) => {
    let count = 0;
    const route: Route = { method: 'GET', path: '/n', ask: () => textAnswer(200, `${++count}`) };
    const { get } = await open(context, [route]);
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 60 }, () => get('/n')));
    const quarters = Math.ceil((performance.now() - started) / 250);
    assert.ok(answers.every(({ status }) => status === 200));
    // One at once, and one each quarter of a second after it.
    assert.ok(count <= quarters + 1, `${count} questions in ${quarters} quarters of a second`);
  });

  test('bodies come as they were sent, with their type', async (context) => {
    const bodies: Uint8Array[] = [];
    const { get } = await open(context, [posts(({ body }) => bodies.push(body))]);
    const body = new Uint8Array(3 * MIB).map((_, at) => at % 251);
    const headers = { 'content-type': 'application/json' };
    const answer = await get('/post', { method: 'POST', headers }, body);
    assert.deepEqual([answer.status, answer.body], [200, `${body.length} of application/json\n`]);
    assert.deepEqual(bodies, [body]);
    assert.equal((await get('/post', { method: 'POST' })).body, '0 of \n');
  });

  test('what a handler throws is told, and its client is given a 500', async (context) => {
    const route: Route = {
      method: 'POST',
      path: '/bad',
      ask: () => {
        throw new Error('a mistake');
      },
    };
    const { get, problems } = await open(context, [route]);
    assert.equal((await get('/bad', { method: 'POST' })).status, 500);
    assert.deepEqual(problems, ['the test server: /bad: a mistake']);
  });

  test('a token is asked for before anything is read', async (context) => {
    let taken = 0;
    const route: Route = { ...posts(() => taken++), token: 'secret' };
    const { get } = await open(context, [route]);
    const cases: readonly [given: string | undefined, status: number][] = [
      [undefined, 401],
      ['Bearer secre', 401],
      ['Bearer secret2', 401],
      ['Basic secret', 401],
      ['Bearer secret', 200],
    ];
    for (const [authorization, status] of cases) {
      const headers = authorization === undefined ? {} : { authorization };
      assert.equal((await get('/post', { method: 'POST', headers })).status, status);
    }
    assert.equal(taken, 1);
  });
});

describe('limits', () => {
  test('headers that are too long', async (context) => {
    const { get, thread } = await open(context, [fixed], { headerBytesMax: 2048 });
    assert.equal((await get('/fixed', { headers: { x: 'y'.repeat(1000) } })).status, 200);
    const text = await talk(thread.port, (socket) =>
      socket.write(`GET /fixed HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(4000)}\r\n\r\n`),
    );
    assert.match(text, /^HTTP\/1\.1 431 /);
    assert.equal(thread.counters.get('requestsMalformed'), 1);
  });

  test('what is no HTTP', async (context) => {
    const { thread } = await open(context, [fixed]);
    assert.match(
      await talk(thread.port, (socket) => socket.write('\0\u0001\u0002 hello\r\n\r\n')),
      /^HTTP\/1\.1 400 /,
    );
  });

  test('headers that do not come to an end', async (context) => {
    const { get, thread } = await open(context, [fixed], { headersMs: 200, requestMs: 400 });
    const started = performance.now();
    const text = await talk(thread.port, (socket) => {
      socket.write('GET /fixed HTTP/1.1\r\n');
      const timer = setInterval(() => socket.write('X: y\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.ok(performance.now() - started < WAIT_MS);
    assert.equal((await get('/fixed')).status, 200);
  });

  test('a body that does not come to an end', async (context) => {
    let taken = 0;
    const { get, thread } = await open(context, [posts(() => taken++)], {
      headersMs: 200,
      requestMs: 400,
    });
    const text = await talk(thread.port, (socket) => {
      socket.write('POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    assert.match(text, /^HTTP\/1\.1 4\d\d /);
    assert.equal(taken, 0);
    assert.equal((await get('/post', { method: 'POST' })).status, 200);
  });

  test('bodies that are too long, announced or not', async (context) => {
    const { get, thread } = await open(context, [posts()], { bodyBytesMax: 1000 });
    const send = (length: number, headers: Record<string, string>) =>
      get('/post', { method: 'POST', headers }, new Uint8Array(length));
    assert.equal((await send(1000, {})).status, 200);
    assert.equal((await send(1000, { 'transfer-encoding': 'chunked' })).status, 200);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const refused = await send(1001, headers);
      assert.deepEqual([refused.status, refused.body], [413, 'at most 1000 bytes are taken\n']);
    }
    assert.equal(thread.counters.get('bodiesTooLong'), 2);
    // Far more than buffers hold: the client is still sending when it is refused.
    assert.equal((await send(20 * MIB, {})).status, 413);
  });

  test('a route may take less than others', async (context) => {
    const { get } = await open(context, [{ ...posts(), bodyBytesMax: 10 }]);
    const send = (length: number) => get('/post', { method: 'POST' }, new Uint8Array(length));
    assert.deepEqual([(await send(10)).status, (await send(11)).status], [200, 413]);
  });

  test('packed bodies are not unpacked', async (context) => {
    const { get } = await open(context, [posts()]);
    const headers = { 'content-encoding': 'gzip' };
    assert.equal((await get('/post', { method: 'POST', headers })).status, 415);
  });

  test('more bodies than there is room for', async (context) => {
    const { get, thread } = await open(context, [posts()], { bodiesBytesMax: 5000 });
    const first = connect({ port: thread.port, host: '127.0.0.1' });
    context.after(() => first.destroy());
    first.write('POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 4001\r\n\r\n');
    first.write('x'.repeat(4000));
    const send = () => get('/post', { method: 'POST' }, new Uint8Array(2000));
    let answer = await send();
    // Until the first one has arrived there is room.
    for (let tries = 0; answer.status === 200 && tries < 100; tries++) answer = await send();
    assert.equal(answer.status, 503);
    first.write('x');
    await once(first, 'data');
    assert.equal((await send()).status, 200);
    assert.ok(thread.counters.get('busy') > 0);
  });

  test('a main thread that takes too long, or is asked too much', async (context) => {
    const held: (() => void)[] = [];
    const route: Route = {
      method: 'POST',
      path: '/held',
      ask: async () => {
        await new Promise<void>((resolve) => held.push(resolve));
        return textAnswer(200, 'late');
      },
    };
    const { get, thread } = await open(context, [route, fixed], { asksMax: 2, answerMs: 300 });
    const asked = Array.from({ length: 3 }, () => get('/held', { method: 'POST' }));
    const answers = await Promise.all(asked);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 503, 503],
    );
    assert.equal(held.length, 2);
    assert.equal(thread.counters.get('busy'), 3);
    for (const release of held) release();
    // What comes too late is for nobody, and there is room again.
    const again = get('/held', { method: 'POST' });
    await until(() => held.length === 3);
    held[2]?.();
    assert.equal((await again).body, 'late\n');
  });

  test('more connections than are taken', async (context) => {
    const { thread } = await open(context, [fixed], { connectionsMax: 3 });
    const sockets = Array.from({ length: 3 }, () => connect(thread.port, '127.0.0.1'));
    context.after(() => sockets.forEach((socket) => socket.destroy()));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    // Taken in order: by then the three are counted.
    assert.equal(await talk(thread.port, () => undefined), '');
    assert.equal(thread.counters.get('connectionsRefused'), 1);
    const [first] = sockets;
    assert.ok(first !== undefined);
    const answer = new Promise<string>((resolve) =>
      first.once('data', (bytes) => resolve(bytes.toString())),
    );
    first.write('GET /fixed HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.match(await answer, /^HTTP\/1\.1 200 /);
  });

  test('connections on which nothing happens', async (context) => {
    const { thread } = await open(context, [fixed], { idleMs: 100 });
    assert.equal(await talk(thread.port, () => undefined), '');
  });
});

describe('the life of the thread', () => {
  test('an address that is taken', async (context) => {
    const other = createServer().listen(0, '127.0.0.1');
    context.after(() => other.close());
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await assert.rejects(startAt('127.0.0.1', port), {
      name: 'HttpError',
      code: 'address-in-use',
      message: `cannot listen on 127.0.0.1:${port}: another program listens there`,
      hint: /ss -ltnp/,
    });
  });

  test('an address that is not ours', async () => {
    await assert.rejects(startAt('192.0.2.1', 0), {
      code: 'address-unusable',
      message: /^cannot listen on 192\.0\.2\.1:0: .*address not available/,
    });
  });

  test('a thread that ends is told and started anew, at the same port', async (context) => {
    const workers: Worker[] = [];
    const onWorker = (worker: Worker): void => void workers.push(worker);
    process.on('worker', onWorker);
    context.after(() => process.off('worker', onWorker));
    const { thread, get, problems } = await open(context, [fixed]);
    const { port } = thread;
    const [first] = workers;
    await first?.terminate();
    await assert.rejects(get('/fixed'));
    await until(() => thread.restarts === 1);
    assert.equal(thread.port, port);
    assert.equal((await get('/fixed')).status, 200);
    assert.deepEqual(problems, ['the thread of the test server ended; it is started anew in 1 s']);
    assert.equal(workers.length, 2);
  });

  test('a closed one answers nobody, and leaves nothing', async (context) => {
    const { thread, get, problems } = await open(context, [fixed]);
    const idle = connect(thread.port, '127.0.0.1');
    await once(idle, 'connect');
    const gone = closed(idle);
    await thread.close();
    await thread.close();
    await gone;
    await assert.rejects(get('/fixed'), { code: 'ECONNREFUSED' });
    assert.deepEqual(problems, []);
  });
});

function startAt(address: string, port: number): Promise<HttpThread> {
  return HttpThread.start({
    name: 'the test server',
    listen: { address, port },
    routes: [fixed],
    onProblem: assert.fail,
  });
}
