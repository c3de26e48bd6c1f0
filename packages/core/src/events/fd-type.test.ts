import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { sharedPath, skipWithoutShared } from '../testing.ts';
import { FdType, fdTypeChar, fdTypeName, isIpSocket, L4, l4Char, l4Name } from './fd-type.ts';

interface FdSpec {
  readonly scapFdType: Readonly<Record<string, number>>;
  readonly l4proto: Readonly<Record<string, number>>;
  readonly typechar: Readonly<Record<string, string>>;
  readonly typeName: Readonly<Record<string, string>>;
}

describe('kinds of descriptors', () => {
  test('numbers, chars and names are those of the specification', {
    skip: skipWithoutShared,
  }, () => {
    const text = readFileSync(sharedPath('spec/types.json'), 'utf8');
    const { fd } = JSON.parse(text) as { readonly fd: FdSpec };
    assert.deepEqual({ ...FdType }, fd.scapFdType);
    assert.deepEqual({ ...L4 }, fd.l4proto);
    for (const [key, type] of Object.entries(FdType)) {
      assert.equal(fdTypeChar(type), fd.typechar[key] ?? fd.typechar['default'], key);
      assert.equal(fdTypeName(type), fd.typeName[key] ?? fd.typeName['default'], key);
    }
  });

  test('ip sockets are the four with addresses', () => {
    const ip = Object.entries(FdType).filter(([, type]) => isIpSocket(type));
    assert.deepEqual(
      ip.map(([name]) => name),
      ['IPV4_SOCK', 'IPV6_SOCK', 'IPV4_SERVSOCK', 'IPV6_SERVSOCK'],
    );
  });

  const protocols: readonly (readonly [protocol: L4, char: string, name: string])[] = [
    [L4.UNKNOWN, '', '<NA>'],
    [L4.NA, '', '<NA>'],
    [L4.TCP, 't', 'tcp'],
    [L4.UDP, 'u', 'udp'],
    [L4.ICMP, 'i', 'icmp'],
    [L4.RAW, 'r', 'raw'],
  ];
  for (const [protocol, char, name] of protocols) {
    test(`protocol ${protocol} is ${name}`, () => {
      assert.deepEqual([l4Char(protocol), l4Name(protocol)], [char, name]);
    });
  }
});
