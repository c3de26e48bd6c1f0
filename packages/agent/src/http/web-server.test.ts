import assert from 'node:assert/strict';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { availableParallelism } from 'node:os';
import { describe, type TestContext, test } from 'node:test';
import type { WebServerConfig } from '../config/service-config.ts';
import { fileOf, makeCertificate } from './certificates.cases.ts';
import type { HttpThread } from './http-thread.ts';
import { openWebServer, type WebServerOptions } from './web-server.ts';

const CONFIG: WebServerConfig = {
  enabled: true,
  threadiness: 0,
  port: 0,
  address: '127.0.0.1',
  healthzPath: '/healthz',
  k8sAuditPath: undefined,
  servesMetrics: true,
  certificate: undefined,
};

interface Opened {
  readonly server: HttpThread;
  readonly logged: readonly string[];
}

async function open(
  context: TestContext,
  config: Partial<WebServerConfig> = {},
  options: Partial<WebServerOptions> = {},
): Promise<Opened> {
  const logged: string[] = [];
  const server = await openWebServer({
    config: { ...CONFIG, ...config },
    versions: () => ({ engine_version: '63', plugin_versions: { json: '0.7.3' } }),
    metrics: () => '# the page\n',
    log: { info: (message) => logged.push(message), error: assert.fail },
    ...options,
  });
  context.after(() => server.close());
  return { server, logged };
}

function read(
  get: typeof httpGet,
  url: string,
  options: object = {},
): Promise<readonly [status: number | undefined, type: string | undefined, body: string]> {
  return new Promise((resolve, reject) => {
    const onAnswer = (response: IncomingMessage): void => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () =>
        resolve([response.statusCode, response.headers['content-type'], body]),
      );
    };
    get(url, options, onAnswer).on('error', reject);
  });
}

test("Falco's endpoints", async (context) => {
  const { server, logged } = await open(context);
  const url = `http://127.0.0.1:${server.port}`;
  assert.deepEqual(await read(httpGet, `${url}/healthz`), [
    200,
    'application/json',
    '{"status": "ok"}',
  ]);
  const [status, type, versions] = await read(httpGet, `${url}/versions`);
  assert.deepEqual([status, type], [200, 'application/json']);
  assert.deepEqual(JSON.parse(versions), {
    engine_version: '63',
    plugin_versions: { json: '0.7.3' },
  });
  assert.deepEqual(await read(httpGet, `${url}/metrics`), [
    200,
    'text/plain; version=0.0.4',
    '# the page\n',
  ]);
  assert.deepEqual(logged, [
    `Starting health webserver with threadiness ${availableParallelism()}, ` +
      'listening on 127.0.0.1:0',
  ]);
});

test('the path of the health check is configured, further routes are served', async (context) => {
  const bodies: string[] = [];
  const { server, logged } = await open(
    context,
    { healthzPath: '/live', threadiness: 4 },
    {
      routes: [
        {
          method: 'POST',
          path: '/k8s-audit',
          ask: ({ body }) => {
            bodies.push(Buffer.from(body).toString());
            return { status: 200, body: '<html><body>Ok</body></html>', type: 'text/html' };
          },
        },
      ],
    },
  );
  const url = `http://127.0.0.1:${server.port}`;
  assert.equal((await read(httpGet, `${url}/live`))[0], 200);
  assert.equal((await read(httpGet, `${url}/healthz`))[0], 404);
  const posted = await fetch(`${url}/k8s-audit`, { method: 'POST', body: '{"kind":"Event"}' });
  assert.equal(await posted.text(), '<html><body>Ok</body></html>');
  assert.deepEqual(bodies, ['{"kind":"Event"}']);
  assert.match(logged[0] ?? '', /threadiness 4,/);
});

describe('metrics are served', () => {
  test('only where prometheus_metrics_enabled says so', async (context) => {
    const { server } = await open(context, { servesMetrics: false });
    assert.equal((await read(httpGet, `http://127.0.0.1:${server.port}/metrics`))[0], 404);
  });

  test('only where metrics are on', async (context) => {
    const { metrics: _, ...options } = { metrics: undefined };
    const logged: string[] = [];
    const server = await openWebServer({
      config: CONFIG,
      versions: () => ({}),
      log: { info: (message) => logged.push(message), error: assert.fail },
      ...options,
    });
    context.after(() => server.close());
    assert.equal((await read(httpGet, `http://127.0.0.1:${server.port}/metrics`))[0], 404);
  });
});

describe('TLS', () => {
  test('with one file that holds certificate and key, in either order', async (context) => {
    const { certificate, key } = makeCertificate(context);
    for (const texts of [
      [certificate, key],
      [key, certificate],
    ]) {
      const path = fileOf(context, ...texts);
      // biome-ignore lint/performance/noAwaitInLoops: one server after the other
      const { server, logged } = await open(context, { certificate: path });
      const url = `https://localhost:${server.port}/healthz`;
      assert.equal((await read(httpsGet, url, { ca: certificate }))[0], 200);
      assert.match(logged[0] ?? '', / \(SSL\)$/);
      await assert.rejects(read(httpsGet, url), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      await assert.rejects(read(httpGet, url.replace('https', 'http')), { code: 'ECONNRESET' });
      await assert.rejects(read(httpsGet, url, { ca: certificate, maxVersion: 'TLSv1.1' }));
    }
  });

  test('whose file cannot be used ends the start', async (context) => {
    const one = makeCertificate(context);
    const other = makeCertificate(context);
    const cases: readonly [what: string, path: string, message: RegExp][] = [
      ['absent', '/nonexistent/falco.pem', /: no such file or directory$/],
      ['no key', fileOf(context, one.certificate), /: there is no private key in it$/],
      ['no certificate', fileOf(context, one.key), /: there is no certificate in it$/],
      ['of two', fileOf(context, one.certificate, other.key), /key values mismatch/],
      [
        'damaged',
        fileOf(context, one.key, one.certificate.replace(/^MII/m, 'AAA')),
        /^cannot serve TLS with .*falco.pem: /,
      ],
    ];
    for (const [what, certificate, message] of cases) {
      // biome-ignore lint/performance/noAwaitInLoops: one server after the other
      await assert.rejects(
        open(context, { certificate }),
        { name: 'HttpError', code: 'certificate', message, hint: /cat certificate.pem key.pem/ },
        what,
      );
    }
  });
});
