import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditOrigin, parseOpenParams } from './open-params.ts';

function webhook(host: string, port: number, path: string, isTls = false): AuditOrigin {
  return { kind: 'webhook', isTls, host, port, path };
}

test('where events come from', () => {
  const cases: readonly [params: string, origin: AuditOrigin][] = [
    ['http://:9765/k8s-audit', webhook('', 9765, '/k8s-audit')],
    ['https://:9765/k8s-audit', webhook('', 9765, '/k8s-audit', true)],
    ['HTTP://0.0.0.0:80/a/b', webhook('0.0.0.0', 80, '/a/b')],
    ['http://localhost:9765', webhook('localhost', 9765, '/')],
    ['http://[::1]:9765/x%20y?z=1', webhook('::1', 9765, '/x y')],
    [' http://:9765/x \n', webhook('', 9765, '/x')],
    ['file:///var/log/audit.log', { kind: 'tail', path: '/var/log/audit.log' }],
    ['file://localhost/var/log/a%20b', { kind: 'tail', path: '/var/log/a b' }],
    ['/var/log/audit.log', { kind: 'files', path: '/var/log/audit.log' }],
    ['/var/log/a:b%20c', { kind: 'files', path: '/var/log/a:b%20c' }],
    ['audit/', { kind: 'files', path: 'audit/' }],
    ['webserver:', { kind: 'web-server' }],
  ];
  for (const [params, origin] of cases) assert.deepEqual(parseOpenParams(params), origin, params);
});

test('what cannot be opened is refused with what to write instead', () => {
  const cases: readonly [params: string, message: RegExp][] = [
    ['', /open_params is empty: give http:\/\/:9765\/k8s-audit, /],
    ['ftp://host/x', /scheme "ftp" is not supported: give http:/],
    ['http://host/x', /"http:\/\/host\/x" has no port from 0 to 65535/],
    ['http://host:/x', /has no port/],
    ['http://host:65536/x', /has no port/],
    ['http:/x', /is no URL/],
    ['http://a b:1:2/x', /is no URL/],
    ['http://:1/%zz', /percent sign/],
    ['file://var/log/audit.log', /names no file: three slashes/],
    ['file://', /names no file/],
    ['file:audit.log', /names no file/],
  ];
  for (const [params, message] of cases) {
    assert.throws(() => parseOpenParams(params), message, params);
  }
});
