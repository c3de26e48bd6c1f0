import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { PF, PT } from '../events/param-types.gen.ts';
import type { JsonValue, Value } from './field.ts';
import { doubleText, jsonValue, type ValueType, valueText } from './value-text.ts';

const as = (type: keyof typeof PT, format: keyof typeof PF = 'PF_DEC'): ValueType => ({
  type: PT[type],
  format: PF[format],
});

const cases: readonly (readonly [Value, ValueType, text: string, json: JsonValue])[] = [
  [5, as('PT_INT64'), '5', 5],
  [-1, as('PT_INT64', 'PF_ID'), '-1', -1],
  [4_294_967_295, as('PT_UINT32', 'PF_ID'), '4294967295', 4_294_967_295],
  [
    10_968_388_490_854_775_808n,
    as('PT_ABSTIME'),
    '10968388490854775808',
    { raw: '10968388490854775808' },
  ],
  [2n ** 64n - 1n, as('PT_INT64'), '-1', { raw: '-1' }],
  [7, as('PT_RELTIME', 'PF_10_PADDED_DEC'), '000000007', 7],
  [0xfe00, as('PT_INT32', 'PF_HEX'), 'FE00', 'FE00'],
  [-1, as('PT_INT32', 'PF_HEX'), 'FFFFFFFF', 'FFFFFFFF'],
  [-1, as('PT_INT64', 'PF_HEX'), 'FFFFFFFFFFFFFFFF', 'FFFFFFFFFFFFFFFF'],
  [0o644, as('PT_UINT32', 'PF_OCT'), '644', '644'],
  [true, as('PT_BOOL', 'PF_NA'), 'true', true],
  [false, as('PT_BOOL', 'PF_NA'), 'false', false],
  ['a\0b', as('PT_CHARBUF', 'PF_NA'), 'a', 'a'],
  ['h\xc3\xa4', as('PT_CHARBUF', 'PF_NA'), 'h\xc3\xa4', 'hä'],
  ['\xff', as('PT_CHARBUF', 'PF_NA'), '\xff', '\ufffd'],
  ['GET /\r\n\0\xe4', as('PT_BYTEBUF', 'PF_NA'), 'GET /....', 'GET /....'],
  ['\x7f\0\0\x01', as('PT_IPADDR', 'PF_NA'), '127.0.0.1', '127.0.0.1'],
  [`${'\0'.repeat(15)}\x01`, as('PT_IPADDR', 'PF_NA'), '::1', '::1'],
  ['\x7f\0\0\x01', as('PT_IPNET', 'PF_NA'), '<IPNET>', '<IPNET>'],
  [0, as('PT_DOUBLE', 'PF_NA'), '0.0', { raw: '0.0' }],
  [0.4, as('PT_DOUBLE', 'PF_NA'), '0.4', { raw: '0.4' }],
  [0.25, as('PT_DOUBLE', 'PF_NA'), '0.2', { raw: '0.25' }],
  [0.75, as('PT_DOUBLE', 'PF_NA'), '0.8', { raw: '0.75' }],
  [2.9, as('PT_DOUBLE', 'PF_DEC'), '2.9', 2],
  [['file', 'unix'], as('PT_CHARBUF'), '(file,unix)', ['file', 'unix']],
  [[], as('PT_CHARBUF'), '()', null],
  [[1, 2], as('PT_UINT64'), '(1,2)', ['1', '2']],
];

test('values as text and as JSON', () => {
  for (const [value, type, text, json] of cases) {
    assert.equal(valueText(value, type), text, `${String(value)} as text`);
    assert.deepEqual(jsonValue(value, type), json, `${String(value)} as JSON`);
  }
  assert.equal(jsonValue(undefined, as('PT_CHARBUF')), null);
});

test('long buffers and lists are cut', () => {
  assert.equal(valueText('x'.repeat(2000), as('PT_BYTEBUF')).length, 1021);
  assert.equal(valueText(Array(900).fill('x'), as('PT_CHARBUF')).length, 1023);
  assert.equal(valueText('x'.repeat(2000), as('PT_CHARBUF')).length, 2000);
});

test('doubles are the shortest text that reads back equal, with a fraction or an exponent', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [100, '100.0'],
    [0.5859375, '0.5859375'],
    [0.005054473876953125, '0.005054473876953125'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.000025, '2.5e-05'],
    [-1.5e-10, '-1.5e-10'],
    [123456789012345, '123456789012345.0'],
    [1234567890123456, '1.234567890123456e+15'],
    [1e22, '1e+22'],
    [1.25e100, '1.25e+100'],
  ];
  for (const [value, text] of cases) assert.equal(doubleText(value), text);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.ok(Object.is(Number(doubleText(value)), value));
      assert.match(doubleText(value), /[.e]/);
    }),
  );
});
