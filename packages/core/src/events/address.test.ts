import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { formatAddress, isMappedV4, mappedV4 } from './address.ts';

/** 8 groups in hexadecimal as a byte string. */
function v6(groups: string): string {
  const words = groups.split(' ').map((group) => Number.parseInt(group, 16));
  return words.map((word) => String.fromCharCode(word >> 8, word & 0xff)).join('');
}

describe('formatAddress', () => {
  // What glibc's inet_ntop prints.
  const cases: readonly (readonly [address: string, text: string])[] = [
    ['\x7f\0\0\x01', '127.0.0.1'],
    ['\xff\xff\xff\xff', '255.255.255.255'],
    [v6('0 0 0 0 0 0 0 0'), '::'],
    [v6('0 0 0 0 0 0 0 1'), '::1'],
    [v6('2001 db8 0 0 0 0 0 1'), '2001:db8::1'],
    [v6('2001 db8 0 0 1 0 0 1'), '2001:db8::1:0:0:1'],
    [v6('2001 0 0 1 0 0 0 1'), '2001:0:0:1::1'],
    [v6('fe80 0 0 0 0 0 0 0'), 'fe80::'],
    [v6('2001 db8 0 1 1 1 1 1'), '2001:db8:0:1:1:1:1:1'],
    [v6('1 2 3 4 5 6 7 8'), '1:2:3:4:5:6:7:8'],
    [v6('ABCD 0 0 0 0 0 0 00ef'), 'abcd::ef'],
    // IPv4 addresses in IPv6 clothes.
    [v6('0 0 0 0 0 ffff 102 304'), '::ffff:1.2.3.4'],
    [v6('0 0 0 0 0 ffff 0 0'), '::ffff:0.0.0.0'],
    [v6('0 0 0 0 0 0 102 304'), '::1.2.3.4'],
    [v6('0 0 0 0 0 0 0 304'), '::304'],
    [v6('0 0 0 0 ffff 0 102 304'), '::ffff:0:102:304'],
    ['', ''],
    ['\x01\x02', ''],
  ];
  for (const [address, text] of cases) {
    test(text || `${address.length} bytes`, () => assert.equal(formatAddress(address), text));
  }

  test('is an address of IPv6 that means the same bytes', () => {
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const hex = groups.map((word) => word.toString(16));
        const text = formatAddress(v6(hex.join(' ')));
        assert.ok(isIPv6(text), text);
        const canonical = (address: string) => new URL(`http://[${address}]`).hostname;
        assert.equal(canonical(text), canonical(hex.join(':')));
      }),
    );
  });
});

describe('isMappedV4', () => {
  const cases: readonly (readonly [address: string, mapped: string | undefined])[] = [
    [v6('0 0 0 0 0 ffff 102 304'), '1.2.3.4'],
    [v6('0 0 0 0 0 0 0 0'), '0.0.0.0'],
    [v6('0 0 0 0 0 0 0 1'), undefined],
    [v6('0 0 0 0 1 ffff 102 304'), undefined],
    ['\x01\x02\x03\x04', undefined],
    ['', undefined],
  ];
  for (const [address, mapped] of cases) {
    test(`${formatAddress(address) || 'nothing'}: ${mapped}`, () => {
      assert.equal(isMappedV4(address), mapped !== undefined);
      if (mapped !== undefined) assert.equal(formatAddress(mappedV4(address)), mapped);
    });
  }
});
