import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEvent, viewRecord } from './encode.ts';
import { PPME } from './event-codes.gen.ts';
import {
  decodeSocketAddress,
  decodeSocketTuple,
  formatSocketAddress,
  formatSocketTuple,
  type SocketAddress,
  type SocketTuple,
} from './socket-address.ts';

const loopback6 = '\0'.repeat(15) + '\x01';
const mapped = (last: number): string =>
  '\0'.repeat(10) + '\xff\xff\x0a\0\0' + String.fromCharCode(last);

describe('formatSocketAddress', () => {
  const cases: readonly (readonly [address: SocketAddress, text: string])[] = [
    [{ kind: 'ip', address: '\x7f\0\0\x01', port: 18091 }, '127.0.0.1:18091'],
    [{ kind: 'ip', address: loopback6, port: 18092 }, '::1:18092'],
    [{ kind: 'ip', address: mapped(1), port: 80 }, '::ffff:10.0.0.1:80'],
    [{ kind: 'unix', path: '/var/run/nscd/socket' }, '/var/run/nscd/socket'],
    [{ kind: 'unix', path: '' }, ''],
    [{ kind: 'other', family: 16 }, 'family 16'],
  ];
  for (const [address, text] of cases) {
    test(text || 'nothing', () => assert.equal(formatSocketAddress(address), text));
  }
});

describe('formatSocketTuple', () => {
  const ip = (sourceAddress: string, destinationAddress: string): SocketTuple => ({
    kind: 'ip',
    sourceAddress,
    sourcePort: 45192,
    destinationAddress,
    destinationPort: 80,
  });
  const cases: readonly (readonly [tuple: SocketTuple, text: string])[] = [
    [ip('\x7f\0\0\x01', '\x7f\0\0\x02'), '127.0.0.1:45192->127.0.0.2:80'],
    [ip('\0'.repeat(16), loopback6), ':::45192->::1:80'],
    // Both ends mapped: IPv4. All zeros count as mapped.
    [ip(mapped(1), mapped(2)), '10.0.0.1:45192->10.0.0.2:80'],
    [ip('\0'.repeat(16), mapped(2)), '0.0.0.0:45192->10.0.0.2:80'],
    [ip(mapped(1), loopback6), '::ffff:10.0.0.1:45192->::1:80'],
    [
      {
        kind: 'unix',
        source: 0xffff_8881_045c_b600n,
        destination: 0xffff_8881_045c_8000n,
        path: '/srv/lab/w1/u.sock',
      },
      'ffff8881045cb600->ffff8881045c8000 /srv/lab/w1/u.sock',
    ],
    [{ kind: 'unix', source: 1, destination: 0, path: '' }, '1->0 '],
    [{ kind: 'other', family: 16 }, 'family 16'],
  ];
  for (const [tuple, text] of cases) {
    test(text, () => assert.equal(formatSocketTuple(tuple), text));
  }
});

describe('damaged parameters have no address', () => {
  const cases: readonly (readonly [name: string, bytes: readonly number[]])[] = [
    ['nothing', []],
    ['IPv4 without its port', [2, 1, 2, 3, 4]],
    ['IPv6 without its port', [10, ...Array.from({ length: 16 }, () => 0)]],
    ['unix without a path', [1]],
    ['unix without the final NUL', [1, 0x2f, 0x78]],
  ];
  for (const [name, bytes] of cases) {
    test(name, () => {
      const event = viewRecord(
        encodeEvent(PPME.PPME_SOCKET_CONNECT_X, { time: 0, tid: 1 }, [
          0,
          Uint8Array.from(bytes),
          3,
          Uint8Array.from(bytes),
        ]),
      );
      assert.equal(decodeSocketTuple(event, 1), undefined);
      assert.equal(decodeSocketAddress(event, 3), undefined);
    });
  }
});
