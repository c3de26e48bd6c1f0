import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Operator } from './ast.ts';
import { LITERAL_BYTES_MAX, type LiteralValue, parseLiteral } from './literals.ts';
import { VALUE_TYPES } from './value-types.ts';

function parse(text: string, type: string, operator: Operator = '=') {
  const number = VALUE_TYPES.findIndex((row) => row.name === type);
  return parseLiteral(text, number, operator);
}

suite('values', () => {
  const zeros = (count: number) => '\0'.repeat(count);
  const cases: [type: string, text: string, value: LiteralValue][] = [
    ['INT64', '10', 10],
    ['INT64', '-10', -10],
    ['INT64', '+010', 10],
    ['INT64', ' 10', 10],
    ['INT64', '9007199254740993', 9007199254740993n],
    ['UINT64', '18446744073709551615', 18446744073709551615n],
    ['ABSTIME', '1700000000000000000', 1700000000000000000n],
    ['RELTIME', '5', 5],
    ['UINT32', '4294967295', 4294967295],
    ['FLAGS32', '3', 3],
    ['MODE', '511', 511],
    ['SIGTYPE', '9', 9],
    ['DOUBLE', '-3', -3],
    ['PORT', '443', 443],
    ['PORT', 'https', 443],
    ['PORT', '', 0],
    ['BOOL', 'true', true],
    ['BOOL', 'false', false],
    ['IPADDR', '10.0.0.255', '\x0a\0\0\xff'],
    ['IPADDR', '::1', `${zeros(15)}\x01`],
    ['IPADDR', 'fe80::a:b', `\xfe\x80${zeros(11)}\x0a\0\x0b`],
    ['IPV6ADDR', '::ffff:1.2.3.4', `${zeros(10)}\xff\xff\x01\x02\x03\x04`],
    ['IPNET', '10.0.0.0/8', { address: '\x0a\0\0\0', prefixBits: 8 }],
    ['IPNET', '0.0.0.0/0', { address: zeros(4), prefixBits: 0 }],
    ['IPNET', '::/128', { address: zeros(16), prefixBits: 128 }],
    ['CHARBUF', '', ''],
    ['CHARBUF', 'é\udcff', '\xc3\xa9\xff'],
    ['FSPATH', '/etc', '/etc'],
    ['BYTEBUF', 'a\0b', 'a\0b'],
  ];
  for (const [type, text, value] of cases) {
    test(`${type} ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parse(text, type), { value });
    });
  }
});

suite('numbers that do not fit wrap around as in C, with a warning', () => {
  const cases: [type: string, text: string, value: LiteralValue][] = [
    ['UINT64', '-1', 18446744073709551615n],
    ['UINT64', '18446744073709551616', 18446744073709551615n],
    ['UINT64', '9'.repeat(100_000), 18446744073709551615n],
    ['INT64', '9223372036854775808', 9223372036854775807n],
    ['INT64', '-9223372036854775809', -9223372036854775808n],
    ['UINT32', '4294967296', 0],
    ['UINT8', '256', 0],
    ['INT8', '128', -128],
    ['PORT', '65536', 0],
  ];
  for (const [type, text, value] of cases) {
    test(`${type} ${text.slice(0, 30)}`, () => {
      const parsed = parse(text, type);
      assert.ok('value' in parsed && parsed.warning !== undefined);
      assert.equal(parsed.value, value);
    });
  }
});

suite("what is no value, in Falco's words", () => {
  const cases: [type: string, text: string, falco: string][] = [
    ['INT64', 'abc', 'abc is not a valid number'],
    ['INT64', '', ' is not a valid number'],
    ['INT64', '0x1F', '0x1F is not a valid number'],
    ['INT64', '1.5', '1.5 is not a valid number'],
    ['INT64', '10 ', '10  is not a valid number'],
    ['INT64', '--1', '--1 is not a valid number'],
    ['DOUBLE', '0.5', '0.5 is not a valid number'],
    ['RELTIME', '5s', '5s is not a valid number'],
    ['PORT', 'nosuch', 'unrecognized protocol nosuch'],
    ['PORT', 'constructor', 'unrecognized protocol constructor'],
    ['BOOL', 'True', 'filter error: unrecognized boolean value True'],
    ['IPADDR', '10.0.0.256', 'unrecognized IPv4 address 10.0.0.256'],
    ['IPADDR', '10.0.0.01', 'unrecognized IPv4 address 10.0.0.01'],
    ['IPADDR', '10.0.0.0/8', 'unrecognized IPv4 address 10.0.0.0/8'],
    ['IPADDR', 'localhost', 'unrecognized IPv6 address localhost'],
    ['IPADDR', '1::2::3', 'unrecognized IPv6 address 1::2::3'],
    ['IPADDR', '1:2:3:4:5:6:7', 'unrecognized IPv6 address 1:2:3:4:5:6:7'],
    ['IPNET', '10.0.0.0', 'unrecognized IP network 10.0.0.0'],
    ['IPNET', '::1', 'invalid v6 netmask: ::1'],
    ['IPNET', '10.0.0/8', 'unrecognized IP address 10.0.0/8'],
    ['IPNET', 'x::/8', 'unrecognized IPv6 address x::/8'],
    ['IPNET', '10.0.0.0/33', 'invalid netmask 33'],
    ['IPNET', '10.0.0.0/x', 'x is not a valid number'],
    ['IPNET', '::/0', 'invalid v6 netmask 0'],
    ['IPNET', '::/129', 'invalid v6 netmask 129'],
    ['CHARBUF', 'a\0', 'filter error: filter value cannot contain a NUL byte (\\x00)'],
    ['SOCKADDR', 'a', 'wrong parameter type 12'],
  ];
  for (const [type, text, falco] of cases) {
    test(`${type} ${JSON.stringify(text)}`, () => {
      const parsed = parse(text, type);
      assert.ok('error' in parsed);
      assert.equal(parsed.falco, falco);
    });
  }
});

suite('operators with a form of their own', () => {
  test('hex digits', () => {
    assert.deepEqual(parse('7f454C46', 'BYTEBUF', 'bcontains'), { value: '7f454C46' });
    for (const text of ['7', '0x7f', '7g', '7f 4']) {
      assert.ok('error' in parse(text, 'BYTEBUF', 'bstartswith'), text);
    }
  });

  test('regular expressions', () => {
    assert.deepEqual(parse('a+\\d', 'CHARBUF', 'regex'), { value: 'a+\\d' });
    const parsed = parse('(a', 'CHARBUF', 'regex');
    assert.ok('error' in parsed);
    assert.match(parsed.falco, /^invalid regex pattern: missing closing \)/);
  });
});

test('length is counted in bytes', () => {
  assert.ok('value' in parse('é'.repeat(LITERAL_BYTES_MAX / 2), 'CHARBUF'));
  for (const type of ['CHARBUF', 'BYTEBUF']) {
    const parsed = parse('é'.repeat(LITERAL_BYTES_MAX / 2 + 1), type);
    assert.ok('error' in parsed && parsed.error.includes('4098 bytes; at most 4096'));
  }
});
