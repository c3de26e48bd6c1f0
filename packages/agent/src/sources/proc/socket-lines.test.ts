import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseIpv4, parseIpv6 } from '@saker/core/base/address-text.ts';
import { FdType, L4 } from '@saker/core/events/fd-type.ts';
import { parseIpSocket, parseNetlinkSocket, parseUnixSocket } from './socket-lines.ts';

const REST = '00000000:00000000 00:00000000 00000000     0        0';

suite('lines of tcp, udp, raw', () => {
  test('a connection', () => {
    const line = `   1: 0100007F:0277 020200C0:D431 01 ${REST} 1812 1 0000000000000000 20 4 30`;
    assert.deepEqual(parseIpSocket(line, L4.TCP), {
      type: FdType.IPV4_SOCK,
      ino: 1812,
      name: '',
      transport: {
        sourceAddress: parseIpv4('127.0.0.1'),
        destinationAddress: parseIpv4('192.0.2.2'),
        sourcePort: 631,
        destinationPort: 54321,
        l4proto: L4.TCP,
      },
    });
  });

  test('a listener', () => {
    const socket = parseIpSocket(`0: 00000000:0016 00000000:0000 0A ${REST} 7 1`, L4.TCP);
    assert.equal(socket?.type, FdType.IPV4_SERVSOCK);
    assert.equal(socket.transport?.sourcePort, 22);
  });

  test('IPv6', () => {
    const local = 'B80D0120000000000000000001000000';
    const mapped = '0000000000000000FFFF00000100007F';
    const socket = parseIpSocket(`12: ${local}:01BB ${mapped}:0050 07 ${REST} 9 2`, L4.UDP);
    assert.equal(socket?.type, FdType.IPV6_SOCK);
    assert.equal(socket.transport?.sourceAddress, parseIpv6('2001:db8::1'));
    assert.equal(socket.transport?.destinationAddress, parseIpv6('::ffff:127.0.0.1'));
    const none = '0'.repeat(32);
    const bound = parseIpSocket(`12: ${local}:01BB ${none}:0000 07 ${REST} 9 2`, L4.UDP);
    assert.equal(bound?.type, FdType.IPV6_SERVSOCK);
  });

  const noSockets = [
    '',
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout',
    '   1: 0100007F:0277',
    `   1: 0100007G:0277 00000000:0000 0A ${REST} 1`,
    '   1: 0100007F:0277 00000000:0000 0A 0 0 0 0 0 x',
  ];
  for (const line of noSockets) {
    test(`no socket: ${JSON.stringify(line)}`, () => {
      assert.equal(parseIpSocket(line, L4.TCP), undefined);
    });
  }
});

suite('lines of unix', () => {
  const line = (path: string) =>
    `000000006b823eef: 00000003 00000000 00000000 0001 03  1057${path}`;
  const paths: readonly (readonly [text: string, path: string])[] = [
    ['', ''],
    [' /run/a.sock', '/run/a.sock'],
    [' @/tmp/.X11-unix/X0', '@/tmp/.X11-unix/X0'],
    [' /with blanks  and \xff', '/with blanks  and \xff'],
  ];
  for (const [text, path] of paths) {
    test(`path ${JSON.stringify(path)}`, () => {
      assert.deepEqual(parseUnixSocket(line(text)), {
        type: FdType.UNIX_SOCK,
        ino: 1057,
        name: path,
        unixSource: 0x6b82_3eef,
        unixDestination: 0,
      });
    });
  }

  test('addresses of the kernel in full', () => {
    const full = line('').replace('000000006b823eef', 'ffff888004e52000');
    assert.equal(parseUnixSocket(full)?.unixSource, 0xffff_8880_04e5_2000n);
  });

  for (const other of ['', 'Num       RefCount Protocol Flags    Type St Inode Path', 'x', '/y']) {
    test(`no socket: ${JSON.stringify(other)}`, () => {
      assert.equal(parseUnixSocket(other), undefined);
    });
  }
});

suite('lines of netlink', () => {
  test('a socket, the header and others', () => {
    const line =
      '00000000f8c7283f 4   1234       00000000 0        0        0     2        0        565     ';
    assert.deepEqual(parseNetlinkSocket(line), { type: FdType.NETLINK, ino: 565, name: '' });
    const header =
      'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode';
    assert.equal(parseNetlinkSocket(header), undefined);
    assert.equal(parseNetlinkSocket(''), undefined);
  });
});
