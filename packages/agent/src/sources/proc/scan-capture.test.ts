/** A scan as a capture: what this reader and another one make of it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { encodeEvent } from '@saker/core/events/encode.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { EventView } from '@saker/core/events/event-view.ts';
import type { SnapshotSink } from '@saker/core/events/snapshot.ts';
import { ScapReader } from '@saker/core/scap/scap-reader.ts';
import { ScapWriter } from '@saker/core/scap/scap-writer.ts';
import { SystemState } from '@saker/core/state/system-state.ts';
import { installNodeHost } from '../../host/node-host.ts';
import { call, closeFd, pipe, startReady } from './live-processes.cases.ts';
import { scanMachine } from './proc-scan.ts';
import { ProcTree } from './proc-tree.ts';
import { RecordingSink } from './recording-sink.cases.ts';

const hasSysdig = spawnSync('sysdig', ['--version']).status === 0;
const NS_PER_MS = 1_000_000n;

before(installNodeHost);

/** Tells several sinks the same. */
function both(a: SnapshotSink, b: SnapshotSink): SnapshotSink {
  const tell =
    <Args extends readonly unknown[]>(
      first: (...args: Args) => void,
      second: (...args: Args) => void,
    ) =>
    (...args: Args): void => {
      first(...args);
      second(...args);
    };
  return {
    machine: tell(a.machine.bind(a), b.machine.bind(b)),
    networkInterface: tell(a.networkInterface.bind(a), b.networkInterface.bind(b)),
    user: tell(a.user.bind(a), b.user.bind(b)),
    group: tell(a.group.bind(a), b.group.bind(b)),
    thread: tell(a.thread.bind(a), b.thread.bind(b)),
    fd: tell(a.fd.bind(a), b.fd.bind(b)),
  };
}

interface Capture {
  readonly scanned: RecordingSink;
  readonly bytes: Buffer;
}

function record(): Capture {
  const pieces: Buffer[] = [];
  const writer = new ScapWriter((bytes) => pieces.push(Buffer.from(bytes)));
  const scanned = new RecordingSink();
  const tree = new ProcTree({ hostname: 'scanned' });
  scanMachine(tree, both(scanned, writer));
  tree.close();
  writer.flush();
  return { scanned, bytes: Buffer.concat(pieces) };
}

/**
 * In the form that sysdig 0.29 understands, with one event for each descriptor: the beginning of a
 * read, as kernels told it then.
 */
function recordForSysdig(reads: readonly (readonly [tid: number, fd: number])[]): Buffer {
  const pieces: Buffer[] = [];
  const format = 'sysdig-0.29';
  const writer = new ScapWriter((bytes) => pieces.push(Buffer.from(bytes)), { format });
  const tree = new ProcTree({ hostname: 'scanned' });
  scanMachine(tree, writer);
  tree.close();
  const time = BigInt(Date.now()) * NS_PER_MS;
  for (const [tid, fd] of reads) {
    const event = encodeEvent(PPME.PPME_SYSCALL_READ_E, { time, tid }, [fd, 1]);
    writer.record(event, { cpu: 0, stateOnly: false });
  }
  writer.flush();
  return Buffer.concat(pieces);
}

function replay(bytes: Uint8Array, event: EventView, sink: SnapshotSink): void {
  const reader = new ScapReader(event, sink);
  for (let fed = 0; ; ) {
    const step = reader.next();
    if (step === 'end') return;
    if (step === 'event') continue;
    if (fed === bytes.length) reader.end();
    else fed += reader.feed(bytes.subarray(fed));
  }
}

suite('a scan as a capture', () => {
  test('it is read as it was written', () => {
    const { scanned, bytes } = record();
    const read = new RecordingSink();
    replay(bytes, new EventView(), read);
    assert.deepEqual(read.machineInfo, scanned.machineInfo);
    assert.deepEqual(read.interfaces, scanned.interfaces);
    assert.deepEqual(read.users, scanned.users);
    assert.deepEqual(read.groups, scanned.groups);
    assert.deepEqual([...read.threads.keys()], [...scanned.threads.keys()]);
    assert.deepEqual(read.threads.get(process.pid), scanned.threads.get(process.pid));
    assert.deepEqual(read.fds.get(process.pid), scanned.fds.get(process.pid));
  });

  test('state knows this process, its parent and its descriptors', async (t) => {
    const { pid } = await startReady(t, ['/bin/sh', '-c', 'echo ready; read x']);
    const { bytes } = record();
    const event = new EventView();
    const state = new SystemState(event);
    replay(bytes, event, state);
    state.finishSnapshot();
    const child = state.threads.get(pid);
    assert.ok(child);
    assert.equal(child.cmdline, 'sh -c echo ready; read x');
    assert.equal(state.threads.parentOf(child)?.tid, process.pid);
    assert.equal(state.threads.get(process.pid)?.cwd, `${process.cwd()}/`);
    assert.equal(state.users.user('', 0)?.name, 'root');
    assert.ok((child.fds?.size ?? 0) >= 3);
  });
});

suite("Debian's sysdig", { skip: hasSysdig ? false : 'sysdig is not installed' }, () => {
  test('it reads processes, users and descriptors', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'saker-capture-'));
    const file = openSync('/etc/passwd', 'r');
    const ends = pipe();
    const eventfd = call('eventfd2', 0, 0);
    const server = createServer().listen(0, '127.0.0.1');
    t.after(() => {
      closeSync(file);
      for (const fd of [...ends, eventfd]) closeFd(fd);
      server.close();
      rmSync(directory, { recursive: true });
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { pid } = await startReady(t, ['/bin/sh', '-c', 'echo ready; read x'], { uid: 1 });
    const own = [file, ends[0], eventfd, listeningFd(port)];
    const path = join(directory, 'scan.scap');
    writeFileSync(
      path,
      recordForSysdig([...own.map((fd) => [process.pid, fd] as const), [pid, 0]]),
    );
    const fields = ['fd.type', 'fd.name', 'proc.exepath', 'user.name', 'proc.pname', 'proc.cwd'];
    const format = fields.map((field) => `%${field}`).join('|');
    const { stdout, stderr } = spawnSync('sysdig', ['-r', path, '-p', format], {
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    const self = `${process.execPath}|root|`;
    const lines = stdout.trim().split('\n');
    const before = lines.slice(0, -1).map((line) => line.slice(0, line.indexOf('|root|') + 6));
    assert.deepEqual(before, [
      `file|/etc/passwd|${self}`,
      `pipe|pipe:[${fstatSync(ends[0]).ino}]|${self}`,
      `event||${self}`,
      `ipv4|127.0.0.1:${port}|${self}`,
    ]);
    const comm = readFileSync('/proc/self/comm', 'utf8').trim();
    const shell = realpathSync('/bin/sh');
    assert.equal(lines.at(-1), `unix||${shell}|daemon|${comm}|${process.cwd()}/`);
  });
});

/** The descriptor in this process of the server that listens on a port. */
function listeningFd(port: number): number {
  const sink = new RecordingSink();
  const tree = new ProcTree({ hostname: '' });
  scanMachine(tree, sink);
  tree.close();
  const fds = [...(sink.fds.get(process.pid)?.values() ?? [])];
  return fds.find(({ transport }) => transport?.sourcePort === port)?.fd ?? -1;
}
