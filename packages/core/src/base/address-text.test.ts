import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { parseIpv4, parseIpv6 } from './address-text.ts';
import { toBytes } from './byte-string.ts';

const bytes = (address: string | undefined) => address && [...toBytes(address)];

suite('addresses', () => {
  const cases: [text: string, hex: string][] = [
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['1::', `0001${'00'.repeat(14)}`],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['fe80::ABCD', `fe80${'00'.repeat(12)}abcd`],
    ['::ffff:192.168.1.2', `${'00'.repeat(10)}ffffc0a80102`],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
  ];
  for (const [text, hex] of cases) {
    test(text, () => {
      assert.deepEqual(bytes(parseIpv6(text)), [...Buffer.from(hex, 'hex')]);
    });
  }

  test('IPv4', () => {
    assert.deepEqual(bytes(parseIpv4('192.168.0.255')), [192, 168, 0, 255]);
  });
});

test('what is an address is what Node takes for one', () => {
  const pieces = fc.constantFrom(
    '0',
    '1',
    '01',
    '255',
    '256',
    'ff',
    'fffff',
    ':',
    '::',
    '.',
    'g',
    '',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 17 }), (list) => {
      const text = list.join('');
      assert.equal(parseIpv4(text) !== undefined, isIPv4(text), text);
      assert.equal(parseIpv6(text) !== undefined, isIPv6(text), text);
    }),
    { numRuns: 5000 },
  );
  const groups = fc.array(fc.constantFrom('0', 'a1', '1.2.3.4', '12345', ''), { maxLength: 9 });
  fc.assert(
    fc.property(groups, (list) => {
      const text = list.join(':');
      assert.equal(parseIpv6(text) !== undefined, isIPv6(text), text);
    }),
    { numRuns: 5000 },
  );
});
