import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType, L4 } from '../events/fd-type.ts';
import type { FdEntry, NetworkInterface } from '../events/snapshot.ts';
import { Role } from './fd-info.ts';
import type { LiveProbe } from './live-probe.ts';
import { TestMachine, threadEntry } from './machine.cases.ts';
import type { StateOptions } from './system-state.ts';

const CLOSE = PPME.PPME_SYSCALL_CLOSE_X;
const v4 = (...bytes: readonly number[]): string => String.fromCharCode(...bytes);
const A = v4(10, 0, 0, 1);
const B = v4(10, 0, 0, 2);

const file = (fd: number, facts: Partial<FdEntry> = {}): FdEntry => ({
  fd,
  ino: 5,
  type: FdType.FILE_V2,
  name: '/f',
  ...facts,
});

/** Thread 7 with these descriptors. */
function withFds(...entries: readonly FdEntry[]): TestMachine {
  const m = new TestMachine();
  m.state.thread(threadEntry(7));
  for (const entry of entries) m.state.fd(7, entry);
  m.state.finishSnapshot();
  return m;
}

const socket = (
  fd: number,
  type: number,
  ends: readonly [string, number, string, number],
  l4proto: L4 = L4.TCP,
): FdEntry => {
  const [sourceAddress, sourcePort, destinationAddress, destinationPort] = ends;
  const transport = { sourceAddress, sourcePort, destinationAddress, destinationPort, l4proto };
  return { fd, ino: 1, type, name: '', transport };
};

describe('the list of threads', () => {
  test('main threads have environment and directory', () => {
    const facts = { env: 'A=1\0B=2', cwd: '/srv/x/..', exepath: '/bin/x (deleted)', uid: 9 };
    const m = new TestMachine().starts(threadEntry(7, facts), threadEntry(8, { pid: 7, ...facts }));
    const [main, other] = [m.thread(7), m.thread(8)];
    assert.deepEqual(
      [main.env, main.cwd, main.exepath, main.uid],
      ['A=1\0B=2', '/srv/', '/bin/x', 9],
    );
    assert.deepEqual(
      [other.env, other.cwd, other.exepath, other.group?.alive],
      ['', '', '/bin/x', 2],
    );
    assert.deepEqual([main.cloneTimeLow, main.cloneTimeHigh], [0, 0]);
  });

  test('parents may come after their children', () => {
    const m = new TestMachine().starts(
      threadEntry(7, { ptid: 9 }),
      threadEntry(8, { ptid: 70 }),
      threadEntry(9),
    );
    assert.deepEqual([m.thread(7).ptid, m.thread(8).ptid, m.thread(9).childCount], [9, 0, 1]);
  });

  test('containers', () => {
    const m = new TestMachine().starts(
      threadEntry(7, { cgroups: `cpu=/docker/${'a'.repeat(64)}` }),
    );
    assert.equal(m.thread(7).containerId, 'aaaaaaaaaaaa');
    assert.equal(m.thread(7).cgroupList.length, 1);
  });

  test('users, groups, the machine', () => {
    const m = new TestMachine();
    m.state.user({ uid: 0, gid: 0, name: 'toor', home: '/', shell: '' });
    m.state.group({ gid: 5, name: 'tty' });
    m.state.machine({ cpuCount: 2, memoryBytes: 1, pidMax: 2, hostname: 'h', bootTime: 3 });
    assert.equal(m.state.users.user('', 0)?.name, 'toor');
    assert.equal(m.state.users.group('', 5)?.name, 'tty');
    assert.equal(m.state.machineInfo?.hostname, 'h');
  });
});

describe('the lists of descriptors', () => {
  test('files and others', () => {
    const m = withFds(
      file(3, { openFlags: 4097, dev: 7 }),
      file(4, { type: FdType.FIFO, name: 'pipe:[1]' }),
      file(5, { type: FdType.UNKNOWN }),
      file(6, { type: 99 }),
    );
    m.state.fd(99, file(3));
    const fd = m.fd(7, 3);
    assert.deepEqual(
      [fd.name, fd.rawPath.string, fd.dev, fd.ino, fd.closeOnExec],
      ['/f', '', 7, 5, true],
    );
    assert.equal(m.fd(7, 4).name, 'pipe:[1]');
    assert.deepEqual(m.fds(7), [3, 4]);
  });

  test('unix sockets', () => {
    const facts = { type: FdType.UNIX_SOCK, unixSource: 2n ** 60n + 1n, unixDestination: 3 };
    const m = withFds(file(3, { ...facts, name: '/run/s' }), file(4, { ...facts, name: '' }));
    assert.deepEqual(
      [m.fd(7, 3).name, m.fd(7, 3).role, m.fd(7, 4).role],
      ['/run/s', Role.SERVER, Role.CLIENT],
    );
    assert.equal(m.fd(7, 3).unixEnds, '\x01\0\0\0\0\0\0\x10\x03\0\0\0\0\0\0\0');
  });

  test('connections have a direction by the ports that are listened on', () => {
    const m = withFds(
      socket(3, FdType.IPV4_SERVSOCK, [A, 80, '', 0]),
      socket(4, FdType.IPV4_SOCK, [A, 80, B, 4000]),
      socket(5, FdType.IPV4_SOCK, [A, 4001, B, 443]),
      socket(6, FdType.IPV4_SOCK, [A, 4002, B, 53], L4.UDP),
    );
    const about = (number: number) => {
      const { name, role, connected } = m.fd(7, number);
      return [name, role, connected];
    };
    assert.deepEqual(about(3), ['10.0.0.1:80', Role.NONE, false]);
    assert.deepEqual(about(4), ['10.0.0.2:4000->10.0.0.1:80', Role.SERVER, true]);
    assert.deepEqual(about(5), ['10.0.0.1:4001->10.0.0.2:443', Role.CLIENT, true]);
    assert.deepEqual(about(6), ['10.0.0.1:4002->10.0.0.2:53', Role.CLIENT, false]);
  });

  test('IPv6 connections keep no role, mapped ones are IPv4', () => {
    const v6 = `\x20${'\0'.repeat(14)}\x01`;
    const mapped = `${'\0'.repeat(10)}\xff\xff`;
    const m = withFds(
      socket(3, FdType.IPV6_SOCK, [v6, 1, v6, 2]),
      socket(4, FdType.IPV6_SOCK, [mapped + A, 1, mapped + B, 2]),
    );
    assert.deepEqual([m.fd(7, 3).name, m.fd(7, 3).role], ['2000::1:1->2000::1:2', Role.NONE]);
    assert.deepEqual(
      [m.fd(7, 4).type, m.fd(7, 4).name],
      [FdType.IPV4_SOCK, '10.0.0.1:1->10.0.0.2:2'],
    );
  });

  test('zero ends are guessed from interfaces, whichever is read first', () => {
    const m = new TestMachine();
    m.state.thread(threadEntry(7));
    m.state.fd(7, socket(3, FdType.IPV4_SOCK, [v4(0, 0, 0, 0), 1, B, 2]));
    const entry: NetworkInterface = {
      name: 'e',
      address: A,
      netmask: v4(255, 0, 0, 0),
      broadcast: '',
      linkSpeed: 1,
    };
    m.state.networkInterface(entry);
    m.state.finishSnapshot();
    assert.equal(m.fd(7, 3).name, '10.0.0.1:1->10.0.0.2:2');
  });
});

describe('apply', () => {
  test('the first event ends the snapshot where nobody else does', () => {
    const m = new TestMachine();
    m.state.thread(threadEntry(7, { ptid: 99 }));
    m.on(7, CLOSE, { res: 0, fd: 1 });
    assert.equal(m.thread(7).ptid, 0);
  });

  test('times', () => {
    const m = new TestMachine();
    const { context } = m;
    const times = () => [
      context.previousTimeLow,
      context.previousTimeHigh,
      context.firstTimeLow,
      context.firstTimeHigh,
    ];
    const words = (time: bigint) => [Number(time & 0xffff_ffffn), Number(time >> 32n)];
    const first = m.time;
    m.on(7, PPME.PPME_PROCINFO_E, {});
    assert.deepEqual(times(), [0, 0, 0, 0], 'a meta event starts no clock');
    const second = m.time;
    m.on(7, CLOSE, {});
    assert.deepEqual(times(), [...words(first), ...words(second)]);
    m.later(10);
    m.on(7, CLOSE, {});
    assert.deepEqual(times(), [...words(second), ...words(second)]);
  });

  test('which thread an event has', () => {
    const m = new TestMachine();
    assert.equal(m.on(7, PPME.PPME_PROCINFO_E, {}).thread, undefined);
    assert.equal(m.on(7, CLOSE, {}).thread?.isInvalid, true);
    assert.equal(m.on(7, PPME.PPME_PROCINFO_E, {}).thread?.tid, 7);
    assert.equal(m.on(7, PPME.PPME_ASYNCEVENT_E, {}).thread, undefined);
    assert.equal(m.on(8, PPME.PPME_PROCEXIT_1_E, {}).thread, undefined);
  });

  test('what is shown', () => {
    const m = new TestMachine();
    m.on(7, CLOSE, {});
    assert.equal(m.isShown, true);
    m.on(7, PPME.PPME_SYSCALL_OPENAT_2_E, {});
    assert.equal(m.isShown, false);
    m.event.stateOnly = true;
    m.on(7, CLOSE, {});
    assert.equal(m.isShown, false);
  });

  test('an event that was recorded without parameters tells nothing', () => {
    const m = withFds(file(3));
    m.on(7, PPME.PPME_SYSCALL_SETSID_X, {});
    const record = m.event.bytes.slice(0, 26);
    const view = new DataView(record.buffer);
    view.setUint32(16, 26, true);
    view.setUint32(22, 0, true);
    m.thread(7).sid = 5;
    m.apply(record);
    assert.equal(m.thread(7).sid, 5);
  });

  test('a further section starts anew', () => {
    const m = withFds(file(3));
    m.on(7, CLOSE, { res: 0, fd: 3 });
    m.state.section();
    assert.deepEqual([m.state.threads.size, m.state.fdBudget.used], [0, 0]);
    m.state.thread(threadEntry(8));
    m.on(8, CLOSE, { res: 0, fd: 3 });
    assert.equal(m.thread(8).comm, 'p8');
    assert.notEqual(m.context.firstTimeHigh, 0);
  });
});

describe('live', () => {
  const probe = (facts: Partial<LiveProbe>): StateOptions => ({
    probe: { readThread: () => undefined, readFd: () => undefined, isAlive: () => true, ...facts },
  });

  test('an unknown thread is looked up', () => {
    const asked: number[] = [];
    const readThread: LiveProbe['readThread'] = (tid) => {
      asked.push(tid);
      return tid === 7 ? { thread: threadEntry(7, { ptid: 1 }), fds: [file(3)] } : undefined;
    };
    const m = new TestMachine(probe({ readThread })).starts(threadEntry(1));
    assert.equal(m.on(7, CLOSE, { res: 0, fd: 3 }).fd?.name, '/f');
    assert.equal(m.thread(7).ptid, 1);
    assert.equal(m.on(8, CLOSE, {}).thread?.isInvalid, true);
    m.on(8, CLOSE, {});
    m.on(9, PPME.PPME_PROCEXIT_1_E, {});
    assert.deepEqual(asked, [7, 8], 'once, and not for a thread that ends');
  });

  test('threads that are idle and gone are purged', () => {
    const isAlive = (_pid: number, tid: number) => tid === 2;
    const m = new TestMachine(probe({ isAlive })).starts(
      threadEntry(1),
      threadEntry(2),
      threadEntry(3),
    );
    m.on(3, CLOSE, {});
    m.on(9, CLOSE, {});
    m.later(250);
    m.on(3, CLOSE, {});
    assert.equal(m.state.threads.size, 4);
    m.later(60);
    m.on(3, CLOSE, {});
    assert.deepEqual(
      [...m.state.threads.values()].map(({ tid }) => tid),
      [2, 3],
    );
    assert.equal(m.state.purged, 2);
  });

  test('a timer purges no more often than is due, and after a clock that was set back', () => {
    const asked: number[] = [];
    const isAlive = (_pid: number, tid: number) => asked.push(tid) > 0;
    const m = new TestMachine(probe({ isAlive })).starts(threadEntry(1));
    m.on(9, CLOSE, {});
    const high = Number(m.time >> 32n);
    const units = (seconds: number) => Math.ceil(seconds / 4.29);
    for (let seconds = 0; seconds < 290; seconds += 10) m.state.purgeIfDue(high + units(seconds));
    assert.deepEqual(asked, []);
    m.state.purgeIfDue(high + units(310));
    assert.deepEqual(asked, [1]);
    m.state.purgeIfDue(high + units(320));
    assert.deepEqual(asked, [1], 'not yet again');
    m.state.purgeIfDue(high - units(86_400));
    assert.deepEqual(asked, [1, 1], 'the clock was set back');
    m.state.purgeIfDue(high - units(86_390));
    assert.deepEqual(asked, [1, 1], 'not yet again');
    m.state.purgeIfDue(high - units(86_090));
    assert.deepEqual(asked, [1, 1, 1]);
    assert.ok(m.state.threads.get(9) === undefined, 'a placeholder goes');
  });

  test('a replay keeps all', () => {
    const m = new TestMachine().starts(threadEntry(1));
    m.on(9, CLOSE, {});
    m.later(1000);
    m.on(9, CLOSE, {});
    assert.equal(m.state.threads.size, 2);
  });
});
