import assert from 'node:assert/strict';
import test from 'node:test';
import { PPM_CL_CLONE_FILES } from '../events/constants.gen.ts';
import { PPME } from '../events/event-codes.gen.ts';
import { FdType } from '../events/fd-type.ts';
import { FdInfo } from '../state/fd-info.ts';
import { FdTable } from '../state/fd-table.ts';
import type { ThreadInfo } from '../state/thread-info.ts';
import type { Value } from './field.ts';
import { ANCESTORS_MAX } from './lineage.ts';
import { processFields } from './process.ts';
import {
  candidatesOf,
  closeEvent,
  find,
  makeEvent,
  Scene,
  type ThreadTraits,
  valueOf,
} from './scene.cases.ts';

/** init, a login, its shell, a script and what that runs, with a second thread. */
function login() {
  const scene = new Scene();
  scene.process(1, { comm: 'systemd', exe: '/sbin/init', exepath: '/usr/lib/systemd/systemd' });
  scene.process(10, {
    comm: 'sshd',
    exe: 'sshd: lab',
    exepath: '/usr/sbin/sshd',
    ptid: 1,
    sid: 10,
  });
  scene.process(20, {
    comm: 'bash',
    exe: '-bash',
    exepath: '/usr/bin/bash',
    ptid: 10,
    sid: 20,
    env: ['HOME=/home/lab', 'SHELL=/bin/bash'],
  });
  scene.process(30, {
    comm: 'run.sh',
    exe: '/bin/sh',
    exepath: '/usr/bin/dash',
    args: ['/srv/run.sh', '-x', ''],
    ptid: 20,
    sid: 20,
    env: ['TOKEN=', 'TOKEN=  a b ', 'BLANK=  '],
  });
  const main = scene.process(40, {
    comm: 'curl',
    exe: 'curl',
    exepath: '/usr/bin/curl',
    args: ['-s', 'http://x/'],
    env: ['PATH=/bin', 'TOKENS=no', 'EMPTY=', 'PATH=/usr/bin'],
    cwd: '/srv/',
    ptid: 30,
    sid: 20,
    vpgid: 40,
    pgid: 40,
  });
  const second = scene.thread(41, { ...identityOf(main), pid: 40, ptid: 30, vtid: 41, vpid: 40 });
  return { scene, main, second };
}

function identityOf({ comm, exe, exepath, sid, vpgid, pgid }: ThreadInfo): ThreadTraits {
  return { comm, exe, exepath, sid, vpgid, pgid, args: ['worker'] };
}

test('names, command lines and ids of a process, its parent, its ancestors', () => {
  const { scene, main, second } = login();
  const script = '/srv/run.sh -x ';
  const cases: readonly (readonly [string, Value | undefined, second?: Value])[] = [
    ['proc.exe', 'curl'],
    ['proc.pexe', '/bin/sh'],
    ['proc.aexe', '/bin/sh -bash sshd: lab /sbin/init'],
    ['proc.aexe[3]', 'sshd: lab'],
    ['proc.exepath', '/usr/bin/curl'],
    ['proc.pexepath', '/usr/bin/dash'],
    ['proc.aexepath[2]', '/usr/bin/bash'],
    ['proc.name', 'curl'],
    ['proc.pname', 'run.sh'],
    ['proc.aname', 'run.sh bash sshd systemd'],
    ['proc.aname[0]', 'curl'],
    ['proc.aname[4]', 'systemd'],
    ['proc.aname[5]', undefined],
    ['proc.aname[999999999]', undefined],
    ['proc.args', '-s http://x/', 'worker'],
    ['proc.args[0]', '-s', 'worker'],
    ['proc.args[1]', 'http://x/', ''],
    ['proc.args[2]', ''],
    ['proc.aargs', `${script}   `],
    ['proc.aargs[1]', script],
    ['proc.aargs[2]', ''],
    ['proc.aargs[5]', undefined],
    ['proc.cmdline', 'curl -s http://x/', 'curl worker'],
    ['proc.pcmdline', `run.sh ${script}`],
    ['proc.acmdline', `run.sh ${script} bash sshd systemd`],
    ['proc.acmdline[2]', 'bash'],
    ['proc.cmdnargs', 2, 1],
    ['proc.cmdlenargs', 11, 6],
    ['proc.exeline', 'curl -s http://x/', 'curl worker'],
    ['proc.cwd', '/srv/'],
    ['proc.loginshellid', 20],
    ['proc.tty', 0],
    ['proc.pid', 40],
    ['proc.ppid', 30],
    ['proc.apid', 40],
    ['proc.apid[1]', 30],
    ['proc.apid[9]', undefined],
    ['proc.vpid', 40],
    ['proc.pvpid', 30],
    ['proc.sid', 20],
    ['proc.sname', 'bash'],
    ['proc.sid.exe', '-bash'],
    ['proc.sid.exepath', '/usr/bin/bash'],
    ['proc.vpgid', 40],
    ['proc.vpgid.name', 'curl'],
    ['proc.pgid', 40],
    ['proc.pgid.exe', 'curl'],
    ['proc.pgid.exepath', '/usr/bin/curl'],
    ['proc.is_sid_leader', false],
    ['proc.is_vpgid_leader', true],
    ['proc.is_pgid_leader', true],
    ['thread.tid', 40, 41],
    ['thread.ismain', true, false],
    ['thread.vtid', 40, 41],
    ['thread.nametid', 'curl40', 'curl41'],
    ['proc.nthreads', 2],
    ['proc.nchilds', 1],
  ];
  for (const [written, wanted, ofSecond = wanted] of cases) {
    assert.deepEqual(valueOf(processFields, written, scene.on(main)), wanted, written);
    assert.deepEqual(valueOf(processFields, written, scene.on(second)), ofSecond, `${written} 41`);
  }
});

test('proc.exeline keeps its blank without arguments, proc.cmdline has none', () => {
  const { scene } = login();
  const bash = scene.on(scene.state.threads.get(20));
  assert.equal(valueOf(processFields, 'proc.exeline', bash), '-bash ');
  assert.equal(valueOf(processFields, 'proc.cmdline', bash), 'bash');
  assert.equal(valueOf(processFields, 'proc.cmdnargs', bash), 0);
  assert.equal(valueOf(processFields, 'proc.cmdlenargs', bash), 0);
  assert.equal(valueOf(processFields, 'proc.args', bash), '');
});

test('command lines follow a change of name or arguments', () => {
  const { scene, main } = login();
  const context = scene.on(main);
  assert.equal(valueOf(processFields, 'proc.cmdline', context), 'curl -s http://x/');
  main.comm = 'wget';
  assert.equal(valueOf(processFields, 'proc.cmdline', context), 'wget -s http://x/');
  main.args = '-q';
  assert.equal(valueOf(processFields, 'proc.args', context), '-q');
  assert.equal(valueOf(processFields, 'proc.cmdline', context), 'wget -q');
  main.args = '';
  assert.equal(valueOf(processFields, 'proc.cmdline', context), 'wget');
});

test('environment: whole, by name, of ancestors', () => {
  const { scene, main, second } = login();
  const whole = 'PATH=/bin TOKENS=no EMPTY= PATH=/usr/bin';
  const cases: readonly (readonly [string, Value | undefined])[] = [
    ['proc.env', whole],
    ['proc.env[]', whole],
    ['proc.env[0]', whole],
    ['proc.env[17]', whole],
    ['proc.env[PATH]', '/bin'],
    ['proc.env[TOKEN]', ''],
    ['proc.env[EMPTY]', ''],
    ['proc.env[AT]', ''],
    ['proc.env[HOME]', ''],
    ['proc.aenv', whole],
    ['proc.aenv[0]', whole],
    ['proc.aenv[1]', 'TOKEN= TOKEN=  a b  BLANK=  '],
    ['proc.aenv[2]', 'HOME=/home/lab SHELL=/bin/bash'],
    ['proc.aenv[3]', ''],
    ['proc.aenv[5]', undefined],
    ['proc.aenv[HOME]', '/home/lab'],
    ['proc.aenv[TOKEN]', 'a b'],
    ['proc.aenv[BLANK]', ''],
    ['proc.aenv[PATH]', ''],
  ];
  for (const [written, wanted] of cases) {
    assert.equal(valueOf(processFields, written, scene.on(main)), wanted, written);
    assert.equal(valueOf(processFields, written, scene.on(second)), wanted, `${written} 41`);
  }
});

test('conditions on ancestors look at each of them', () => {
  const { scene, second } = login();
  const context = scene.on(second);
  const candidates = (written: string) => candidatesOf(processFields, written, context);
  assert.deepEqual(candidates('proc.aname'), ['run.sh', 'bash', 'sshd', 'systemd']);
  assert.deepEqual(candidates('proc.apid'), [30, 20, 10, 1]);
  assert.deepEqual(candidates('proc.aargs'), ['/srv/run.sh -x ', '', '', '']);
  assert.deepEqual(candidates('proc.acmdline[2]'), 'bash');
  assert.deepEqual(candidates('proc.aenv'), [
    'TOKEN= TOKEN=  a b  BLANK=  ',
    'HOME=/home/lab SHELL=/bin/bash',
    '',
    '',
  ]);
  assert.deepEqual(candidates('proc.aenv[HOME]'), '/home/lab');
  const orphan = scene.on(scene.state.threads.get(1));
  assert.equal(candidatesOf(processFields, 'proc.aname', orphan), undefined);
  assert.equal(candidatesOf(processFields, 'proc.aenv', orphan), undefined);
  assert.equal(find(processFields, 'proc.aname')[0].quantifier, 'some');
});

test('the list of proc.args is there for transformers', () => {
  const { scene, main } = login();
  const [field] = find(processFields, 'proc.args');
  assert.deepEqual(field.elements?.(scene.on(main)), ['-s', 'http://x/']);
  assert.equal(field.elements?.(scene.on(undefined)), undefined);
});

test('arguments that are no level are refused', () => {
  for (const written of ['proc.aname[x]', 'proc.aname[-1]', 'proc.aname[]', 'proc.args[1.5]']) {
    const [field, argument] = find(processFields, written);
    assert.match(String(field.bind(argument)), /must be a number/, written);
  }
});

test('a placeholder has its own defaults and no relatives', () => {
  const scene = new Scene();
  const context = scene.on(scene.thread(77));
  const cases: readonly (readonly [string, Value | undefined])[] = [
    ['proc.name', '<NA>'],
    ['proc.exe', '<NA>'],
    ['proc.exepath', ''],
    ['proc.cmdline', '<NA>'],
    ['proc.pname', undefined],
    ['proc.aname', undefined],
    ['proc.aname[0]', undefined],
    ['proc.pid', -1],
    ['proc.ppid', undefined],
    ['proc.apid', undefined],
    ['proc.vpid', undefined],
    ['proc.pvpid', undefined],
    ['proc.sid', -1],
    ['proc.sname', ''],
    ['proc.cwd', './'],
    ['proc.env', ''],
    ['proc.aenv[HOME]', ''],
    ['proc.aenv[1]', ''],
    ['proc.loginshellid', undefined],
    ['proc.nthreads', 0],
    ['proc.nchilds', 0],
    ['proc.fdopencount', 0],
    ['proc.fdlimit', 0],
    ['proc.fdusage', 0],
    ['proc.is_sid_leader', true],
    ['proc.pid.ts', undefined],
    ['proc.ppid.ts', undefined],
    ['thread.tid', 77],
    ['thread.vtid', undefined],
    ['thread.ismain', false],
    ['thread.cgroups', undefined],
    ['thread.cgroup.cpu', undefined],
    ['thread.cap_effective', ''],
    ['thread.exectime', 0],
    ['thread.totexectime', 0],
    ['thread.vmsize', 0],
  ];
  for (const [written, wanted] of cases) {
    assert.deepEqual(valueOf(processFields, written, context), wanted, written);
  }
});

test('without a thread only thread.tid and thread.exectime have a value', () => {
  const scene = new Scene();
  const event = closeEvent();
  event.tid = 5;
  const context = scene.on(undefined, event);
  for (const { name } of processFields) {
    const written = name === 'thread.cgroup' ? 'thread.cgroup.cpu' : name;
    const wanted = { 'thread.tid': 5, 'thread.exectime': 0 }[name];
    assert.equal(valueOf(processFields, written, context), wanted, written);
  }
});

test('ids of sources without host pids are not shown', () => {
  const scene = new Scene();
  const context = scene.on(scene.process(2 ** 40));
  for (const name of ['proc.pid', 'proc.apid', 'thread.tid']) {
    assert.equal(valueOf(processFields, name, context), undefined, name);
  }
});

test('leaders inside a pid namespace are found among the ancestors', () => {
  const scene = new Scene();
  const inside = { sid: 1, vpgid: 7, pgid: 501 };
  scene.process(1, { comm: 'systemd', sid: 1, vpgid: 1, pgid: 1 });
  scene.process(400, { comm: 'shim', ptid: 1, sid: 400, vpgid: 400, pgid: 400 });
  scene.process(500, { comm: 'init', ptid: 400, vtid: 1, vpid: 1, ...inside, vpgid: 1 });
  scene.process(501, { comm: 'sh', exe: '-sh', ptid: 500, vtid: 7, vpid: 7, ...inside });
  const worker = scene.process(502, { comm: 'ls', ptid: 501, vtid: 8, vpid: 8, ...inside });
  const context = scene.on(worker);
  assert.equal(valueOf(processFields, 'proc.sname', context), 'init');
  assert.equal(valueOf(processFields, 'proc.vpgid.name', context), 'sh');
  assert.equal(valueOf(processFields, 'proc.vpgid.exe', context), '-sh');
  assert.equal(valueOf(processFields, 'proc.pgid.name', context), 'sh');
  assert.equal(valueOf(processFields, 'proc.is_sid_leader', context), false);
  // The leader of the group itself has no ancestor in it.
  const leader = scene.on(scene.state.threads.get(501));
  assert.equal(valueOf(processFields, 'proc.vpgid.name', leader), '');
  assert.equal(valueOf(processFields, 'proc.is_vpgid_leader', leader), true);
});

test('a leader that is gone: the oldest ancestor in the same session', () => {
  const scene = new Scene();
  scene.process(10, { comm: 'old', sid: 99 });
  scene.process(11, { comm: 'other', sid: 98, ptid: 10 });
  scene.process(12, { comm: 'first', sid: 99, ptid: 11 });
  scene.process(13, { comm: 'second', sid: 99, ptid: 12 });
  const context = scene.on(scene.process(14, { comm: 'third', sid: 99, ptid: 13 }));
  assert.equal(valueOf(processFields, 'proc.sname', context), 'first');
});

test('loops in ancestry end', () => {
  const scene = new Scene();
  const one = scene.process(1, { comm: 'one' });
  scene.process(2, { comm: 'two', ptid: 1 });
  one.ptid = 2;
  assert.equal(valueOf(processFields, 'proc.aname', scene.on(one)), 'two');
  scene.process(3, { comm: 'self' }).ptid = 3;
  const four = scene.process(4, { comm: 'four', ptid: 3 });
  assert.equal(valueOf(processFields, 'proc.aname', scene.on(four)), 'self');
  const five = scene.process(5, { comm: 'five', ptid: 4 });
  assert.equal(valueOf(processFields, 'proc.aname', scene.on(five)), 'four');
  assert.equal(valueOf(processFields, 'proc.aname[4000]', scene.on(one)), 'one');
  // A way into a loop that the thread itself is not part of: all are seen, few of them twice.
  for (let tid = 100; tid < 120; tid++) scene.process(tid);
  for (let tid = 100; tid < 120; tid++) {
    Object.assign(scene.state.threads.get(tid) ?? {}, { ptid: tid === 119 ? 110 : tid + 1 });
  }
  const pids = candidatesOf(processFields, 'proc.apid', scene.on(scene.state.threads.get(100)));
  assert.ok(Array.isArray(pids));
  assert.equal(new Set(pids).size, 19);
  assert.ok(pids.length < 40);
});

test('a chain longer than any real one is cut', () => {
  const scene = new Scene();
  const depth = ANCESTORS_MAX + 10;
  for (let tid = 1; tid <= depth; tid++) scene.process(tid, { ptid: tid - 1 });
  const context = scene.on(scene.state.threads.get(depth));
  const pids = candidatesOf(processFields, 'proc.apid', context);
  assert.equal(Array.isArray(pids) && pids.length, ANCESTORS_MAX);
  assert.equal(valueOf(processFields, `proc.aname[${depth - 1}]`, context), undefined);
});

test('times', () => {
  const scene = new Scene();
  const start = 1_700_000_000_123_456_789n;
  const at = { cloneTimeHigh: Number(start >> 32n), cloneTimeLow: Number(start & 0xffff_ffffn) };
  scene.process(1, at);
  scene.process(3, {});
  const child = scene.process(2, { ...at, ptid: 1 });
  const later = scene.on(
    child,
    makeEvent(PPME.PPME_SYSCALL_CLOSE_X, [0], { num: 1, time: start + 5n }),
  );
  assert.equal(valueOf(processFields, 'proc.pid.ts', later), start);
  assert.equal(valueOf(processFields, 'proc.ppid.ts', later), start);
  assert.equal(valueOf(processFields, 'proc.duration', later), 5);
  assert.equal(valueOf(processFields, 'proc.ppid.duration', later), 5);
  const borrow = makeEvent(PPME.PPME_SYSCALL_CLOSE_X, [0], {
    num: 1,
    time: start + (1n << 32n) - 1n,
  });
  assert.equal(valueOf(processFields, 'proc.duration', scene.on(child, borrow)), 0xffff_ffff);
  const earlier = makeEvent(PPME.PPME_SYSCALL_CLOSE_X, [0], { num: 1, time: start - 1n });
  assert.equal(valueOf(processFields, 'proc.duration', scene.on(child, earlier)), (1n << 64n) - 1n);
  // Of processes that ran before the capture began nothing is known, and a parent's start reads 0.
  const old = scene.on(scene.process(4, { ptid: 3 }));
  assert.equal(valueOf(processFields, 'proc.pid.ts', old), undefined);
  assert.equal(valueOf(processFields, 'proc.duration', old), undefined);
  assert.equal(valueOf(processFields, 'proc.ppid.duration', old), undefined);
  assert.equal(valueOf(processFields, 'proc.ppid.ts', old), 0);
});

test('the program file', () => {
  const scene = new Scene();
  const thread = scene.process(1, {
    exeWritable: true,
    exeFromMemfd: true,
    exeIno: 1_196_039,
    exeInoCtime: 1_700_000_000_000_000_001n,
    exeInoMtime: 10_968_388_490_854_775_808n,
    exeInoCtimeDurationProcStart: 27,
    exeInoCtimeDurationPidnsStart: 0,
    pidnsInitStart: 6_718_377_827_516,
  });
  const cases: readonly (readonly [string, Value | undefined])[] = [
    ['proc.is_exe_writable', true],
    ['proc.is_exe_upper_layer', false],
    ['proc.is_exe_lower_layer', false],
    ['proc.is_exe_from_memfd', true],
    ['proc.exe_ino', 1_196_039],
    ['proc.exe_ino.ctime', 1_700_000_000_000_000_001n],
    ['proc.exe_ino.mtime', 10_968_388_490_854_775_808n],
    ['proc.exe_ino.ctime_duration_proc_start', 27],
    ['proc.exe_ino.ctime_duration_pidns_start', undefined],
    ['proc.pidns_init_start_ts', 6_718_377_827_516],
  ];
  for (const [written, wanted] of cases) {
    assert.equal(valueOf(processFields, written, scene.on(thread)), wanted, written);
  }
  thread.exeIno = (1n << 64n) - 2n;
  assert.equal(valueOf(processFields, 'proc.exe_ino', scene.on(thread)), -2);
});

test('capabilities by name, in the order of their bits', () => {
  const scene = new Scene();
  const thread = scene.process(1, {
    capPermitted: 0b11,
    capEffective: 1n << 40n,
    capInheritable: 0,
  });
  const of = (name: string) => valueOf(processFields, name, scene.on(thread));
  assert.equal(of('thread.cap_permitted'), 'CAP_CHOWN CAP_DAC_OVERRIDE');
  assert.equal(of('thread.cap_effective'), 'CAP_CHECKPOINT_RESTORE');
  assert.equal(of('thread.cap_inheritable'), '');
  thread.capPermitted = (1 << 31) >>> 0;
  assert.equal(of('thread.cap_permitted'), 'CAP_SETFCAP');
  thread.capPermitted = 1n << 63n;
  assert.equal(of('thread.cap_permitted'), '');
});

test('cgroups', () => {
  const scene = new Scene();
  const cgroups = ['cpuset=/a', 'memory=/b=c', 'blkio=/d', 'perf_event=', 'memory_x=/e'];
  const context = scene.on(scene.process(1, { cgroups }));
  const of = (name: string) => valueOf(processFields, name, context);
  assert.equal(of('thread.cgroups'), 'cpuset=/a memory=/b=c blkio=/d perf_event= memory_x=/e');
  assert.equal(of('thread.cgroup.memory'), '/b=c');
  assert.equal(of('thread.cgroup.perf_event'), '');
  assert.equal(of('thread.cgroup.mem'), undefined);
});

test('memory, page faults, descriptors', () => {
  const scene = new Scene();
  const fds = new FdTable();
  fds.set(0, new FdInfo(FdType.FIFO, scene.state.texts.empty));
  fds.set(1, new FdInfo(FdType.FILE_V2, scene.state.texts.internString('/dev/pts/0')));
  const counters = {
    vmSizeKb: 10,
    vmRssKb: 5,
    vmSwapKb: 1,
    pageFaultsMajor: 2,
    pageFaultsMinor: 2n ** 60n,
  };
  const main = scene.process(1, { fds, fdLimit: 8, ...counters });
  const second = scene.thread(2, { pid: 1, ptid: 0, flags: PPM_CL_CLONE_FILES, ...counters });
  const cases: readonly (readonly [string, Value | undefined, second?: Value])[] = [
    ['proc.fdopencount', 2],
    ['proc.fdlimit', 8],
    ['proc.fdusage', 25],
    ['proc.vmsize', 10],
    ['proc.vmrss', 5],
    ['proc.vmswap', 1],
    ['thread.pfmajor', 2],
    ['thread.pfminor', 2n ** 60n],
    ['thread.vmsize', 10, 0],
    ['thread.vmrss', 5, 0],
    ['thread.vmsize.b', 10240, 0],
    ['thread.vmrss.b', 5120, 0],
    ['proc.stdin.type', 'pipe'],
    ['proc.stdin.name', ''],
    ['proc.stdout.type', 'file'],
    ['proc.stdout.name', '/dev/pts/0'],
    ['proc.stderr.type', undefined],
    ['proc.stderr.name', undefined],
  ];
  for (const [written, wanted, ofSecond = wanted] of cases) {
    assert.equal(valueOf(processFields, written, scene.on(main)), wanted, written);
    assert.equal(valueOf(processFields, written, scene.on(second)), ofSecond, `${written} 2`);
  }
  main.fdLimit = 1;
  assert.equal(valueOf(processFields, 'proc.fdusage', scene.on(main)), 100);
  main.fdLimit = -1;
  assert.equal(valueOf(processFields, 'proc.fdusage', scene.on(main)), 0);
  assert.equal(valueOf(processFields, 'proc.fdlimit', scene.on(main)), -1);
});

test('thread.cpu is the growth since the previous procinfo event of the thread', () => {
  const scene = new Scene();
  const thread = scene.process(1);
  const [field] = find(processFields, 'thread.cpu');
  const extract = field.bind(undefined);
  assert.ok(typeof extract === 'function');
  const at = (num: number, user: number, system: number) =>
    extract(scene.on(thread, makeEvent(PPME.PPME_PROCINFO_E, [user, system], { num, time: num })));
  assert.equal(at(1, 10, 5), 0);
  assert.equal(at(1, 10, 5), 0);
  assert.equal(at(2, 30, 10), 25);
  assert.equal(at(2, 30, 10), 25, 'asking twice on one event changes nothing');
  assert.equal(at(3, 30, 10), 0);
  assert.equal(at(4, 930, 10), 100);
  assert.equal(extract(scene.on(thread)), undefined, 'only procinfo events tell');
  assert.equal(field.known?.(PPME.PPME_SYSCALL_CLOSE_X, undefined), 'absent');
  assert.equal(field.known?.(PPME.PPME_PROCINFO_E, undefined), undefined);
  const system = find(processFields, 'thread.cpu.system')[0].bind(undefined);
  assert.ok(typeof system === 'function');
  const event = (num: number, cpu: number) =>
    system(scene.on(thread, makeEvent(PPME.PPME_PROCINFO_E, [7, cpu], { num, time: num })));
  assert.deepEqual([event(1, 3), event(2, 9)], [0, 6]);
});

test('the main thread dead or unknown', () => {
  const scene = new Scene();
  const second = scene.thread(51, { pid: 50, ptid: 0, comm: 'worker' });
  const context = scene.on(second);
  assert.equal(valueOf(processFields, 'proc.cwd', context), './');
  assert.equal(valueOf(processFields, 'proc.pname', context), undefined);
  assert.equal(valueOf(processFields, 'proc.nthreads', context), 1);
  assert.equal(valueOf(processFields, 'proc.nchilds', context), 1);
  assert.equal(valueOf(processFields, 'proc.pid', context), 50);
});
