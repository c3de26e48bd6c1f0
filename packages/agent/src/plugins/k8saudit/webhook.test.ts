/** The webhook with real requests on loopback. */

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileOf, makeCertificate } from '../../http/certificates.cases.ts';
import { PAYLOADS_MAX } from './audit-intake.ts';
import {
  auditEvent,
  type OpenedSource,
  openSource,
  STAMP_NS,
  temporaryFolder,
  until,
} from './audit-source.cases.ts';

const WAIT_MS = 20_000;

interface Answered {
  readonly status: number | undefined;
  readonly body: string;
}

function portOf({ log }: Pick<OpenedSource, 'log'>): number {
  const line = log.find((each) => each.startsWith('info: listening on'));
  return Number(/:(\d+)\/k8s-audit$/.exec(line ?? '')?.[1]);
}

interface Sent extends RequestOptions {
  readonly ca?: string;
}

function send(port: number, body: string | Uint8Array, options: Sent = {}): Promise<Answered> {
  const { headers, ca, ...others } = options;
  return new Promise((resolve, reject) => {
    const send = ca === undefined ? requestHttp : requestHttps;
    const sent = send(
      {
        ...(ca === undefined ? {} : { ca }),
        host: '127.0.0.1',
        port,
        path: '/k8s-audit',
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...(headers as Record<string, string>) },
        timeout: WAIT_MS,
        agent: false,
        ...others,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body: text }));
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
  });
}

async function webhook(context: TestContext, config: object = {}) {
  const opened = await openSource(context, 'http://127.0.0.1:0/k8s-audit', config);
  const port = portOf(opened);
  return { ...opened, port, post: (body: string, options?: Sent) => send(port, body, options) };
}

test('events that are posted arrive, in order, with their times', async (context) => {
  const { sink, post } = await webhook(context);
  const list = `{"kind":"EventList","items":[${auditEvent('a')}, ${auditEvent('b')}]}`;
  assert.deepEqual(await post(list), { status: 200, body: '' });
  assert.deepEqual(await post(auditEvent('c')), { status: 200, body: '' });
  assert.deepEqual(await post(`[${auditEvent('d')}]`), { status: 200, body: '' });
  await until('all events', () => sink.texts.length === 4);
  assert.deepEqual(sink.ids, ['a', 'b', 'c', 'd']);
  assert.equal(sink.texts[0], auditEvent('a'));
  assert.deepEqual(new Set(sink.times), new Set([STAMP_NS]));
});

test('what is refused, with the reason', async (context) => {
  const { sink, post, metric, log } = await webhook(context, { webhookMaxBatchSize: 1000 });
  const cases: readonly [Answered, body: string, options?: Sent][] = [
    [{ status: 404, body: 'not found\n' }, auditEvent('x'), { path: '/' }],
    [{ status: 405, body: 'only POST is served here\n' }, '', { method: 'GET' }],
    [{ status: 405, body: 'only POST is served here\n' }, auditEvent('x'), { method: 'PUT' }],
    [
      { status: 400, body: 'wrong Content Type\n' },
      auditEvent('x'),
      { headers: { 'Content-Type': 'text/plain' } },
    ],
    [
      { status: 400, body: 'bad request: no JSON: at byte 8: expected a value, found the end\n' },
      '{"kind":',
    ],
    [
      { status: 400, body: 'bad request: no JSON: at byte 300: more than 300 levels\n' },
      '['.repeat(400),
    ],
    [
      {
        status: 400,
        body: 'bad request: data not recognized as a k8s audit event: its kind is "Pod"\n',
      },
      '{"kind":"Pod"}',
    ],
    [
      { status: 400, body: 'bad request: webhookMaxBatchSize allows 1000 bytes\n' },
      ' '.repeat(1001),
    ],
  ];
  for (const [answer, body, options] of cases) {
    assert.deepEqual(await post(body, options), answer);
  }
  assert.deepEqual(sink.texts, []);
  assert.equal(metric('bodies_refused'), 4);
  assert.equal(metric('bodies_too_long'), 1);
  assert.equal(metric('not_json'), 2);
  assert.equal(metric('not_audit_events'), 1);
  assert.match(log.at(-1) ?? '', /^warning: a webhook request was refused: wrong Content Type$/);
});

test('one bad element does not cost its neighbours', async (context) => {
  const { sink, post, metric } = await webhook(context, { maxEventSize: 200 });
  const large = auditEvent('l', { filler: 'x'.repeat(200) });
  const timeless = '{"kind":"Event","auditID":"t"}';
  const body = `[${auditEvent('a')},{"kind":"Pod"},${timeless},${large},7,${auditEvent('b')}]`;
  assert.equal((await post(body)).status, 200);
  await until('both events', () => sink.texts.length === 2);
  assert.deepEqual(sink.ids, ['a', 'b']);
  const counts = ['not_audit_events', 'events_without_time', 'events_too_large', 'events'];
  assert.deepEqual(counts.map(metric), [2, 1, 1, 2]);
});

test('TLS with certificate and key in one file', async (context) => {
  const { certificate, key } = makeCertificate(context);
  const opened = await openSource(context, 'https://127.0.0.1:0/k8s-audit', {
    sslCertificate: fileOf(context, certificate, key),
  });
  const port = portOf(opened);
  assert.equal((await send(port, auditEvent('a'), { ca: certificate })).status, 200);
  await until('the event', () => opened.sink.texts.length === 1);
  await assert.rejects(send(port, auditEvent('b')), /socket hang up|ECONNRESET|Parse Error/);
});

test('a bearer token, where one is configured', async (context) => {
  const { sink, post } = await webhook(context, { webhookToken: 's3cret' });
  const withToken = (authorization: string): Sent => ({
    headers: { Authorization: authorization },
  });
  const refused = ['', 'Bearer', 'Bearer wrong', 'Bearer s3cret2', 'Basic s3cret', 's3cret'];
  assert.equal((await post(auditEvent('x'))).status, 401);
  for (const authorization of refused) {
    const { status, body } = await post(auditEvent('x'), withToken(authorization));
    assert.deepEqual([status, body.includes('s3cret')], [401, false], authorization);
  }
  assert.equal((await post(auditEvent('a'), withToken('Bearer s3cret'))).status, 200);
  await until('the event', () => sink.texts.length === 1);
  assert.deepEqual(sink.ids, ['a']);
});

test('while rules are behind, bodies wait up to a limit, and nothing is lost', async (context) => {
  const { sink, post, metric } = await webhook(context);
  sink.isFull = true;
  for (let at = 0; at < PAYLOADS_MAX; at++) {
    assert.equal((await post(auditEvent(String(at)))).status, 200);
  }
  assert.deepEqual(await post(auditEvent('late')), { status: 503, body: 'busy: try again\n' });
  assert.equal(metric('bodies_busy'), 1);
  sink.isFull = false;
  await until('what waited', () => sink.texts.length === PAYLOADS_MAX);
  assert.equal((await post(auditEvent('again'))).status, 200);
  await until('the next one', () => sink.texts.length === PAYLOADS_MAX + 1);
  assert.deepEqual(sink.ids, [
    ...Array.from({ length: PAYLOADS_MAX }, (_, at) => String(at)),
    'again',
  ]);
  assert.equal(sink.lost, 0);
});

test('no host means every address of the machine', async (context) => {
  const opened = await openSource(context, 'http://:0/k8s-audit');
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const addresses = own.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  assert.ok(addresses.includes('127.0.0.1'));
  for (const host of addresses) {
    assert.equal((await send(portOf(opened), auditEvent(host), { host })).status, 200);
  }
  await until('an event from each', () => opened.sink.texts.length === addresses.length);
});

test('an address that is taken is told of, with what to do', async (context) => {
  const { port } = await webhook(context);
  await assert.rejects(
    openSource(context, `http://127.0.0.1:${port}/k8s-audit`),
    /cannot listen on 127\.0\.0\.1:\d+: another program listens there; choose another port/,
  );
});

test('a certificate that is not there is told of', async (context) => {
  await assert.rejects(
    openSource(context, 'https://127.0.0.1:0/x', { sslCertificate: '/no/such/falco.pem' }),
    /cannot serve TLS with \/no\/such\/falco\.pem: no such file or directory/,
  );
});

test('a closed source answers no more, and can be opened again', async (context) => {
  const { source, port, close, sink } = await webhook(context);
  sink.isFull = true;
  await send(port, auditEvent('waits'));
  await close();
  await assert.rejects(send(port, auditEvent('x')), /ECONNREFUSED|ECONNRESET/);
  const again = await source.open(`http://127.0.0.1:${port}/k8s-audit`, sink);
  sink.isFull = false;
  assert.equal((await send(port, auditEvent('b'))).status, 200);
  await until('the event', () => sink.texts.length === 1);
  assert.deepEqual(sink.ids, ['b']);
  await again.close();
});

test('the endpoint of the web server feeds the same source', async (context) => {
  const { source, sink, close } = await openSource(context, 'webserver:');
  const routes = source.routes(['/k8s_audit', '/k8s-audit', '/k8s_audit']);
  assert.deepEqual(
    routes.map(({ method, path }) => [method, path]),
    [
      ['POST', '/k8s_audit'],
      ['POST', '/k8s-audit'],
    ],
  );
  const [route] = routes;
  assert.ok(route && 'ask' in route);
  const ask = (text: string) =>
    route.ask({ type: 'application/json', body: new TextEncoder().encode(text) });
  assert.deepEqual(await ask(auditEvent('a')), { status: 200, body: '' });
  assert.equal((await ask('{')).status, 400);
  await until('the event', () => sink.texts.length === 1);
  await close();
  assert.equal((await ask(auditEvent('b'))).status, 503);
});

test('a token and a certificate that are renewed take the source anew', async (context) => {
  const folder = temporaryFolder(context);
  const [webhookTokenFile, sslCertificate] = [join(folder, 'token'), join(folder, 'both.pem')];
  const { key, certificate } = makeCertificate(context);
  const pem = certificate + key;
  writeFileSync(webhookTokenFile, 'first\n');
  writeFileSync(sslCertificate, pem);
  const config = { webhookTokenFile, sslCertificate };
  const params = 'https://127.0.0.1:0/k8s-audit';
  const { source, close } = await openSource(context, params, config);
  assert.equal(source.hasChanged(), false);
  writeFileSync(webhookTokenFile, 'second\n');
  assert.equal(source.hasChanged(), true);
  writeFileSync(webhookTokenFile, 'first\n');
  assert.equal(source.hasChanged(), false);
  writeFileSync(sslCertificate, `${pem}\n`);
  assert.equal(source.hasChanged(), true);
  rmSync(sslCertificate);
  const isGone = {
    code: 'config',
    message: /cannot serve TLS with .*: no such file or directory; /,
  };
  assert.throws(() => source.hasChanged(), isGone);
  writeFileSync(sslCertificate, pem);
  writeFileSync(webhookTokenFile, 'two words');
  assert.throws(() => source.hasChanged(), { code: 'config', message: /a token is one word/ });
  await close();
  assert.equal(source.hasChanged(), false, 'nothing is open');
});
