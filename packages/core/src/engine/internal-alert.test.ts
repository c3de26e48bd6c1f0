import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_LINE_OPTIONS, formatAlert } from './alert-line.ts';
import { internalAlert } from './internal-alert.ts';

const message = {
  rule: 'Falco internal: something',
  priority: 7,
  text: 'Falco internal: something. Happened 3 times.',
  fields: { n_evts: '12', b: 3, a: 'x "y"\n' },
} as const;
const noon = 1_700_000_000_123_456_789n;
const alert = internalAlert(message, noon, { hostname: 'host', iso8601: true });

describe('internal alerts', () => {
  test('as text: the fields follow, sorted, as JSON', () => {
    assert.equal(
      formatAlert(alert, DEFAULT_LINE_OPTIONS),
      '2023-11-14T22:13:20.123456789+0000: Debug Falco internal: something. Happened 3 times. ' +
        '(a="x \\"y\\"\\n" b=3 n_evts="12")',
    );
  });

  test('as text in local time', () => {
    const local = internalAlert(message, noon, { hostname: 'host', iso8601: false });
    const line = formatAlert(local, DEFAULT_LINE_OPTIONS);
    assert.match(line, /^\d\d:\d\d:20\.123456789: Debug Falco internal/);
  });

  test('as JSON: everything but tags, whatever the switches say', () => {
    const options = { ...DEFAULT_LINE_OPTIONS, json: true, includeOutput: false };
    const line = formatAlert(alert, { ...options, includeMessage: true, includeTags: true });
    const document = JSON.parse(line) as object;
    assert.deepEqual(Object.keys(document), [
      'hostname',
      'output',
      'output_fields',
      'priority',
      'rule',
      'source',
      'time',
    ]);
    assert.deepEqual(document, {
      hostname: 'host',
      output: message.text,
      output_fields: message.fields,
      priority: 'Debug',
      rule: message.rule,
      source: 'internal',
      time: '2023-11-14T22:13:20.123456789Z',
    });
  });
});
