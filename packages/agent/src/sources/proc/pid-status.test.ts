import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parsePidStatus } from './pid-status.ts';

const STATUS = `Name:\tUid:\\t0
Umask:\t0022
State:\tS (sleeping)
Tgid:\t42
Ngid:\t0
Pid:\t43
PPid:\t7
TracerPid:\t0
Uid:\t1000\t1001\t1002\t1003
Gid:\t100\t101\t102\t103
FDSize:\t64
Groups:\t4 27 1000 
NStgid:\t42\t12\t2
NSpid:\t43\t13\t3
NSpgid:\t41\t11\t1
NSsid:\t40\t10\t0
VmPeak:\t    9000 kB
VmSize:\t    8000 kB
VmRSS:\t    700 kB
VmSwap:\t    6 kB
Threads:\t2
CapInh:\t0000000000000001
CapPrm:\t000001ffffffffff
CapEff:\tffffffffffffffff
`;

suite('/proc/<pid>/status', () => {
  test('the lines that are of interest', () => {
    assert.deepEqual(parsePidStatus(STATUS), {
      pid: 42,
      ppid: 7,
      uid: 1001,
      gid: 101,
      fsuid: 1003,
      fsgid: 103,
      groups: [4, 27, 1000],
      nsPids: [42, 12, 2],
      nsTids: [43, 13, 3],
      nsPgids: [41, 11, 1],
      vmSizeKb: 8000,
      vmRssKb: 700,
      vmSwapKb: 6,
      capInheritable: 1,
      capPermitted: 0x1ff_ffff_ffff,
      capEffective: 0xffff_ffff_ffff_ffffn,
    });
  });

  test('threads without memory, kernels without namespaces', () => {
    const text = STATUS.replace(/^(Vm|NS).*\n/gm, '');
    const status = parsePidStatus(text);
    assert.equal(status?.vmSizeKb, 0);
    assert.deepEqual(status.nsPids, []);
    assert.equal(status.capEffective, 0xffff_ffff_ffff_ffffn);
  });

  test('no groups', () => {
    assert.deepEqual(parsePidStatus(STATUS.replace('4 27 1000 ', ' '))?.groups, []);
  });

  for (const text of ['', '\n', 'Name:\tcat\n', 'Tgid:\t1\n', 'Name:\tx\nTgid:\tx\n']) {
    test(`no status of a task: ${JSON.stringify(text)}`, () => {
      assert.equal(parsePidStatus(text), undefined);
    });
  }

  test('cut anywhere it throws nothing', () => {
    for (let end = 0; end < STATUS.length; end++) parsePidStatus(STATUS.slice(0, end));
  });
});
