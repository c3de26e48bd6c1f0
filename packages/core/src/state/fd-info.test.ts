import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextTable } from '../base/text-table.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import { FdInfo, NO_NAME } from './fd-info.ts';
import { addressPairText, unixTupleText } from './tuple.ts';

const A = '\x0a\x00\x00\x01';
const B = '\x08\x08\x04\x04';
const A6 = `\x20\x01\x0d\xb8${'\0'.repeat(11)}\x01`;

function socket(
  type: FdType,
  l4proto: L4,
  [source, destination]: readonly [string, string],
): FdInfo {
  const fd = new FdInfo(type);
  fd.l4proto = l4proto;
  fd.sourceAddress = source;
  fd.sourcePort = 4000;
  fd.destinationAddress = destination;
  fd.destinationPort = 53;
  fd.tupleChanged();
  return fd;
}

test('names of ip sockets', () => {
  const cases: readonly (readonly [fd: FdInfo, name: string])[] = [
    [socket(FdType.IPV4_SOCK, L4.TCP, [A, B]), '10.0.0.1:4000->8.8.4.4:53'],
    [socket(FdType.IPV4_SOCK, L4.UDP, [A, B]), '10.0.0.1:4000->8.8.4.4:53'],
    [socket(FdType.IPV4_SOCK, L4.ICMP, [A, B]), '10.0.0.1->8.8.4.4'],
    [socket(FdType.IPV4_SOCK, L4.RAW, [A, B]), '10.0.0.1->8.8.4.4'],
    [socket(FdType.IPV4_SOCK, L4.UNKNOWN, [A, B]), '<unknown>'],
    [socket(FdType.IPV4_SERVSOCK, L4.TCP, [A, '']), '10.0.0.1:4000'],
    [socket(FdType.IPV6_SOCK, L4.TCP, [A6, A6]), '2001:db8::1:4000->2001:db8::1:53'],
    [socket(FdType.IPV6_SOCK, L4.ICMP, [A6, A6]), '2001:db8::1->2001:db8::1'],
    [socket(FdType.IPV6_SOCK, L4.RAW, [A6, A6]), '<unknown>'],
    [socket(FdType.IPV4_SOCK, L4.TCP, ['', '']), ''],
  ];
  for (const [fd, name] of cases) assert.equal(fd.name, name);
});

test('a name stands until the tuple is said to have changed', () => {
  const fd = socket(FdType.IPV4_SOCK, L4.TCP, [A, B]);
  assert.equal(fd.path, undefined);
  assert.equal(fd.name, '10.0.0.1:4000->8.8.4.4:53');
  fd.swapEnds();
  assert.equal(fd.name, '10.0.0.1:4000->8.8.4.4:53');
  fd.tupleChanged();
  assert.equal(fd.name, '8.8.4.4:53->10.0.0.1:4000');
  fd.setName('0.0.0.0:0');
  assert.equal(fd.copy().name, '0.0.0.0:0');
  assert.equal(addressPairText(fd), '8.8.4.4:53->10.0.0.1:4000');
});

test('names that are paths', () => {
  const path = new TextTable().internString('/etc/passwd');
  const fd = new FdInfo(FdType.FILE_V2, path, path);
  assert.equal(fd.copy().path, path);
  assert.equal(fd.isNamed, true);
  assert.equal(new FdInfo(FdType.FIFO).isNamed, false);
  assert.equal(new FdInfo(FdType.FIFO).path, NO_NAME);
});

test('unix sockets print kernel addresses without padding', () => {
  const ends = '\x00\xb6\x5c\x04\x81\x88\xff\xff\x0f\0\0\0\0\0\0\0';
  assert.equal(unixTupleText(ends, '/run/x'), 'ffff8881045cb600->f /run/x');
  assert.equal(unixTupleText('\0'.repeat(16), ''), '0->0 ');
});

test('a copy has everything and is a thing of its own', () => {
  const fd = socket(FdType.IPV4_SOCK, L4.TCP, [A, B]);
  Object.assign(fd, { dev: 7, ino: 8n, openFlags: 9, connected: true, role: 1, unixEnds: 'x' });
  const copy = fd.copy();
  assert.deepEqual(Object.entries(copy), Object.entries(fd));
  copy.connected = false;
  assert.equal(fd.connected, true);
});

test('an entry that is renewed has nothing of what it was', () => {
  const texts = new TextTable();
  const [path, raw] = [texts.internString('/a/b'), texts.internString('b')];
  const old = new FdInfo(FdType.FIFO, texts.internString('/old'), NO_NAME);
  for (const [key, value] of Object.entries(old)) {
    const other = typeof value === 'number' ? 7 : typeof value === 'boolean' ? true : path;
    Object.assign(old, { [key]: typeof value === 'string' ? 'x' : other });
  }
  old.setName('old');
  old.renew(FdType.FILE_V2, path, raw);
  assert.deepEqual(old, new FdInfo(FdType.FILE_V2, path, raw));
  assert.equal(old.path, path);
  assert.equal(old.name, '/a/b');
});
