/** What the scan tells of this machine's own /proc, about processes that the test starts. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { parseIpv4, parseIpv6 } from '@saker/core/base/address-text.ts';
import * as PPM from '@saker/core/events/constants.gen.ts';
import { FdType, L4 } from '@saker/core/events/fd-type.ts';
import { installNodeHost } from '../../host/node-host.ts';
import {
  boundNetlink,
  bpfMap,
  call,
  closeFd,
  ioUring,
  memfdCreate,
  pipe,
  signalfd,
  socket,
  startReady,
} from './live-processes.cases.ts';
import { scanMachine } from './proc-scan.ts';
import { ProcTree } from './proc-tree.ts';
import { RecordingSink } from './recording-sink.cases.ts';

const isRoot = process.getuid?.() === 0;
const skip = isRoot ? false : 'only root may look at other processes';

function scan(): RecordingSink {
  const tree = new ProcTree({ hostname: 'test' });
  const sink = new RecordingSink();
  scanMachine(tree, sink);
  tree.close();
  return sink;
}

function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'saker-proc-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

before(installNodeHost);

suite('descriptors of this process', () => {
  test('kinds without a path', (t) => {
    const made: readonly (readonly [name: string, fd: number, type: FdType])[] = [
      ['eventfd', call('eventfd2', 0, 0), FdType.EVENT],
      ['timerfd', call('timerfd_create', 1, 0), FdType.TIMERFD],
      ['inotify', call('inotify_init1', 0), FdType.INOTIFY],
      ['epoll', call('epoll_create1', 0), FdType.EVENTPOLL],
      ['pidfd', call('pidfd_open', process.pid, 0), FdType.PIDFD],
      ['signalfd', signalfd(-1, new Uint8Array(128), 0), FdType.SIGNALFD],
      ['memfd', memfdCreate('saker test', 0), FdType.MEMFD],
      ['io_uring', ioUring(), FdType.IOURING],
      ['bpf', isRoot ? bpfMap() : -1, FdType.BPF],
      ['userfaultfd', isRoot ? call('userfaultfd', 0) : -1, FdType.USERFAULTFD],
    ];
    t.after(() => made.map(([, fd]) => closeFd(fd)));
    const fds = scan().fds.get(process.pid);
    for (const [name, fd, type] of made) {
      if (fd < 0) {
        t.diagnostic(`no ${name} can be made here`);
        continue;
      }
      assert.equal(fds?.get(fd)?.type, type, name);
      assert.equal(fds?.get(fd)?.ino, fstatSync(fd).ino, name);
    }
    const nameOf = (name: string) =>
      fds?.get(made.find(([made]) => made === name)?.[1] ?? -1)?.name;
    assert.equal(nameOf('memfd'), '/memfd:saker test (deleted)');
    assert.equal(nameOf('eventfd'), '');
  });

  test('pipes, with and without a name', (t) => {
    const ends = pipe();
    const path = join(temporaryDirectory(t), 'fifo');
    spawnSync('mkfifo', [path]);
    const fifo = openSync(path, 'r+');
    t.after(() => [...ends, fifo].map((fd) => closeFd(fd)));
    const fds = scan().fds.get(process.pid);
    for (const end of ends) {
      const { ino } = fstatSync(end);
      const expected = { fd: end, ino, type: FdType.FIFO, name: `pipe:[${ino}]` };
      assert.deepEqual(fds?.get(end), expected);
    }
    const { ino } = statSync(path);
    assert.deepEqual(fds?.get(fifo), { fd: fifo, ino, type: FdType.FIFO, name: path });
  });

  test('files and directories', (t) => {
    const directory = temporaryDirectory(t);
    const path = join(directory, 'file');
    const { O_CREAT, O_WRONLY, O_APPEND, O_SYNC } = constants;
    const file = openSync(path, O_CREAT | O_WRONLY | O_APPEND | O_SYNC);
    const opened = openSync(directory, 'r');
    const tty = openSync('/dev/null', 'r');
    t.after(() => [file, opened, tty].map((fd) => closeSync(fd)));
    rmSync(path);
    const fds = scan().fds.get(process.pid);
    const { ino, dev } = fstatSync(file);
    assert.deepEqual(fds?.get(file), {
      fd: file,
      ino,
      type: FdType.FILE_V2,
      name: `${path} (deleted)`,
      openFlags:
        PPM.PPM_O_WRONLY |
        PPM.PPM_O_APPEND |
        PPM.PPM_O_SYNC |
        PPM.PPM_O_DSYNC |
        PPM.PPM_O_CLOEXEC |
        PPM.PPM_O_LARGEFILE,
      dev,
    });
    const { ino: directoryIno } = statSync(directory);
    const expected = { fd: opened, ino: directoryIno, type: FdType.DIRECTORY, name: directory };
    assert.deepEqual(fds.get(opened), expected);
    assert.equal(fds.get(tty)?.type, FdType.FILE_V2);
    assert.equal(fds.get(tty)?.name, '/dev/null');
  });

  test('TCP: listening, connecting and accepted', async (t) => {
    for (const [host, parse] of [
      ['127.0.0.1', parseIpv4],
      ['::1', parseIpv6],
    ] as const) {
      const server = createServer().listen(0, host);
      t.after(() => server.close());
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const client = connect(port, host);
      t.after(() => client.destroy());
      await Promise.all([once(server, 'connection'), once(client, 'connect')]);
      const { localPort = 0 } = client;
      const isV4 = host === '127.0.0.1';
      const ends = [...(scan().fds.get(process.pid)?.values() ?? [])].flatMap(
        ({ type, transport }) => (transport === undefined ? [] : [{ type, ...transport }]),
      );
      const address = parse(host);
      const zero = '\0'.repeat(address?.length ?? 0);
      const listening = isV4 ? FdType.IPV4_SERVSOCK : FdType.IPV6_SERVSOCK;
      const connected = isV4 ? FdType.IPV4_SOCK : FdType.IPV6_SOCK;
      const end = (type: FdType, ports: readonly [number, number], to: string | undefined) => ({
        type,
        sourceAddress: address,
        sourcePort: ports[0],
        destinationAddress: to,
        destinationPort: ports[1],
        l4proto: L4.TCP,
      });
      for (const expected of [
        end(listening, [port, 0], zero),
        end(connected, [localPort, port], address),
        end(connected, [port, localPort], address),
      ]) {
        const found = ends.find(
          ({ type, sourcePort }) => type === expected.type && sourcePort === expected.sourcePort,
        );
        assert.deepEqual(found, expected, host);
      }
    }
  });

  test('UDP, unix, netlink and raw', async (t) => {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const unixPath = join(temporaryDirectory(t), 'a.sock');
    const unix: Server = createServer().listen(unixPath);
    await once(unix, 'listening');
    const SOCK_RAW = 3;
    const IPPROTO_ICMP = 1;
    const netlink = boundNetlink();
    const raw = isRoot ? socket(2, SOCK_RAW, IPPROTO_ICMP) : -1;
    t.after(() => {
      udp.close();
      unix.close();
      closeFd(netlink);
      closeFd(raw);
    });
    const fds = [...(scan().fds.get(process.pid)?.values() ?? [])];
    const bound = fds.find(({ transport }) => transport?.sourcePort === udp.address().port);
    assert.equal(bound?.type, FdType.IPV4_SERVSOCK);
    assert.equal(bound.transport?.l4proto, L4.UDP);
    assert.ok(fds.some(({ type, name }) => type === FdType.UNIX_SOCK && name === unixPath));
    assert.equal(fds.find(({ fd }) => fd === netlink)?.type, FdType.NETLINK);
    if (isRoot) {
      const found = fds.find(({ fd }) => fd === raw)?.transport;
      assert.deepEqual([found?.l4proto, found?.sourcePort], [L4.RAW, IPPROTO_ICMP]);
    }
  });
});

suite('processes', { skip }, () => {
  test('another user, directory, environment and limit', async (t) => {
    const script = 'ulimit -n 77; echo ready; read x';
    const { pid } = await startReady(t, ['/bin/sh', '-c', script, 'a b', ''], {
      uid: 65_534,
      gid: 65_533,
      cwd: '/usr',
      env: { MARK: 'ä', EMPTY: '' },
    });
    const thread = scan().threads.get(pid);
    assert.ok(thread);
    assert.deepEqual([thread.uid, thread.gid], [65_534, 65_533]);
    assert.deepEqual([thread.cwd, thread.fdLimit], ['/usr', 77]);
    assert.ok(thread.env.split('\0').includes('MARK=\xc3\xa4'));
    assert.deepEqual([thread.exe, thread.args], ['/bin/sh', `-c\0${script}\0a b\0`]);
    assert.equal(thread.ptid, process.pid);
    assert.deepEqual([thread.vtid, thread.vpid], [pid, pid]);
    assert.equal(thread.exeWritable, false);
    assert.equal(thread.capEffective, 0);
    assert.equal(thread.exeIno, statSync('/bin/sh').ino);
  });

  test('an executable that is gone, and one that its user may write to', async (t) => {
    const directory = temporaryDirectory(t);
    const path = join(directory, 'copy');
    copyFileSync('/bin/sh', path);
    chmodSync(path, 0o777);
    chmodSync(directory, 0o755);
    const user = { uid: 65_534, gid: 65_534 };
    const { pid } = await startReady(t, [path, '-c', 'echo ready; read x'], user);
    const { mtimeNs, ino } = statSync(path, { bigint: true });
    rmSync(path);
    const thread = scan().threads.get(pid);
    assert.equal(thread?.exepath, `${path} (deleted)`);
    assert.equal(thread.exeWritable, true);
    assert.equal(thread.exeInoMtime, mtimeNs);
    assert.equal(thread.exeIno, Number(ino));
  });

  test('threads, one with descriptors of its own', async (t) => {
    const worker = new Worker(new URL('./unshared-thread.cases.ts', import.meta.url));
    t.after(() => worker.terminate());
    const [{ tid, fd }] = (await once(worker, 'message')) as [{ tid: number; fd: number }];
    const sink = scan();
    const thread = sink.threads.get(tid);
    assert.equal(thread?.pid, process.pid);
    assert.equal(thread.flags, PPM.PPM_CL_CLONE_THREAD);
    assert.equal(thread.exe, sink.threads.get(process.pid)?.exe);
    assert.equal(sink.fdOf(tid, fd)?.name, '/memfd:of the thread (deleted)');
    assert.notEqual(sink.fdOf(process.pid, fd)?.name, '/memfd:of the thread (deleted)');
    const others = [...sink.threads.values()].filter(
      ({ pid, tid: other }) => pid === process.pid && other !== pid && other !== tid,
    );
    assert.ok(others.length > 0);
    const shared = PPM.PPM_CL_CLONE_THREAD | PPM.PPM_CL_CLONE_FILES;
    for (const { flags } of others) assert.equal(flags, shared);
  });

  test('a main thread that has ended before the others', async (t) => {
    const script = new URL('./ended-main-thread.cases.ts', import.meta.url).pathname;
    const { pid } = await startReady(t, [process.execPath, script]);
    await untilZombie(pid);
    const { threads, fds } = scan();
    const thread = threads.get(pid);
    assert.equal(thread?.exe, process.execPath);
    assert.ok(thread.args.endsWith('ended-main-thread.cases.ts'));
    assert.equal(thread.exeIno, statSync(process.execPath).ino);
    assert.ok((fds.get(pid)?.size ?? 0) > 3);
    assert.ok([...threads.values()].some((other) => other.pid === pid && other.tid !== pid));
  });

  test('a pid namespace of its own', async (t) => {
    const inside = 'echo ready; read x; true';
    const command = ['unshare', '--pid', '--fork', '--mount-proc', '/bin/sh', '-c', inside];
    const { pid } = await startReady(t, command);
    const { threads, machineInfo } = scan();
    const init = [...threads.values()].find(({ ptid }) => ptid === pid);
    assert.ok(init);
    assert.deepEqual([init.vtid, init.vpid], [1, 1]);
    assert.notEqual(init.tid, 1);
    const start = Number(BigInt(init.pidnsInitStart) / 1_000_000n);
    assert.ok(Math.abs(start - Date.now()) < 30_000, 'it began just now');
    assert.equal(threads.get(process.pid)?.pidnsInitStart, machineInfo?.bootTime);
  });

  test('layers of an overlay', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'saker-overlay-'));
    t.after(() => {
      spawnSync('umount', ['-l', join(directory, 'all')]);
      spawnSync('umount', ['-l', directory]);
      rmSync(directory, { recursive: true });
    });
    // Where this process sees the layers too, as it does those of containers.
    const script = [
      `mount -t tmpfs none ${directory} && cd ${directory} && mkdir low up work all`,
      'cp /bin/sleep low/old && cp /bin/sleep low/changed',
      `mount -t overlay none -o lowerdir=$PWD/low,upperdir=$PWD/up,workdir=$PWD/work all`,
      'cp /bin/sleep all/new && cp /bin/sleep all/gone && touch all/changed',
      '{ for name in old changed new gone; do all/$name 60 & done; sleep 0.3; }',
      'rm all/gone && echo ready; wait',
    ].join(' && ');
    const { pid, line } = await startReady(t, ['/bin/sh', '-c', `${script} || echo failed`]);
    if (line !== 'ready') return t.skip('no overlay can be mounted here');
    const children = [...scan().threads.values()].filter(({ ptid }) => ptid === pid);
    for (const { tid } of children) process.kill(tid, 'SIGKILL');
    assert.deepEqual(
      children.map(({ comm, exeUpperLayer, exeLowerLayer }) => [
        comm,
        exeUpperLayer ? 'upper' : exeLowerLayer && 'lower',
      ]),
      [
        ['old', 'lower'],
        ['changed', 'upper'],
        ['new', 'upper'],
        ['gone', 'upper'],
      ],
    );
  });
});

async function untilZombie(pid: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { stdout } = spawnSync('cat', [`/proc/${pid}/stat`], { encoding: 'latin1' });
    if (/\) Z /.test(stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`the main thread of ${pid} did not end`);
}
