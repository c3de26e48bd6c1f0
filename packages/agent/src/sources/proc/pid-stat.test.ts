import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type PidStat, parsePidStat, startNs } from './pid-stat.ts';

const REST =
  'S 7 41 40 34816 -1 4194560 120 9 3 0 5 6 0 0 20 0 4 0 8123 1064960 256 18446744073709551615 1';

suite('/proc/<pid>/stat', () => {
  test('the fields that are of interest', () => {
    assert.deepEqual(parsePidStat(`42 (cat) ${REST}\n`), {
      tid: 42,
      comm: 'cat',
      isZombie: false,
      isKernelThread: false,
      ppid: 7,
      pgid: 41,
      sid: 40,
      tty: 34816,
      pageFaultsMinor: 120,
      pageFaultsMajor: 3,
      threadCount: 4,
      startTicks: 8123,
    });
  });

  const names = ['', ' ', ')', '(', 'a b', ') S 1 (', 'line\nfeed', 'tmux: server', '\xff\x01'];
  for (const name of names) {
    test(`the name ${JSON.stringify(name)}`, () => {
      const stat = parsePidStat(`42 (${name}) ${REST}`);
      assert.equal(stat?.comm, name);
      assert.equal(stat.startTicks, 8123);
    });
  }

  const changed = (from: string, to: string): PidStat | undefined =>
    parsePidStat(`42 (cat) ${REST.replace(from, to)}`);

  test('who has ended', () => {
    assert.equal(changed('S', 'Z')?.isZombie, true);
    assert.equal(changed('S', 'X')?.isZombie, true);
    assert.equal(changed('S', 'D')?.isZombie, false);
  });

  test('threads of the kernel', () => {
    assert.equal(changed('4194560', '69238880')?.isKernelThread, true);
  });

  test('device numbers beyond 2^31 are printed as negative ones', () => {
    assert.equal(changed('34816', '-1')?.tty, 0xffff_ffff);
  });

  test('the start in nanoseconds', () => {
    const stat = changed('S', 'R');
    assert.ok(stat);
    assert.equal(startNs(stat), 81_230_000_000);
  });

  for (const line of ['', '42', '42 (cat', '42 cat) S', '42 (cat) S 1 2', ')(']) {
    test(`no line of a task: ${JSON.stringify(line)}`, () => {
      assert.equal(parsePidStat(line), undefined);
    });
  }
});
