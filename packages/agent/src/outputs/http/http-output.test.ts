import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { HttpOutputConfig } from '../../config/output-config.ts';
import { outgoing, SeenOutcome, until } from '../outgoing.cases.ts';
import { HttpOutput } from './http-output.ts';
import { Receiver } from './receiver.cases.ts';

/** As falco.yaml has it. */
const DEFAULTS: HttpOutputConfig = {
  url: '',
  userAgent: 'falcosecurity/falco',
  insecure: false,
  caCert: '',
  caBundle: '',
  caPath: '/etc/ssl/certs',
  client: undefined,
  echo: false,
  compressUploads: false,
  keepAlive: false,
  maxConsecutiveTimeouts: 5,
  batch: { alertsMax: 1, waitMs: 0 },
};

interface Settings extends Partial<HttpOutputConfig> {
  readonly json?: boolean;
  readonly holds?: boolean;
  readonly timeoutMs?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

function open(context: TestContext, settings: Settings) {
  const { json = true, holds = true, timeoutMs = 5000, environment = {}, ...config } = settings;
  const outcome = new SeenOutcome();
  const output = new HttpOutput(
    { ...DEFAULTS, ...config },
    { outcome, json, holds, timeoutMs, environment },
  );
  context.after(() => output.close());
  const write = (...lines: readonly string[]): void => {
    for (const line of lines) output.write(outgoing(line));
    output.flush();
  };
  return { output, outcome, write };
}

describe('requests', () => {
  test('each alert is one, in order, over one connection', async (context) => {
    const receiver = await Receiver.start(context);
    const { outcome, write } = open(context, { url: receiver.url });
    write('{"a":1}', '{"a":2}', '{"a":"ü"}');
    await until('all are delivered', () => outcome.deliveredCount === 3);
    assert.deepEqual(receiver.bodies, ['{"a":1}', '{"a":2}', '{"a":"ü"}']);
    const [first] = receiver.requests;
    assert.deepEqual([first?.method, first?.url], ['POST', '/alerts']);
    assert.equal(first?.headers['content-type'], 'application/json');
    assert.equal(first?.headers['user-agent'], 'falcosecurity/falco');
    assert.equal(first?.headers['content-length'], '7');
    assert.equal(receiver.connections, 1);
  });

  test('what else can be set', async (context) => {
    const receiver = await Receiver.start(context);
    const url = `"${receiver.url.replace('//', '//user:word@')}"`;
    const settings = { url, json: false, userAgent: 'me', compressUploads: true };
    const { outcome, write } = open(context, settings);
    write('Notice x'.repeat(100));
    await until('it is delivered', () => outcome.deliveredCount === 1);
    const { headers, body } = receiver.requests[0]!;
    assert.equal(body, 'Notice x'.repeat(100));
    assert.equal(headers['content-type'], 'text/plain');
    assert.equal(headers['user-agent'], 'me');
    assert.equal(headers['content-encoding'], 'gzip');
    assert.ok(Number(headers['content-length']) < 100);
    assert.equal(headers.authorization, `Basic ${btoa('user:word')}`);
  });

  test('keep_alive: whether a connection outlives a pause', async (context) => {
    const receiver = await Receiver.start(context);
    const passing = open(context, { url: receiver.url });
    passing.write('a');
    await until('it is delivered', () => passing.outcome.deliveredCount === 1);
    await until('its connection is closed', () => receiver.open === 0);
    const kept = open(context, { url: receiver.url, keepAlive: true });
    kept.write('b');
    await until('it is delivered', () => kept.outcome.deliveredCount === 1);
    const second = open(context, { url: receiver.url });
    second.write('c');
    await until('there is another connection', () => receiver.open === 2);
    await until('the other connection is closed', () => receiver.open === 1);
    kept.write('d');
    await until('it is delivered', () => kept.outcome.deliveredCount === 2);
    assert.equal(receiver.connections, 3);
  });
});

describe('batches', () => {
  test('are JSON lines, of alerts that came together', async (context) => {
    const receiver = await Receiver.start(context);
    const { outcome, write } = open(context, {
      url: receiver.url,
      batch: { alertsMax: 3, waitMs: 20 },
    });
    write('{"a":1}', '{"a":2}', '{"a":3}', '{"a":4}');
    await until('all are delivered', () => outcome.deliveredCount === 4);
    assert.deepEqual(receiver.bodies, ['{"a":1}\n{"a":2}\n{"a":3}\n', '{"a":4}\n']);
    assert.equal(receiver.requests[0]?.headers['content-type'], 'application/x-ndjson');
  });

  test('do not wait when it comes to the end', async (context) => {
    const receiver = await Receiver.start(context);
    const { output, outcome, write } = open(context, {
      url: receiver.url,
      batch: { alertsMax: 3, waitMs: 3_600_000 },
    });
    write('x');
    output.finish();
    await until('it is delivered', () => outcome.deliveredCount === 1);
  });
});

describe('a server that cannot be reached', () => {
  test('is waited for, and gets each alert once', async (context) => {
    const receiver = await Receiver.start(context);
    await receiver.stop();
    const { outcome, write } = open(context, { url: receiver.url });
    write('a', 'b');
    await until('it is told', () => outcome.problems.length >= 2);
    assert.match(outcome.problems[0] ?? '', /^cannot post to localhost:\d+: .*ECONNREFUSED/);
    assert.equal(outcome.settled, 0);
    await receiver.listen();
    await until('both are delivered', () => outcome.deliveredCount === 2);
    assert.deepEqual(receiver.bodies, ['a', 'b']);
  });

  test('is given up by a replay, and not waited for again for each alert', async (context) => {
    const receiver = await Receiver.start(context);
    await receiver.stop();
    const { outcome, write } = open(context, { url: receiver.url, holds: false });
    write('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    await until('all have failed', () => outcome.failedCount === 8);
    await receiver.listen();
    write('i');
    await until('the next is delivered', () => outcome.deliveredCount === 1);
  });

  test('does not keep the end', async (context) => {
    const receiver = await Receiver.start(context);
    await receiver.stop();
    const { output, outcome, write } = open(context, { url: receiver.url });
    write('a', 'b');
    await until('it is told', () => outcome.problems.length > 0);
    output.finish();
    await until('both have failed', () => outcome.failedCount === 2);
  });
});

describe('a server that does not answer', () => {
  test('is asked again, as often as max_consecutive_timeouts says', async (context) => {
    const receiver = await Receiver.start(context);
    receiver.answer = (response, count) => {
      if (count > 4) response.end();
    };
    const settings = { url: receiver.url, timeoutMs: 300, maxConsecutiveTimeouts: 2 };
    const { outcome, write } = open(context, settings);
    write('a', 'b', 'c');
    await until('all are settled', () => outcome.settled === 3);
    // The second one has no further attempts: a third one in a row timed out already.
    assert.deepEqual(receiver.bodies, ['a', 'a', 'a', 'b', 'c']);
    assert.deepEqual([outcome.deliveredCount, outcome.failedCount], [1, 2]);
    assert.match(outcome.problems[0] ?? '', /no answer within 300 ms$/);
  });

  test('does not keep the end', async (context) => {
    const receiver = await Receiver.start(context);
    receiver.answer = () => undefined;
    const { output, outcome, write } = open(context, { url: receiver.url, timeoutMs: 3_600_000 });
    write('a', 'b');
    await until('it is asked', () => receiver.requests.length === 1);
    await output.close();
    await until('both have failed', () => outcome.failedCount === 2);
  });
});

describe('answers', () => {
  test('other than 2xx are failures, told once each', async (context) => {
    const receiver = await Receiver.start(context);
    receiver.answer = (response, count) => {
      response.statusCode = [204, 400, 500, 302, 201][count - 1] ?? 200;
      response.end();
    };
    const { outcome, write } = open(context, { url: receiver.url });
    write('a', 'b', 'c', 'd', 'e');
    await until('all are settled', () => outcome.settled === 5);
    assert.deepEqual([outcome.deliveredCount, outcome.failedCount], [2, 3]);
    assert.match(outcome.problems[0] ?? '', /^localhost:\d+ answered with status 400$/);
    assert.equal(receiver.requests.length, 5);
  });

  test('of a server that is busy are followed by another attempt', async (context) => {
    const receiver = await Receiver.start(context);
    receiver.answer = (response, count) => {
      response.statusCode = count === 3 ? 200 : 503;
      response.end();
    };
    const { outcome, write } = open(context, { url: receiver.url });
    write('a', 'b');
    await until('both are settled', () => outcome.settled === 2);
    assert.deepEqual(receiver.bodies, ['a', 'a', 'a', 'b', 'b', 'b', 'b']);
    assert.deepEqual([outcome.deliveredCount, outcome.failedCount], [1, 1]);
  });

  test('that break off are failures', async (context) => {
    const receiver = await Receiver.start(context);
    receiver.answer = (response) => {
      response.writeHead(200, { 'Content-Length': 10 });
      response.write('x');
      setImmediate(() => response.destroy());
    };
    const { outcome, write } = open(context, { url: receiver.url });
    write('a');
    await until('it has failed', () => outcome.failedCount === 1);
    assert.equal(receiver.requests.length, 1);
  });

  test('that break off on a kept connection are failures, too', async (context) => {
    const receiver = await Receiver.start(context);
    receiver.answer = (response, count) => {
      if (count === 1) response.end();
      else response.write('x', () => response.destroy());
    };
    const { outcome, write } = open(context, { url: receiver.url, keepAlive: true });
    write('a', 'b');
    await until('both are settled', () => outcome.settled === 2);
    assert.deepEqual([receiver.bodies, outcome.failedCount], [['a', 'b'], 1]);
  });

  test('a kept connection that was closed is made anew', async (context) => {
    const receiver = await Receiver.start(context);
    const { outcome, write } = open(context, { url: receiver.url, keepAlive: true });
    write('a');
    await until('it is delivered', () => outcome.deliveredCount === 1);
    await receiver.stop();
    await receiver.listen();
    write('b');
    await until('it is delivered', () => outcome.deliveredCount === 2);
    assert.deepEqual(receiver.bodies, ['a', 'b']);
  });
});

test('a proxy that the environment names is asked, unless the address is left out', async (context) => {
  const proxy = await Receiver.start(context);
  const receiver = await Receiver.start(context);
  const environment = { http_proxy: new URL(proxy.url).origin, no_proxy: 'localhost' };
  const url = 'http://elsewhere.example/alerts';
  const far = open(context, { url, environment });
  const near = open(context, { url: receiver.url, environment });
  far.write('far');
  near.write('near');
  await until('both are delivered', () =>
    [far, near].every(({ outcome }) => outcome.deliveredCount === 1),
  );
  assert.deepEqual([proxy.bodies, receiver.bodies], [['far'], ['near']]);
  assert.equal(proxy.requests[0]?.url, url);
});

for (const [what, settings, reason] of [
  ['a header', { userAgent: 'a\nb' }, /Invalid character in header/],
  ['a password', { url: 'http://a:%er@127.0.0.1:1/' }, /URI malformed/],
] as const) {
  test(`${what} that cannot be sent fails alerts and nothing else`, async (context) => {
    const { outcome, write } = open(context, { url: 'http://127.0.0.1:1/', ...settings });
    write('{}', '{}');
    await until('both have failed', () => outcome.failedCount === 2);
    assert.match(outcome.problems[0] ?? '', reason);
  });
}

test('a name of the program in other letters goes out in UTF-8', async (context) => {
  const receiver = await Receiver.start(context);
  const { outcome, write } = open(context, { url: receiver.url, userAgent: 'Wächter' });
  write('{}');
  await until('it is delivered', () => outcome.deliveredCount === 1);
  const sent = receiver.requests[0]?.headers['user-agent'] ?? '';
  assert.equal(Buffer.from(sent, 'latin1').toString('utf8'), 'Wächter');
});

test('an address that is none is told without what is in it', () => {
  const outcome = new SeenOutcome();
  for (const url of ['', 'ftp://user:secret@x', 'not secret']) {
    const config = { ...DEFAULTS, url };
    assert.throws(() => new HttpOutput(config, { outcome, json: true, holds: true }), {
      name: 'OutputError',
      message: 'url is no address that begins with http:// or https://',
    });
  }
});
