/** For tests: the files of a host below a directory of its own, as HOST_ROOT names one. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

/** What a test says of a thread; the rest is plain. */
export interface FakeThread {
  readonly comm?: string;
  readonly state?: string;
  readonly ppid?: number;
  readonly threads?: number;
  readonly startTicks?: number;
  readonly flags?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** From the namespace of /proc down. */
  readonly pids?: readonly number[];
  readonly tids?: readonly number[];
  readonly pgids?: readonly number[];
  readonly cgroup?: string;
}

export interface FakeProcess extends FakeThread {
  readonly cmdline?: string;
  readonly environ?: string;
  /** A path below the fake root is made an empty file there. */
  readonly exe?: string;
  readonly cwd?: string;
  readonly pidNamespace?: string;
  readonly netNamespace?: string;
  readonly loginuid?: string;
  readonly fdLimit?: string;
  /** What each descriptor's link says, with the text of its fdinfo. */
  readonly fds?: Readonly<Record<number, string | readonly [link: string, fdinfo: string]>>;
  readonly net?: Readonly<Record<string, string>>;
  readonly mountinfo?: string;
}

export const BOOT_SECONDS = 1_700_000_000;

export class FakeHost {
  readonly root: string;

  constructor(t: TestContext) {
    this.root = mkdtempSync(join(tmpdir(), 'saker-host-'));
    t.after(() => rmSync(this.root, { recursive: true, force: true }));
    this.write('proc/stat', `cpu  1 2\ncpu0 1 2\ncpu1 1 2\nintr 5\nbtime ${BOOT_SECONDS}\nx 1\n`);
    this.write('proc/sys/kernel/pid_max', '4194304\n');
    this.write(
      'etc/passwd',
      'root:x:0:0:root:/root:/bin/bash\nann:x:1000:100::/home/ann:/bin/sh\n',
    );
    this.write('etc/group', 'root:x:0:\nstaff:x:50:ann\n');
  }

  write(name: string, text: string): string {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, 'latin1');
    return path;
  }

  link(name: string, target: string): void {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  }

  process(pid: number, fake: FakeProcess = {}): void {
    const directory = `proc/${pid}`;
    this.#thread(directory, { tids: [pid], pids: [pid], ...fake });
    this.#thread(`${directory}/task/${pid}`, { tids: [pid], pids: [pid], ...fake });
    this.write(`${directory}/cmdline`, fake.cmdline ?? `cmd${pid}\0`);
    this.write(`${directory}/environ`, fake.environ ?? '');
    this.write(`${directory}/loginuid`, fake.loginuid ?? '4294967295');
    const limit = (fake.fdLimit ?? '1024').padEnd(20);
    this.write(`${directory}/limits`, `Limit  Soft  Hard\nMax open files  ${limit} 4096  files\n`);
    this.write(`${directory}/mountinfo`, fake.mountinfo ?? '');
    if (fake.exe !== '') this.link(`${directory}/exe`, fake.exe ?? `/usr/bin/cmd${pid}`);
    this.link(`${directory}/cwd`, fake.cwd ?? '/');
    this.link(`${directory}/root`, '/');
    this.link(`${directory}/ns/pid`, fake.pidNamespace ?? 'pid:[1]');
    this.link(`${directory}/ns/net`, fake.netNamespace ?? 'net:[1]');
    mkdirSync(join(this.root, directory, 'fd'));
    for (const [fd, what] of Object.entries(fake.fds ?? {})) {
      const [link, fdinfo] = typeof what === 'string' ? [what, 'pos:\t0\n'] : what;
      this.link(`${directory}/fd/${fd}`, link);
      this.write(`${directory}/fdinfo/${fd}`, fdinfo);
    }
    for (const [list, text] of Object.entries(fake.net ?? {})) {
      this.write(`${directory}/net/${list}`, text);
    }
  }

  /** A thread beside the main one. */
  thread(pid: number, tid: number, fake: FakeThread = {}): void {
    this.#thread(`proc/${pid}/task/${tid}`, { tids: [tid], pids: [pid], ...fake });
  }

  #thread(directory: string, fake: FakeThread): void {
    const { comm = 'cmd', state = 'S', ppid = 1, threads = 1, startTicks = 500 } = fake;
    const { flags = 0x400000, uid = 0, gid = 0, pids = [], tids = [], pgids = pids } = fake;
    const [tid = 0] = tids;
    const line = `${tid} (${comm}) ${state} ${ppid} ${pgids[0]} ${pids[0]} 0 -1 ${flags}`;
    this.write(
      `${directory}/stat`,
      `${line} 10 0 2 0 0 0 0 0 20 0 ${threads} 0 ${startTicks} 1 1\n`,
    );
    const ids = (list: readonly number[]): string => list.join('\t');
    const lines = [
      `Name:\t${comm}`,
      `Tgid:\t${pids[0]}`,
      `Pid:\t${tid}`,
      `PPid:\t${ppid}`,
      `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
      `Gid:\t${gid}\t${gid}\t${gid}\t${gid}`,
      'Groups:\t ',
      `NStgid:\t${ids(pids)}`,
      `NSpid:\t${ids(tids)}`,
      `NSpgid:\t${ids(pgids)}`,
      'VmSize:\t  400 kB',
      'VmRSS:\t   40 kB',
      'VmSwap:\t   4 kB',
      'CapInh:\t0000000000000000',
      'CapPrm:\t0000000000000003',
      'CapEff:\t0000000000000001',
    ];
    this.write(`${directory}/status`, `${lines.join('\n')}\n`);
    this.write(`${directory}/cgroup`, fake.cgroup ?? '0::/\n');
  }
}
