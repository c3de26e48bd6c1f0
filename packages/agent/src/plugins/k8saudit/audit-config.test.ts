import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkInitConfig } from '../init-config.ts';
import { auditConfigSchema, readAuditConfig, readToken } from './audit-config.ts';
import { temporaryFolder } from './audit-source.cases.ts';

test('keys and their defaults', () => {
  const defaults = {
    certificate: '/etc/falco/falco.pem',
    eventBytesMax: 262_144,
    payloadBytesMax: 12_582_912,
    token: { kind: 'none' },
  };
  for (const none of [undefined, {}, '', ' \n', '{}']) {
    assert.deepEqual(readAuditConfig(none), defaults);
  }
  const given = {
    sslCertificate: '/x.pem',
    useAsync: false,
    maxEventSize: 100,
    webhookMaxBatchSize: 200,
    webhookToken: 'secret',
    other: 1,
  };
  const read = {
    certificate: '/x.pem',
    eventBytesMax: 100,
    payloadBytesMax: 200,
    token: { kind: 'given', token: 'secret' },
  };
  assert.deepEqual(readAuditConfig(given), read);
  assert.deepEqual(readAuditConfig(JSON.stringify(given)), read);
});

test('wrong values are refused, by the schema, too', () => {
  const cases: readonly [config: unknown, message: RegExp][] = [
    [{ sslCertificate: 1 }, /sslCertificate: expected a string/],
    [{ useAsync: 'yes' }, /useAsync: expected a boolean/],
    [{ maxEventSize: 0 }, /maxEventSize: expected a whole number from 1 to 16777216/],
    [{ maxEventSize: 1.5 }, /maxEventSize/],
    [{ maxEventSize: '10' }, /maxEventSize/],
    [{ webhookMaxBatchSize: 2 ** 40 }, /webhookMaxBatchSize: expected .* to 268435456/],
    [{ webhookToken: 7 }, /webhookToken: expected a string/],
    [[], /init_config: expected an object/],
  ];
  for (const [config, message] of cases) {
    assert.throws(() => readAuditConfig(config), message);
    assert.ok(checkInitConfig(config, auditConfigSchema).some(({ isError }) => isError));
  }
  assert.throws(() => readAuditConfig('{'), /init_config is no JSON/);
  const both = { webhookToken: 'a', webhookTokenFile: 'b' };
  assert.throws(() => readAuditConfig(both), /both given/);
});

test('tokens, which no message shows', (context) => {
  const path = join(temporaryFolder(context), 'token');
  const config = readAuditConfig({ webhookTokenFile: path });
  assert.throws(() => readToken(config), /token cannot be read: no such file/);
  writeFileSync(path, ' from-file\n');
  assert.equal(readToken(config), 'from-file');
  writeFileSync(path, 'two words');
  assert.throws(
    () => readToken(config),
    (error: Error) => /one word/.test(error.message) && !error.message.includes('two'),
  );
  assert.equal(readToken(readAuditConfig({ webhookToken: 'given' })), 'given');
  assert.equal(readToken(readAuditConfig({})), undefined);
  for (const webhookToken of ['', 'a b', 'a\n', 'ä']) {
    assert.throws(() => readAuditConfig({ webhookToken }), /one word of printable ASCII/);
  }
});
