import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { suite, type TestContext, test } from 'node:test';
import { fromText } from '@saker/core/base/byte-string.ts';
import {
  PPM_CL_CLONE_FILES,
  PPM_CL_CLONE_THREAD,
  PPM_O_APPEND,
  PPM_O_CLOEXEC,
  PPM_O_WRONLY,
} from '@saker/core/events/constants.gen.ts';
import { FdType, L4 } from '@saker/core/events/fd-type.ts';
import { BOOT_SECONDS, FakeHost } from './fake-host.cases.ts';
import { ProcError } from './proc-error.ts';
import { type ScanOptions, type ScanSummary, scanMachine } from './proc-scan.ts';
import { ProcTree } from './proc-tree.ts';
import { RecordingSink } from './recording-sink.cases.ts';

const BOOT = BigInt(BOOT_SECONDS) * 1_000_000_000n;

function scan(host: FakeHost, options?: ScanOptions): RecordingSink & { summary: ScanSummary } {
  const tree = new ProcTree({ hostRoot: host.root, hostname: 'höst' });
  const sink = new RecordingSink();
  const summary = scanMachine(tree, sink, options);
  tree.close();
  assert.equal(sink.lateThreads, 0, 'threads come before descriptors');
  return Object.assign(sink, { summary });
}

const scanOne = (t: TestContext, fake: Parameters<FakeHost['process']>[1]): RecordingSink => {
  const host = new FakeHost(t);
  host.process(7, fake);
  return scan(host);
};

suite('the machine', () => {
  test('what it is, its users and groups', (t) => {
    const { machineInfo, interfaces, users, groups } = scan(new FakeHost(t));
    assert.equal(machineInfo?.cpuCount, 2);
    assert.equal(machineInfo.bootTime, BOOT);
    assert.equal(machineInfo.pidMax, 4_194_304);
    assert.equal(machineInfo.hostname, fromText('höst'));
    assert.ok(machineInfo.memoryBytes > 0);
    assert.ok(interfaces.some(({ address }) => address === '\x7f\0\0\x01'));
    assert.deepEqual(
      users.map(({ name, uid, home }) => [name, uid, home]),
      [
        ['root', 0, '/root'],
        ['ann', 1000, '/home/ann'],
      ],
    );
    assert.deepEqual(groups, [
      { gid: 0, name: 'root' },
      { gid: 50, name: 'staff' },
    ]);
  });

  test('of users with one number the first one counts', (t) => {
    const host = new FakeHost(t);
    host.write('etc/passwd', 'root:x:0:0::/root:/bin/sh\nevil:x:0:0::/:/bin/sh\nlast:x:5:5::/:');
    const { users } = scan(host);
    assert.deepEqual(
      users.map(({ name }) => name),
      ['root', 'last'],
    );
  });

  test('a HOST_ROOT without the host', () => {
    assert.throws(
      () => new ProcTree({ hostRoot: '/nowhere', hostname: '' }),
      (error) =>
        error instanceof ProcError &&
        error.message.startsWith("Could not read the host's processes from /nowhere/proc: ") &&
        error.message.endsWith(': no such file or directory (ENOENT).') &&
        error.hint.includes('HOST_ROOT is "/nowhere"'),
    );
  });

  test('a /proc that is none', (t) => {
    const host = new FakeHost(t);
    host.write('proc/stat', 'cpu 1\n');
    assert.throws(
      () => new ProcTree({ hostRoot: host.root, hostname: '' }),
      /proc\/stat: it does not say when the machine was started\.$/,
    );
  });
});

suite('processes', () => {
  test('all that is known of one', (t) => {
    const host = new FakeHost(t);
    const exe = host.write('bin/tool', '');
    host.process(7, {
      comm: 'tool',
      ppid: 3,
      uid: 1000,
      gid: 100,
      cmdline: '/bin/tool\0-v\0\0last\0',
      environ: 'A=1\0B=\xff\0',
      exe,
      cwd: '/home/ann',
      loginuid: '1000',
      fdLimit: 'unlimited',
      cgroup: '2:memory:/docker/x\n',
    });
    const thread = scan(host).threads.get(7);
    const { ino, ctimeNs, mtimeNs } = statSync(exe, { bigint: true });
    assert.deepEqual(thread, {
      tid: 7,
      pid: 7,
      ptid: 3,
      sid: 7,
      pgid: 7,
      vtid: 7,
      vpid: 7,
      vpgid: 7,
      uid: 1000,
      gid: 100,
      comm: 'tool',
      exe: '/bin/tool',
      exepath: exe,
      args: '-v\0\0last',
      env: 'A=1\0B=\xff',
      cgroups: 'memory=/docker/x',
      cwd: '/home/ann',
      root: '/',
      fdLimit: -1,
      flags: 0,
      loginuid: 1000,
      vmSizeKb: 400,
      vmRssKb: 40,
      vmSwapKb: 4,
      pageFaultsMajor: 2,
      pageFaultsMinor: 10,
      pidnsInitStart: BOOT,
      tty: 0,
      exeWritable: false,
      exeUpperLayer: false,
      exeLowerLayer: false,
      exeFromMemfd: false,
      capInheritable: 0,
      capPermitted: 3,
      capEffective: 1,
      exeIno: Number(ino),
      exeInoCtime: ctimeNs,
      exeInoMtime: mtimeNs,
    });
  });

  test('threads take from their process what they share', (t) => {
    const host = new FakeHost(t);
    host.process(7, { threads: 2, cmdline: 'x\0y\0', environ: 'A=1\0' });
    host.thread(7, 8, { comm: 'worker', uid: 5, cgroup: '1:cpu:/w\n' });
    const thread = scan(host).threads.get(8);
    assert.ok(thread);
    assert.deepEqual([thread.pid, thread.ptid, thread.vpid], [7, 1, 7]);
    assert.deepEqual([thread.comm, thread.exe, thread.args], ['worker', 'x', 'y']);
    assert.deepEqual([thread.env, thread.cwd], ['', ''], 'of main threads only');
    assert.deepEqual([thread.uid, thread.cgroups], [5, 'cpu=/w']);
    assert.equal(thread.flags, PPM_CL_CLONE_THREAD | PPM_CL_CLONE_FILES);
  });

  test('threads of the kernel, and who has ended, are left out', (t) => {
    const host = new FakeHost(t);
    host.process(2, { comm: 'kthreadd', flags: 0x208040, cmdline: '', exe: '' });
    host.process(3, { state: 'Z', cmdline: '', exe: '', threads: 0 });
    host.process(4, { cmdline: '', exe: '' });
    host.process(5);
    assert.deepEqual([...scan(host).threads.keys()], [5]);
  });

  test('a process without arguments is one, and without an executable that can be seen', (t) => {
    const host = new FakeHost(t);
    host.process(4, { cmdline: '', exe: '/bin/x' });
    host.process(5, { cmdline: 'y\0', exe: '' });
    const { threads } = scan(host);
    assert.deepEqual([threads.get(4)?.exe, threads.get(4)?.exepath], ['', '/bin/x']);
    assert.deepEqual([threads.get(5)?.exe, threads.get(5)?.exepath], ['y', '']);
  });

  test('ids in pid namespaces, and when these began', (t) => {
    const host = new FakeHost(t);
    const inside = { pidNamespace: 'pid:[9]' };
    // The first process has the higher id: pids began anew in between.
    host.process(50, { ...inside, pids: [50, 4, 2], tids: [50, 4, 2], pgids: [49, 3, 1] });
    host.process(60, { ...inside, pids: [60, 3, 1], tids: [60, 3, 1], startTicks: 12_345 });
    const { threads } = scan(host);
    const { vtid, vpid, vpgid, pgid, pidnsInitStart } = threads.get(50) ?? {};
    assert.deepEqual([vtid, vpid, vpgid, pgid], [2, 2, 1, 49]);
    assert.equal(pidnsInitStart, BOOT + 123_450_000_000n);
    assert.equal(threads.get(60)?.pidnsInitStart, pidnsInitStart);
  });

  test('a pid namespace whose first process is not seen', (t) => {
    const fake = { pidNamespace: 'pid:[9]', pids: [7, 2], tids: [7, 2] };
    assert.equal(scanOne(t, fake).threads.get(7)?.pidnsInitStart, 0);
  });

  test('executables: deleted, in memory', (t) => {
    const host = new FakeHost(t);
    host.process(7, { exe: '/bin/x (deleted)' });
    host.process(8, { exe: '/memfd:x (deleted)' });
    const { threads } = scan(host);
    assert.equal(threads.get(7)?.exepath, '/bin/x (deleted)');
    assert.equal(threads.get(7)?.exeFromMemfd, false);
    assert.equal(threads.get(8)?.exeFromMemfd, true);
  });

  test('files that are missing or broken', (t) => {
    const host = new FakeHost(t);
    host.write('proc/7/stat', '7 (x');
    host.write('proc/8/stat', '8 (x) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0\n');
    host.write('proc/notes/stat', '');
    host.process(9);
    assert.deepEqual([...scan(host).threads.keys()], [9]);
  });
});

suite('descriptors', () => {
  test('files, directories, pipes and what has no path', (t) => {
    const host = new FakeHost(t);
    const file = host.write('data/file', 'x');
    const directory = `${host.root}/data`;
    host.process(7, {
      fds: {
        0: [file, 'pos:\t0\nflags:\t02002001\nmnt_id:\t27\nino:\t1\n'],
        1: directory,
        2: 'pipe:[81]',
        3: '/nowhere',
      },
    });
    const { fds } = scan(host);
    const { ino, dev } = statSync(file);
    const found = [...(fds.get(7) ?? [])].toSorted(([a], [b]) => a - b);
    assert.deepEqual(found, [
      [
        0,
        {
          fd: 0,
          ino,
          type: FdType.FILE_V2,
          name: file,
          openFlags: PPM_O_WRONLY | PPM_O_APPEND | PPM_O_CLOEXEC,
          dev,
        },
      ],
      [1, { fd: 1, ino: statSync(directory).ino, type: FdType.DIRECTORY, name: directory }],
      [2, { fd: 2, ino: 81, type: FdType.FIFO, name: 'pipe:[81]' }],
    ]);
  });

  const tail = '00000000:00000000 00:00000000 00000000     0        0';
  const tcp = `  sl  local\n   0: 0100007F:1F90 0100007F:8000 01 ${tail} 91 1 0 20 4 30 10 -1\n`;
  const unix = 'Num Ref\n0000000000000abc: 00000002 00000000 00010000 0001 01 92 /run/x.sock\n';

  test('sockets of the lists of their network namespace', (t) => {
    const host = new FakeHost(t);
    const fds = { 3: 'socket:[91]', 4: 'socket:[92]', 5: 'socket:[93]' };
    host.process(7, { fds, net: { tcp, unix } });
    host.process(8, { fds, netNamespace: 'net:[2]', net: { tcp: '', unix } });
    const sink = scan(host);
    const first = sink.fds.get(7);
    assert.equal(first?.get(3)?.type, FdType.IPV4_SOCK);
    assert.equal(first.get(3)?.transport?.destinationPort, 0x8000);
    assert.equal(first.get(3)?.transport?.l4proto, L4.TCP);
    assert.equal(first.get(4)?.name, '/run/x.sock');
    assert.equal(first.get(4)?.unixSource, 0xabc);
    assert.equal(first.has(5), false);
    assert.deepEqual([...(sink.fds.get(8)?.keys() ?? [])], [4]);
    assert.equal(sink.summary.socketsUnknown, 3);
  });

  test('a path with a line feed cannot pass for another socket', (t) => {
    const forged = '0000000000000001: 00000002 00000000 00010000 0001 01 92 /run/docker.sock';
    const lines = `Num Ref\n0000000000000002: 2 0 1 1 1 90 x\n${forged}\n${unix.slice(8)}`;
    const connected = lines.replace(' 92 /run/docker.sock', ' 91 /run/docker.sock');
    const host = new FakeHost(t);
    const fds = { 3: 'socket:[91]', 4: 'socket:[92]' };
    host.process(7, { fds, net: { tcp, unix: lines } });
    host.process(8, { fds, net: { tcp, unix: connected }, netNamespace: 'net:[2]' });
    const sink = scan(host);
    assert.equal(sink.fdOf(7, 4)?.name, '', 'two paths: neither is believed');
    assert.equal(sink.fdOf(8, 3)?.type, FdType.IPV4_SOCK, 'a connection stays one');
  });

  test('more than may be read of one process', (t) => {
    const host = new FakeHost(t);
    host.process(7, { fds: { 0: 'pipe:[1]', 1: 'pipe:[1]', 2: 'pipe:[1]', 10: 'pipe:[2]' } });
    const { fds, summary } = scan(host, { fdsPerProcessMax: 3 });
    assert.equal(fds.get(7)?.size, 3);
    assert.equal(summary.fdsLeftOut, 1);
  });
});
