/** `http_output` over TLS, with certificates that OpenSSL makes. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { HttpOutputConfig } from '../../config/output-config.ts';
import { fileOf, makeCertificate } from '../../http/certificates.cases.ts';
import { outgoing, SeenOutcome, until } from '../outgoing.cases.ts';
import { HttpOutput } from './http-output.ts';
import { Receiver } from './receiver.cases.ts';

type TlsSettings = Partial<
  Pick<HttpOutputConfig, 'caCert' | 'caBundle' | 'caPath' | 'client' | 'insecure'>
>;

/** With one alert on its way. */
function open(url: string, settings: TlsSettings, outcome: SeenOutcome): HttpOutput {
  const config: HttpOutputConfig = {
    url,
    userAgent: 'test',
    insecure: false,
    caCert: '',
    caBundle: '',
    caPath: '',
    client: undefined,
    echo: false,
    compressUploads: false,
    keepAlive: false,
    maxConsecutiveTimeouts: 1,
    batch: { alertsMax: 1, waitMs: 0 },
    ...settings,
  };
  const output = new HttpOutput(config, { outcome, json: true, holds: true, environment: {} });
  output.write(outgoing('{}'));
  output.flush();
  return output;
}

/** undefined when an alert arrives, else what is said about it. */
async function attempt(url: string, settings: TlsSettings): Promise<string | undefined> {
  const outcome = new SeenOutcome();
  const output = open(url, settings, outcome);
  // While the server is not trusted the alert waits.
  await until('it is settled or told', () => outcome.settled + outcome.problems.length > 0);
  await output.close();
  return outcome.problems[0];
}

/** As OpenSSL's `c_rehash` leaves it: the certificate, a link to it, and what else is there. */
function folderOf(context: TestContext, certificate: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-authorities-'));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'one.pem'), certificate);
  symlinkSync('one.pem', join(folder, '12345678.0'));
  symlinkSync('absent.pem', join(folder, '12345679.0'));
  writeFileSync(join(folder, 'README'), 'nothing');
  return folder;
}

test('whom it trusts', async (context) => {
  const own = makeCertificate(context);
  const other = makeCertificate(context);
  const receiver = await Receiver.start(context, { cert: own.certificate, key: own.key });
  const ownFile = fileOf(context, own.certificate);
  const otherFile = fileOf(context, other.certificate);
  const bundle = fileOf(context, other.certificate, own.certificate);
  const refusal = /^cannot post to localhost:\d+: .*self-signed certificate/;
  const cases: readonly (readonly [TlsSettings, RegExp | undefined])[] = [
    [{ caCert: ownFile }, undefined],
    [{ caCert: otherFile }, refusal],
    [{ caCert: otherFile, caBundle: ownFile }, refusal],
    [{ caBundle: bundle }, undefined],
    [{ caPath: folderOf(context, own.certificate) }, undefined],
    [{ caPath: folderOf(context, other.certificate) }, refusal],
    [{ caPath: '/nonexistent' }, refusal],
    [{}, refusal],
    [{ insecure: true }, undefined],
    [{ caCert: '/nonexistent' }, /^ca_cert: cannot read \/nonexistent: no such file/],
    [{ caBundle: '/etc/passwd' }, /^ca_bundle: there is no PEM certificate in \/etc\/passwd$/],
  ];
  for (const [settings, problem] of cases) {
    const said = await attempt(receiver.url, settings);
    if (problem === undefined) assert.equal(said, undefined);
    else assert.match(said ?? '', problem);
  }
  assert.equal(receiver.requests.length, 4);
});

test('mutual TLS: the server sees who it is', async (context) => {
  const own = makeCertificate(context);
  const client = makeCertificate(context);
  const receiver = await Receiver.start(context, {
    cert: own.certificate,
    key: own.key,
    ca: client.certificate,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const caCert = fileOf(context, own.certificate);
  const files = { cert: fileOf(context, client.certificate), key: fileOf(context, client.key) };
  assert.equal(await attempt(receiver.url, { caCert, client: files }), undefined);
  assert.notEqual(await attempt(receiver.url, { caCert }), undefined);
  const swapped = { cert: files.cert, key: fileOf(context, own.key) };
  assert.match(
    (await attempt(receiver.url, { caCert, client: swapped })) ?? '',
    /^its certificates or its key cannot be used: /,
  );
  assert.equal(receiver.requests.length, 1);
});

test('the usual folder of authorities can be read', () => {
  const script = `
    const { tlsContext } = await import(process.argv[1]);
    tlsContext({ caCert: '', caBundle: '', caPath: '/etc/ssl/certs', client: undefined });
  `;
  const module = new URL('tls-files.ts', import.meta.url).href;
  execFileSync(process.execPath, ['--input-type=module', '-e', script, module]);
});

test('alerts wait for a server until it is trusted', async (context) => {
  const own = makeCertificate(context);
  const receiver = await Receiver.start(context, { cert: own.certificate, key: own.key });
  const caCert = fileOf(context, makeCertificate(context).certificate);
  const outcome = new SeenOutcome();
  const output = open(receiver.url, { caCert }, outcome);
  context.after(() => output.close());
  await until('it is told', () => outcome.problems.length > 0);
  writeFileSync(caCert, own.certificate);
  output.reopen();
  await until('the alert is settled', () => outcome.settled === 1);
  assert.deepEqual([outcome.deliveredCount, receiver.requests.length], [1, 1]);
});
