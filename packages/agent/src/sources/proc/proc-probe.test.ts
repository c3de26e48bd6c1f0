import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { FdType } from '@saker/core/events/fd-type.ts';
import { installNodeHost } from '../../host/node-host.ts';
import { BOOT_SECONDS, FakeHost } from './fake-host.cases.ts';
import { startReady } from './live-processes.cases.ts';
import { PROBE_LIMITS, ProcProbe } from './proc-probe.ts';
import { scanMachine } from './proc-scan.ts';
import { ProcTree } from './proc-tree.ts';
import { RecordingSink } from './recording-sink.cases.ts';

before(installNodeHost);

function probeOf(t: TestContext, host: FakeHost, now?: () => number): ProcProbe {
  const tree = new ProcTree({ hostRoot: host.root, hostname: '' });
  t.after(() => tree.close());
  return new ProcProbe(tree, PROBE_LIMITS, now);
}

suite('threads that no event told of', () => {
  test('a main thread comes with its descriptors', (t) => {
    const host = new FakeHost(t);
    host.process(7, { comm: 'x', environ: 'A=1\0', fds: { 1: 'pipe:[5]' } });
    const found = probeOf(t, host).readThread(7);
    assert.equal(found?.thread.comm, 'x');
    assert.equal(found.thread.env, 'A=1');
    assert.deepEqual(found.fds, [{ fd: 1, ino: 5, type: FdType.FIFO, name: 'pipe:[5]' }]);
  });

  test('who is gone, and what is no id', (t) => {
    const host = new FakeHost(t);
    const probe = probeOf(t, host);
    for (const tid of [7, 0, -1]) assert.equal(probe.readThread(tid), undefined);
    assert.equal(probe.readFd(7, 0), undefined);
    assert.equal(probe.counters.gone, 4);
  });

  test('one beside the main thread, which /proc does not list', async (t) => {
    const tree = new ProcTree({ hostname: '' });
    t.after(() => tree.close());
    const sink = new RecordingSink();
    scanMachine(tree, sink);
    const other = [...sink.threads.values()].find(
      ({ pid, tid }) => pid === process.pid && tid !== pid,
    );
    assert.ok(other);
    const found = new ProcProbe(tree).readThread(other.tid);
    assert.deepEqual(found?.fds, []);
    const { pageFaultsMinor: _, vmRssKb: __, ...read } = found.thread;
    const { pageFaultsMinor: ___, vmRssKb: ____, ...scanned } = other;
    assert.deepEqual({ ...read, vmSizeKb: 0 }, { ...scanned, vmSizeKb: 0 });
  });

  test('the start of a pid namespace, by way of its first process', (t) => {
    const host = new FakeHost(t);
    const inside = { pidNamespace: 'pid:[9]' };
    host.process(5, { ...inside, pids: [5, 1], tids: [5, 1], ppid: 1, startTicks: 700 });
    host.process(6, { ...inside, pids: [6, 2], tids: [6, 2], ppid: 5 });
    host.process(7, { ...inside, pids: [7, 3], tids: [7, 3], ppid: 6 });
    const start = BigInt(BOOT_SECONDS) * 1_000_000_000n + 7_000_000_000n;
    assert.equal(probeOf(t, host).readThread(7)?.thread.pidnsInitStart, start);
  });

  test('parents that are each other', (t) => {
    const host = new FakeHost(t);
    const inside = { pidNamespace: 'pid:[9]' };
    host.process(6, { ...inside, pids: [6, 2], tids: [6, 2], ppid: 7 });
    host.process(7, { ...inside, pids: [7, 3], tids: [7, 3], ppid: 6 });
    assert.equal(probeOf(t, host).readThread(7)?.thread.pidnsInitStart, 0);
  });
});

suite('what answers may cost', () => {
  test('beyond the budget nothing is looked for, until time has passed', (t) => {
    const host = new FakeHost(t);
    host.process(7);
    let nowMs = 0;
    // Every look at the clock is 50 ms later: an answer takes 100.
    const probe = probeOf(t, host, () => {
      nowMs += 50;
      return nowMs;
    });
    let found = 0;
    for (let i = 0; i < 20; i++) if (probe.readThread(7) !== undefined) found++;
    assert.ok(found >= 2 && found < 10, `${found} of 20`);
    assert.equal(probe.counters.refused, 20 - found);
    assert.equal(probe.readFd(7, 0), undefined);
    nowMs += 60_000;
    assert.ok(probe.readThread(7));
  });

  test('more descriptors than are looked at', (t) => {
    const host = new FakeHost(t);
    host.process(7, { fds: { 0: 'pipe:[1]', 1: 'pipe:[2]' } });
    const tree = new ProcTree({ hostRoot: host.root, hostname: '' });
    t.after(() => tree.close());
    const probe = new ProcProbe(tree, { ...PROBE_LIMITS, fdsMax: 1 });
    assert.equal(probe.readThread(7)?.fds.length, 1);
    assert.equal(probe.counters.fdsLeftOut, 1);
    const late = new ProcProbe(tree, { ...PROBE_LIMITS, fdsMs: -1 });
    assert.equal(late.readThread(7)?.fds.length, 0);
    assert.equal(late.counters.fdsLeftOut, 2);
  });
});

suite('a descriptor that was handed over', () => {
  test('it is read, and counted', (t) => {
    const host = new FakeHost(t);
    host.process(7, { fds: { 9: 'pipe:[5]' } });
    const probe = probeOf(t, host);
    assert.deepEqual(probe.readFd(7, 9), { fd: 9, ino: 5, type: FdType.FIFO, name: 'pipe:[5]' });
    assert.equal(probe.readFd(7, 8), undefined);
    assert.deepEqual([probe.counters.fds, probe.counters.gone], [1, 1]);
  });
});

suite('whether a thread still runs', () => {
  const HIGH_WORD_S = 2 ** 32 / 1e9;
  const highAt = (uptimeS: number): number => Math.floor((BOOT_SECONDS + uptimeS) / HIGH_WORD_S);

  type Case = readonly [name: string, startS: number, comm: string, seenS: number, alive: boolean];
  const cases: readonly Case[] = [
    ['the same, renamed', 5, 'other', 1000, true],
    ['another one, started later', 2000, 'cmd', 1000, false],
    ['too near to tell by time: the same name', 1000, 'cmd', 1000, true],
    ['too near to tell by time: another name', 1000, 'other', 1000, false],
  ];
  for (const [name, startS, comm, seenS, alive] of cases) {
    test(name, (t) => {
      const host = new FakeHost(t);
      host.process(7, { startTicks: startS * 100 });
      assert.equal(probeOf(t, host).isAlive(7, 7, comm, highAt(seenS)), alive);
    });
  }

  test('a thread whose start was read is known by it, whatever else', (t) => {
    const host = new FakeHost(t);
    host.process(7, { startTicks: 100 });
    const probe = probeOf(t, host);
    probe.noteStart(7, 100);
    assert.equal(probe.isAlive(7, 7, 'other', 0), true);
    rmSync(join(host.root, 'proc/7'), { recursive: true });
    host.process(7, { startTicks: 101 });
    assert.equal(probe.isAlive(7, 7, 'cmd', highAt(99_999)), false);
  });

  test('no such thread, or it belongs to another process', (t) => {
    const host = new FakeHost(t);
    host.process(7);
    host.process(8);
    const probe = probeOf(t, host);
    assert.equal(probe.isAlive(9, 9, 'cmd', highAt(10_000)), false);
    assert.equal(probe.isAlive(7, 8, 'cmd', highAt(10_000)), false);
  });

  test('a real process, before and after its end', async (t) => {
    const tree = new ProcTree({ hostname: '' });
    t.after(() => tree.close());
    const probe = new ProcProbe(tree);
    const { child, pid } = await startReady(t, ['/bin/sh', '-c', 'echo ready; read x']);
    const seenHigh = Math.floor((Date.now() * 1e6) / 2 ** 32);
    assert.equal(probe.isAlive(pid, pid, 'sh', seenHigh), true);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    assert.equal(probe.isAlive(pid, pid, 'sh', seenHigh), false);
  });
});
