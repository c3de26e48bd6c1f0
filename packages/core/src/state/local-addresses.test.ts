import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FdType } from '../events/fd-type.ts';
import type { NetworkInterface } from '../events/snapshot.ts';
import { FdInfo } from './fd-info.ts';
import { guessZeroEnd } from './local-addresses.ts';

const v4 = (...bytes: readonly number[]): string => String.fromCharCode(...bytes);
const v6 = (start: string, end: number): string =>
  start.padEnd(15, '\0') + String.fromCharCode(end);
const ZERO = v4(0, 0, 0, 0);
const ZERO6 = v6('', 0);
const NET6 = '\x20\x01\x0d\xb8\0\0\0\x07';

function entry(address: string, netmask: string): NetworkInterface {
  return { name: 'x', address, netmask, broadcast: '', linkSpeed: undefined };
}

const interfaces: readonly NetworkInterface[] = [
  entry(v4(127, 0, 0, 1), v4(255, 0, 0, 0)),
  entry(v4(10, 0, 0, 5), v4(255, 255, 255, 0)),
  entry(v4(192, 168, 3, 5), v4(255, 255, 0, 0)),
  entry(v6('', 1), ''),
  entry(v6(NET6, 5), ''),
];

test('zero ends become the address that speaks with the other end', () => {
  const cases: readonly (readonly [other: string, guess: string, why: string])[] = [
    [v4(10, 0, 0, 5), v4(10, 0, 0, 5), 'the interface itself'],
    [v4(10, 0, 0, 77), v4(10, 0, 0, 5), 'its network'],
    [v4(192, 168, 99, 1), v4(192, 168, 3, 5), 'its network'],
    [v4(127, 0, 0, 53), v4(127, 0, 0, 1), 'its network'],
    [v4(8, 8, 8, 8), v4(10, 0, 0, 5), 'the first that is not loopback'],
    [v6(NET6, 9), v6(NET6, 5), 'its network'],
    [v6('\xfe\x80', 9), v6(NET6, 5), 'the first that is not loopback'],
  ];
  for (const [other, guess, why] of cases) {
    const zero = other.length === 4 ? ZERO : ZERO6;
    for (const end of ['sourceAddress', 'destinationAddress'] as const) {
      const fd = new FdInfo(other.length === 4 ? FdType.IPV4_SOCK : FdType.IPV6_SOCK);
      fd.sourceAddress = end === 'sourceAddress' ? zero : other;
      fd.destinationAddress = end === 'sourceAddress' ? other : zero;
      fd.destinationPort = 1;
      guessZeroEnd(fd, interfaces);
      assert.equal(fd[end], guess, why);
    }
  }
});

test('no guess', () => {
  const socket = (type: FdType): FdInfo =>
    Object.assign(new FdInfo(type), { sourceAddress: ZERO, destinationAddress: v4(10, 0, 0, 5) });
  const same = socket(FdType.IPV4_SOCK);
  guessZeroEnd(same, interfaces);
  assert.equal(same.sourceAddress, ZERO, 'both ends would be the same');
  const listener = Object.assign(socket(FdType.IPV4_SERVSOCK), { destinationPort: 1 });
  guessZeroEnd(listener, interfaces);
  assert.equal(listener.sourceAddress, ZERO, 'a listening socket has one end');
  const lonely = Object.assign(socket(FdType.IPV4_SOCK), { destinationPort: 1 });
  guessZeroEnd(lonely, []);
  assert.equal(lonely.sourceAddress, ZERO, 'no interface is known');
});
