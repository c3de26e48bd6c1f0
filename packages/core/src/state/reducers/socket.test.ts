/** Sockets: socket, bind, connect, accept, socketpair, and what transfers tell of them. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fromText } from '../../base/byte-string.ts';
import {
  PPM_AF_INET,
  PPM_AF_INET6,
  PPM_AF_NETLINK,
  PPM_AF_UNIX,
  PPM_O_CLOEXEC,
} from '../../events/constants.gen.ts';
import { PPME } from '../../events/event-codes.gen.ts';
import { FdType, L4 } from '../../events/fd-type.ts';
import type { SocketAddress, SocketTuple } from '../../events/socket-address.ts';
import { NO_FD } from '../event-context.ts';
import { Role } from '../fd-info.ts';
import { TestMachine, threadEntry, type Values } from '../machine.cases.ts';
import type { StateOptions } from '../system-state.ts';

const v4 = (...bytes: readonly number[]): string => String.fromCharCode(...bytes);
const A = v4(10, 0, 0, 1);
const B = v4(10, 0, 0, 2);
const C = v4(10, 0, 0, 3);
const ANY = v4(0, 0, 0, 0);
const A6 = `\x20\x01${'\0'.repeat(13)}\x01`;
const B6 = `\x20\x01${'\0'.repeat(13)}\x02`;
const mapped = (address: string): string => `${'\0'.repeat(10)}\xff\xff${address}`;

const ip = (
  sourceAddress: string,
  sourcePort: number,
  destinationAddress: string,
  destinationPort: number,
): SocketTuple => ({
  kind: 'ip',
  sourceAddress,
  sourcePort,
  destinationAddress,
  destinationPort,
});
const at = (address: string, port: number): SocketAddress => ({ kind: 'ip', address, port });
const unix = (path: string): SocketTuple => ({
  kind: 'unix',
  source: 0xffff_8881_045c_b600n,
  destination: 15,
  path,
});

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const EINPROGRESS = -115;

/** Thread 7 with a socket at 3. */
function machine(domain: number, type: number, options: StateOptions = {}): TestMachine {
  const m = new TestMachine(options).starts(threadEntry(7));
  m.on(7, PPME.PPME_SOCKET_SOCKET_X, { fd: 3, domain, type, proto: 0, flags: 0 });
  return m;
}
const tcp = () => machine(PPM_AF_INET, SOCK_STREAM);
const udp = (options?: StateOptions) => machine(PPM_AF_INET, SOCK_DGRAM, options);
const udp6 = (options?: StateOptions) => machine(PPM_AF_INET6, SOCK_DGRAM, options);

const send = (m: TestMachine, tuple: SocketTuple | undefined, values: Values = {}) =>
  m.on(7, PPME.PPME_SOCKET_SENDTO_X, { res: 1, data: 'x', fd: 3, size: 1, tuple, ...values });
const receive = (m: TestMachine, tuple: SocketTuple | undefined, values: Values = {}) =>
  m.on(7, PPME.PPME_SOCKET_RECVFROM_X, { res: 1, data: 'x', tuple, fd: 3, size: 1, ...values });
const connect = (m: TestMachine, values: Values) =>
  m.on(7, PPME.PPME_SOCKET_CONNECT_X, { res: 0, fd: 3, ...values });

test('kinds of sockets', () => {
  const cases: readonly (readonly [
    domain: number,
    type: number,
    proto: number,
    fdType: FdType,
    l4: L4,
  ])[] = [
    [PPM_AF_INET, SOCK_STREAM, 0, FdType.IPV4_SOCK, L4.TCP],
    [PPM_AF_INET, SOCK_STREAM | 2048, 0, FdType.IPV4_SOCK, L4.TCP],
    [PPM_AF_INET, SOCK_DGRAM, 0, FdType.IPV4_SOCK, L4.UDP],
    [PPM_AF_INET, SOCK_RAW, 0, FdType.IPV4_SOCK, L4.UNKNOWN],
    [PPM_AF_INET6, SOCK_STREAM, 6, FdType.IPV6_SOCK, L4.TCP],
    [PPM_AF_INET6, SOCK_RAW, 6, FdType.IPV6_SOCK, L4.RAW],
    [PPM_AF_INET, SOCK_DGRAM, 17, FdType.IPV4_SOCK, L4.UDP],
    [PPM_AF_INET, SOCK_RAW, 17, FdType.IPV4_SOCK, L4.RAW],
    [PPM_AF_INET, SOCK_DGRAM, 1, FdType.IPV4_SOCK, L4.ICMP],
    [PPM_AF_INET, SOCK_RAW, 1, FdType.IPV4_SOCK, L4.RAW],
    [PPM_AF_INET, SOCK_RAW | 2048, 1, FdType.IPV4_SOCK, L4.ICMP],
    [PPM_AF_INET, SOCK_RAW, 255, FdType.IPV4_SOCK, L4.RAW],
    [PPM_AF_INET, SOCK_STREAM, 132, FdType.IPV4_SOCK, L4.UNKNOWN],
    [PPM_AF_UNIX, SOCK_STREAM, 0, FdType.UNIX_SOCK, L4.NA],
    [PPM_AF_NETLINK, SOCK_RAW, 0, FdType.NETLINK, L4.NA],
    [17, SOCK_RAW, 768, FdType.UNKNOWN, L4.NA],
  ];
  for (const [domain, type, proto, fdType, l4] of cases) {
    const m = new TestMachine().starts(threadEntry(7));
    const values = { fd: 3, domain, type, proto, flags: PPM_O_CLOEXEC };
    const { fd, fdNumber, fdNameChanged } = m.on(7, PPME.PPME_SOCKET_SOCKET_X, values);
    assert.deepEqual([fd?.type, fd?.l4proto, fd?.role, fdNumber], [fdType, l4, Role.NONE, 3]);
    assert.deepEqual(
      [fd?.name, fd?.closeOnExec, fd?.connected, fdNameChanged],
      ['', true, false, false],
    );
  }
  const m = new TestMachine().starts(threadEntry(7));
  assert.equal(m.on(7, PPME.PPME_SOCKET_SOCKET_X, { fd: -1, domain: 2 }).fdNumber, NO_FD);
});

test('bind', () => {
  const bind = (m: TestMachine, addr: SocketAddress | undefined, res = 0) =>
    m.on(7, PPME.PPME_SOCKET_BIND_X, { res, addr, fd: 3 });
  const server = bind(tcp(), at(ANY, 80));
  assert.deepEqual(
    [
      server.fd?.type,
      server.fd?.role,
      server.fd?.name,
      server.fd?.sourcePort,
      server.fdNameChanged,
    ],
    [FdType.IPV4_SERVSOCK, Role.SERVER, '0.0.0.0:80', 80, true],
  );
  assert.equal(server.fd?.l4proto, L4.TCP);
  const { fd } = bind(udp6(), at(A6, 53));
  assert.deepEqual([fd?.type, fd?.name], [FdType.IPV6_SERVSOCK, '2001::1:53']);
  const dual = bind(udp6(), at(mapped(A), 53)).fd;
  assert.deepEqual([dual?.type, dual?.sourceAddress], [FdType.IPV4_SERVSOCK, A]);
  const noPort = bind(udp(), at(A, 0)).fd;
  assert.deepEqual(
    [noPort?.type, noPort?.role, noPort?.name],
    [FdType.IPV4_SOCK, Role.NONE, '10.0.0.1:0'],
  );
  const path = bind(machine(PPM_AF_UNIX, SOCK_STREAM), { kind: 'unix', path: '/run/s' }).fd;
  assert.deepEqual([path?.type, path?.name], [FdType.UNIX_SOCK, '/run/s']);
  const netlink = bind(machine(PPM_AF_NETLINK, SOCK_RAW), { kind: 'other', family: 16 }).fd;
  assert.equal(netlink?.name, 'family 16');
  assert.equal(bind(tcp(), at(ANY, 80), -98).fd?.name, '');
  assert.equal(bind(tcp(), undefined).fd?.name, '');
});

describe('connect', () => {
  test('gives the tuple, the role and the name', () => {
    const { fd, fdNameChanged } = connect(tcp(), { tuple: ip(A, 4000, B, 80) });
    assert.deepEqual(
      [fd?.name, fd?.role, fd?.connected],
      ['10.0.0.1:4000->10.0.0.2:80', Role.CLIENT, true],
    );
    assert.equal(fdNameChanged, true);
    const dual = connect(machine(PPM_AF_INET6, SOCK_STREAM), {
      tuple: ip(mapped(A), 1, mapped(B), 2),
    }).fd;
    assert.deepEqual([dual?.type, dual?.name], [FdType.IPV4_SOCK, '10.0.0.1:1->10.0.0.2:2']);
    assert.equal(dual?.l4proto, L4.TCP);
    const v6 = connect(machine(PPM_AF_INET6, SOCK_STREAM), { tuple: ip(A6, 1, B6, 2) }).fd;
    assert.deepEqual([v6?.type, v6?.name], [FdType.IPV6_SOCK, '2001::1:1->2001::2:2']);
    const local = connect(machine(PPM_AF_UNIX, SOCK_STREAM), { tuple: unix('/run/s') }).fd;
    assert.deepEqual([local?.name, local?.role], ['ffff8881045cb600->f /run/s', Role.CLIENT]);
    assert.equal(connect(tcp(), { tuple: unix('/run/s') }).fd?.name, '', 'no unix socket');
  });

  test('that failed changes nothing, that is in progress does', () => {
    const failed = connect(tcp(), { res: -111, tuple: ip(A, 1, B, 2) }).fd;
    assert.deepEqual([failed?.name, failed?.connected], ['', false]);
    const pending = connect(tcp(), { res: EINPROGRESS, tuple: ip(A, 1, B, 2) }).fd;
    assert.deepEqual([pending?.name, pending?.connected], ['10.0.0.1:1->10.0.0.2:2', true]);
  });

  test('again with the same ends changes no name', () => {
    const m = tcp();
    connect(m, { tuple: ip(A, 1, B, 2) });
    assert.equal(connect(m, { tuple: ip(A, 1, B, 2) }).fdNameChanged, false);
  });

  test('of a UDP server swaps the ends', () => {
    const m = udp();
    m.on(7, PPME.PPME_SOCKET_BIND_X, { res: 0, addr: at(A, 53), fd: 3 });
    const { fd } = connect(m, { tuple: ip(A, 53, B, 4000) });
    assert.deepEqual([fd?.name, fd?.role], ['10.0.0.2:4000->10.0.0.1:53', Role.SERVER]);
  });

  test('trusts the enter event where the exit repeats the argument', () => {
    const enter = (m: TestMachine, addr: SocketAddress) =>
      m.on(7, PPME.PPME_SOCKET_CONNECT_E, { fd: 3, addr });
    const m = tcp();
    enter(m, at(C, 443));
    const { fd } = connect(m, { tuple: ip(A, 1, B, 2), addr: at(B, 2) });
    assert.equal(fd?.name, '10.0.0.1:1->10.0.0.3:443');
    const kernel = tcp();
    enter(kernel, at(C, 443));
    assert.equal(
      connect(kernel, { tuple: ip(A, 1, B, 2), addr: at(C, 2) }).fd?.name,
      '10.0.0.1:1->10.0.0.2:2',
    );
    const local = machine(PPM_AF_UNIX, SOCK_STREAM);
    enter(local, { kind: 'unix', path: '/real' });
    const path = connect(local, {
      tuple: unix('/faked'),
      addr: { kind: 'unix', path: '/faked' },
    }).fd;
    assert.equal(path?.name, 'ffff8881045cb600->f /real');
  });

  test('without a tuple takes the destination of the enter event', () => {
    const m = tcp();
    m.on(7, PPME.PPME_SOCKET_CONNECT_E, { fd: 3, addr: at(C, 443) });
    const { fd } = connect(m, {});
    assert.deepEqual(
      [fd?.destinationAddress, fd?.destinationPort, fd?.name, fd?.role, fd?.connected],
      [C, 443, '', Role.NONE, true],
    );
    assert.equal(connect(tcp(), {}).fd?.destinationAddress, '', 'nothing was kept');
  });
});

test('accept', () => {
  const m = tcp();
  const { fd, fdNumber, fdNameChanged } = m.on(7, PPME.PPME_SOCKET_ACCEPT4_6_X, {
    fd: 4,
    tuple: ip(B, 4000, A, 80),
    flags: PPM_O_CLOEXEC,
  });
  assert.deepEqual([fdNumber, fdNameChanged], [4, true]);
  assert.deepEqual(
    [fd?.name, fd?.role, fd?.l4proto, fd?.connected, fd?.closeOnExec],
    ['10.0.0.2:4000->10.0.0.1:80', Role.SERVER, L4.TCP, true, true],
  );
  const local = m.on(7, PPME.PPME_SOCKET_ACCEPT_5_X, { fd: 5, tuple: unix('') }).fd;
  assert.deepEqual([local?.type, local?.name], [FdType.UNIX_SOCK, 'ffff8881045cb600->f ']);
  const unknown = m.on(7, PPME.PPME_SOCKET_ACCEPT_5_X, { fd: 4 });
  assert.equal(unknown.fd, fd, 'what was there before');
  assert.equal(m.on(7, PPME.PPME_SOCKET_ACCEPT_5_X, { fd: -11 }).fdNumber, NO_FD);
});

test('socketpair: the entry of the first, the number of the second', () => {
  const m = tcp();
  const values = { res: 0, fd1: 5, fd2: 6, source: 1, peer: 2 };
  const { fd, fdNumber } = m.on(7, PPME.PPME_SOCKET_SOCKETPAIR_X, values);
  assert.deepEqual([fd, fdNumber], [m.fd(7, 5), 6]);
  assert.deepEqual([fd?.type, fd?.name], [FdType.UNIX_SOCK, '']);
  assert.notEqual(m.fd(7, 6), fd);
  assert.equal(
    m.on(7, PPME.PPME_SOCKET_SOCKETPAIR_X, { res: -1, fd1: -1, fd2: -1 }).fdNumber,
    NO_FD,
  );
});

describe('datagrams', () => {
  test('whoever sends first is the client', () => {
    const { fd, fdNameChanged } = send(udp(), ip(A, 4000, B, 53));
    assert.deepEqual(
      [fd?.name, fd?.role, fd?.connected],
      ['10.0.0.1:4000->10.0.0.2:53', Role.CLIENT, true],
    );
    assert.equal(fdNameChanged, true);
  });

  test('whoever receives first is the server', () => {
    const { fd } = receive(udp(), ip(B, 4000, A, 53));
    assert.deepEqual([fd?.name, fd?.role], ['10.0.0.2:4000->10.0.0.1:53', Role.SERVER]);
  });

  test('answers between the same ends change nothing', () => {
    const m = udp();
    send(m, ip(A, 4000, B, 53));
    const { fd, fdNameChanged } = receive(m, ip(B, 53, A, 4000));
    assert.deepEqual([fd?.name, fdNameChanged], ['10.0.0.1:4000->10.0.0.2:53', false]);
  });

  test('other ends replace them, client still first', () => {
    const m = udp();
    send(m, ip(A, 4000, B, 53));
    assert.equal(receive(m, ip(C, 54, A, 4000)).fd?.name, '10.0.0.1:4000->10.0.0.3:54');
    const server = udp();
    receive(server, ip(B, 4000, A, 53));
    assert.equal(send(server, ip(A, 53, C, 4001)).fd?.name, '10.0.0.3:4001->10.0.0.1:53');
  });

  test('a bound socket becomes a connection', () => {
    const m = udp();
    m.on(7, PPME.PPME_SOCKET_BIND_X, { res: 0, addr: at(ANY, 53), fd: 3 });
    const { fd } = receive(m, ip(B, 4000, A, 53));
    assert.deepEqual(
      [fd?.type, fd?.name, fd?.role],
      [FdType.IPV4_SOCK, '10.0.0.2:4000->10.0.0.1:53', Role.SERVER],
    );
    assert.equal(fd?.connected, false, 'it was listening when the call came');
  });

  test('zero ends are guessed from the interfaces', () => {
    const m = udp();
    m.state.networkInterface({
      name: 'e',
      address: A,
      netmask: v4(255, 0, 0, 0),
      broadcast: '',
      linkSpeed: undefined,
    });
    assert.equal(send(m, ip(ANY, 4000, B, 53)).fd?.name, '10.0.0.1:4000->10.0.0.2:53');
  });

  test('IPv6: the client, unless IPv4 sockets have the ports', () => {
    assert.equal(receive(udp6(), ip(A6, 1, B6, 2)).fd?.role, Role.CLIENT);
    assert.equal(
      receive(udp6(), ip(A6, 1, B6, 2)).fd?.name,
      '2001::2:2->2001::1:1',
      'so the ends are swapped',
    );
    const m = udp6();
    m.on(7, PPME.PPME_SOCKET_SOCKET_X, {
      fd: 4,
      domain: PPM_AF_INET,
      type: SOCK_DGRAM,
      proto: 0,
      flags: 0,
    });
    m.on(7, PPME.PPME_SOCKET_BIND_X, { res: 0, addr: at(ANY, 2), fd: 4 });
    assert.equal(receive(m, ip(A6, 1, B6, 2)).fd?.role, Role.SERVER);
  });

  test('two mapped addresses make an IPv4 socket', () => {
    const { fd } = send(udp6(), ip(mapped(A), 1, mapped(B), 2));
    assert.deepEqual(
      [fd?.type, fd?.name, fd?.sourceAddress],
      [FdType.IPV4_SOCK, '10.0.0.1:1->10.0.0.2:2', A],
    );
  });

  test('a bound IPv6 socket loses its tuple as in Falco, or keeps it', () => {
    const bound = (options: StateOptions) => {
      const m = udp6(options);
      m.on(7, PPME.PPME_SOCKET_BIND_X, { res: 0, addr: at(B6, 53), fd: 3 });
      return receive(m, ip(A6, 4000, `\0\0${B6.slice(2)}`, 53)).fd;
    };
    const lost = bound({});
    assert.deepEqual(
      [
        lost?.type,
        lost?.name,
        lost?.sourceAddress,
        lost?.sourcePort,
        lost?.l4proto,
        lost?.connected,
      ],
      [FdType.IPV6_SERVSOCK, '2001::1:4000->::2:53', A6, 0, L4.NA, false],
    );
    const kept = bound({ ipv6ListenersLoseTuple: false });
    assert.deepEqual([kept?.type, kept?.name], [FdType.IPV6_SOCK, '2001::1:4000->::2:53']);
  });

  test('a TCP connection keeps its ends', () => {
    const m = tcp();
    connect(m, { tuple: ip(A, 1, B, 2) });
    assert.equal(send(m, ip(A, 1, C, 2)).fd?.name, '10.0.0.1:1->10.0.0.2:2');
    assert.equal(
      send(tcp(), ip(A, 1, C, 2)).fd?.name,
      '10.0.0.1:1->10.0.0.3:2',
      'unless it has none yet',
    );
  });

  test('failed transfers and transfers without a tuple', () => {
    const failed = send(udp(), ip(A, 1, B, 2), { res: -11 }).fd;
    assert.deepEqual([failed?.name, failed?.connected], ['', false]);
    const silent = send(udp(), undefined).fd;
    assert.deepEqual([silent?.name, silent?.connected], ['', true]);
  });

  test('unix sockets', () => {
    const m = machine(PPM_AF_UNIX, SOCK_DGRAM);
    const { fd, fdNameChanged } = send(m, unix('/dev/log'));
    assert.deepEqual(
      [fd?.name, fdNameChanged, fd?.connected],
      ['ffff8881045cb600->f /dev/log', true, false],
    );
    assert.equal(send(m, unix('/dev/log')).fdNameChanged, false);
    assert.equal(send(m, unix('/dev/lo')).fd?.name, 'ffff8881045cb600->f /dev/lo');
    assert.equal(send(m, unix('/dev/log')).fdNameChanged, true);
  });

  test('a send on an unknown descriptor makes a UDP socket', () => {
    const { fd, fdNumber } = send(udp(), ip(A, 1, B, 2), { fd: 9 });
    assert.deepEqual(
      [fd?.type, fd?.l4proto, fd?.name, fdNumber],
      [FdType.IPV4_SOCK, L4.UDP, '10.0.0.1:1->10.0.0.2:2', 9],
    );
    assert.equal(send(udp6(), ip(A6, 1, B6, 2), { fd: 9 }).fd?.type, FdType.IPV6_SOCK);
    assert.equal(send(udp(), unix('/x'), { fd: 9 }).fd, undefined);
    assert.equal(send(udp(), ip(A, 1, B, 2), { fd: 9, res: -1 }).fd, undefined);
    assert.equal(receive(udp(), ip(A, 1, B, 2), { fd: 9 }).fd, undefined);
  });

  test('any of the calls', () => {
    const tuple = ip(A, 1, B, 2);
    const calls: readonly (readonly [type: number, values: Values])[] = [
      [PPME.PPME_SOCKET_SEND_X, { res: 0, fd: 3, tuple }],
      [PPME.PPME_SOCKET_SENDMSG_X, { res: 0, fd: 3, tuple }],
      [PPME.PPME_SOCKET_SENDMMSG_X, { res: 0, fd: 3, tuple }],
      [PPME.PPME_SOCKET_RECV_X, { res: 0, fd: 3, tuple }],
      [PPME.PPME_SOCKET_RECVMSG_X, { res: 0, fd: 3, tuple }],
      [PPME.PPME_SOCKET_RECVMMSG_X, { res: 0, fd: 3, tuple }],
    ];
    for (const [type, values] of calls)
      assert.equal(udp().on(7, type, values).fd?.name, '10.0.0.1:1->10.0.0.2:2');
    for (const type of [PPME.PPME_SYSCALL_READ_X, PPME.PPME_SYSCALL_WRITEV_X]) {
      assert.equal(tcp().on(7, type, { res: 0, fd: 3 }).fd?.connected, true);
      assert.equal(tcp().on(7, type, { res: -1, fd: 3 }).fd?.connected, false);
    }
  });
});

test('descriptors that come over a socket are looked up where that can be done', () => {
  const message = new Uint8Array(24);
  const view = new DataView(message.buffer);
  view.setUint32(0, 20, true);
  view.setInt32(8, 1, true);
  view.setInt32(12, 1, true);
  view.setInt32(16, 8, true);
  const probe = {
    readThread: () => undefined,
    readFd: (pid: number, fd: number) => ({ fd, ino: pid, type: FdType.FILE_V2, name: '/passed' }),
    isAlive: () => true,
  };
  const values = { res: 1, fd: 3, msgcontrol: message };
  const live = machine(PPM_AF_UNIX, SOCK_STREAM, { probe });
  live.on(7, PPME.PPME_SOCKET_RECVMSG_X, values);
  assert.deepEqual([live.fd(7, 8).name, live.fd(7, 8).ino], ['/passed', 7]);
  live.on(7, PPME.PPME_SOCKET_RECVMMSG_X, { ...values, msgcontrol: message.subarray(0, 19) });
  const replay = machine(PPM_AF_UNIX, SOCK_STREAM);
  replay.on(7, PPME.PPME_SOCKET_RECVMSG_X, values);
  assert.deepEqual(replay.fds(7), [3]);
});

test('damaged addresses change nothing', () => {
  const m = udp();
  const values = { res: 0, fd: 3 };
  for (const bytes of ['\x02', '\x02\x0a\0\0\x01\0', '\x0a\0\0', '\x01', '\x01/no-nul', '\x63']) {
    const param = Uint8Array.from(fromText(bytes), (char) => char.charCodeAt(0));
    m.on(7, PPME.PPME_SOCKET_CONNECT_X, { ...values, tuple: param });
    m.on(7, PPME.PPME_SOCKET_SENDTO_X, { ...values, tuple: param });
    m.on(7, PPME.PPME_SOCKET_RECVFROM_X, { ...values, tuple: param });
    if (bytes !== '\x63') m.on(7, PPME.PPME_SOCKET_BIND_X, { ...values, addr: param });
  }
  assert.equal(m.fd(7, 3).name, '');
});

test('what a process does to a socket after a fork stays its own', () => {
  const fork = { res: 20, exe: 'p7', args: [], comm: 'p7', tid: 7, pid: 7, ptid: 1, flags: 0 };
  const changes: readonly ((m: TestMachine) => unknown)[] = [
    (m) => send(m, ip(A, 4000, B, 53)),
    (m) => receive(m, ip(A, 4000, B, 53)),
    (m) => send(m, undefined),
    (m) => send(m, unix('/run/x')),
    (m) => connect(m, { tuple: ip(A, 4000, B, 53) }),
    (m) => m.on(7, PPME.PPME_SOCKET_BIND_X, { res: 0, addr: at(ANY, 80), fd: 3 }),
  ];
  for (const change of changes) {
    const m = udp();
    m.on(7, PPME.PPME_SYSCALL_CLONE_20_X, { ...fork, vtid: 7, vpid: 7 });
    const shared = m.fd(20, 3);
    const before = shared.copy();
    before.isShared = true;
    change(m);
    assert.notEqual(m.fd(7, 3), shared);
    assert.equal(m.fd(20, 3), shared);
    assert.deepEqual([shared, shared.name], [before, before.name]);
    assert.equal(m.state.context.fd, m.fd(7, 3));
  }
});
