/** Processes that become another program, and those that fail to. */

import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  openSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { PPM_EXE_FROM_MEMFD, PPM_EXE_WRITABLE } from '@saker/core/events/constants.gen.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import {
  environment,
  fileFacts,
  layerFlag,
  REPORT,
  type Report,
  reportArguments,
  run,
  SHELL,
  shellFacts,
} from './programs.ts';

const EXECVE_X = 'PPME_SYSCALL_EXECVE_19_X';
const NOBODY = 65_534;
const GROUP = 4242;

/** A copy of the shell in the scratch folder, which everybody may enter. */
function copiedShell(calls: Calls, name: string, mode: number, group = 0): string {
  const path = `${calls.folder}/${name}`;
  copyFileSync(SHELL, path);
  chownSync(path, 0, group);
  chmodSync(path, mode);
  openToAll(calls.folder);
  return path;
}

function openToAll(folder: string): void {
  for (
    let path = folder;
    path.length > '/tmp'.length;
    path = path.slice(0, path.lastIndexOf('/'))
  ) {
    chmodSync(path, 0o755);
  }
}

/** Of a copied shell that setpriv started: the last program that the process became. */
function copyFacts(calls: Calls, path: string, report: Report, real?: string): Expected {
  return { ...shellFacts(calls, report), ...fileFacts(path, real), exe: path, filename: path };
}

/** The shell on the terminal that `script` made: it says its own id first. */
function terminalFacts(calls: Calls, { pid, text }: Report): Expected {
  const plain = text.replaceAll('\r', '');
  const inner = { pid: Number(/pid (\d+)/u.exec(plain)?.[1]), text: plain };
  const facts = shellFacts(calls, inner);
  if (facts['tty'] === 0) throw new Error('the shell has no terminal');
  return {
    ...facts,
    ptid: pid,
    args: `-c\0${SAY_PID}${REPORT}\0`,
    env: { matches: '(^|\\0)SAKER=a record\\0' },
  };
}

const SAY_PID = 'echo "pid $$"; ';

export const cases: readonly RecordCase[] = [
  {
    name: 'a program behind a link, with a name of its own',
    event: EXECVE_X,
    run(calls) {
      const report = run(SHELL, ['-c', REPORT], { argv0: 'given name' });
      return { ...shellFacts(calls, report), exe: 'given name' };
    },
  },
  {
    name: 'a program of another user',
    event: EXECVE_X,
    run(calls) {
      const report = run(SHELL, ['-c', REPORT], { uid: NOBODY, gid: NOBODY });
      return {
        ...shellFacts(calls, report),
        uid: NOBODY,
        gid: NOBODY,
        flags: layerFlag(SHELL, false),
      };
    },
  },
  {
    name: 'a program that everybody may write',
    event: EXECVE_X,
    run(calls) {
      const path = copiedShell(calls, 'everybodys', 0o777);
      const report = run(path, ['-c', REPORT], { uid: NOBODY, gid: NOBODY });
      return { ...copyFacts(calls, path, report), flags: PPM_EXE_WRITABLE | layerFlag(path, true) };
    },
  },
  {
    name: 'a program that the group may write, and one of the groups is it',
    event: EXECVE_X,
    run(calls) {
      const path = copiedShell(calls, 'groups', 0o575, GROUP);
      const report = asNobody(path, `5,60,${GROUP},5000,6000`);
      return { ...copyFacts(calls, path, report), flags: PPM_EXE_WRITABLE | layerFlag(path, true) };
    },
  },
  {
    name: 'a program that the group may write, and no group is it',
    event: EXECVE_X,
    run(calls) {
      const path = copiedShell(calls, 'others', 0o575, GROUP);
      const report = asNobody(path, `5,60,${GROUP - 1},${GROUP + 1}`);
      return { ...copyFacts(calls, path, report), flags: layerFlag(path, true) };
    },
  },
  {
    name: "a program with the file's own user",
    event: EXECVE_X,
    run(calls) {
      const path = copiedShell(calls, 'set-user', 0o4755);
      const report = run(path, ['-p', '-c', REPORT], { uid: NOBODY, gid: NOBODY });
      const isRoot = / *Uid:\s+\d+\s+0\s/u.test(report.text);
      const flags = (isRoot ? PPM_EXE_WRITABLE : 0) | layerFlag(path, true);
      return { ...copyFacts(calls, path, report), args: `-p\0${reportArguments}`, flags };
    },
  },
  {
    name: 'a program with some of the capabilities',
    event: EXECVE_X,
    run(calls) {
      const limits = ['--bounding-set', '-sys_time,-dac_override,-fowner', '--inh-caps', '+chown'];
      const report = run('/usr/bin/setpriv', [...limits, SHELL, '-c', REPORT]);
      return shellFacts(calls, report);
    },
  },
  {
    name: 'a script',
    event: EXECVE_X,
    run(calls) {
      const path = `${calls.folder}/script`;
      writeFileSync(path, `#!${SHELL} -e\n${REPORT}\n`, { mode: 0o755 });
      const report = run(path, ['one', '']);
      return { ...shellFacts(calls, report), args: `-e\0${path}\0one\0\0`, filename: path };
    },
  },
  {
    name: 'a program on a terminal',
    event: EXECVE_X,
    run(calls) {
      const command = `exec ${SHELL} -c '${SAY_PID}${REPORT}'`;
      const env = { ...environment, SHELL };
      return terminalFacts(calls, run('/usr/bin/script', ['-qec', command, '/dev/null'], { env }));
    },
  },
  {
    name: 'a program that is in memory only',
    event: EXECVE_X,
    run(calls) {
      const fd = calls.syscall('memfd_create', 'ghost', 0);
      const path = `/proc/${calls.pid}/fd/${fd}`;
      copyFileSync(SHELL, path);
      const report = run(path, ['-c', REPORT]);
      const facts = copyFacts(calls, path, report, 'memfd:ghost');
      return { ...facts, flags: PPM_EXE_WRITABLE | PPM_EXE_FROM_MEMFD };
    },
  },
  {
    name: 'a program that was deleted before it ran',
    event: EXECVE_X,
    run(calls) {
      const path = copiedShell(calls, 'gone', 0o755);
      const real = realpathSync(path);
      const fd = openSync(path, 'r');
      calls.syscall('unlink', path);
      const link = `/proc/${calls.pid}/fd/${fd}`;
      const report = run(link, ['-c', REPORT]);
      const facts = copyFacts(calls, link, report, real);
      closeSync(fd);
      return { ...facts, flags: PPM_EXE_WRITABLE | layerFlag(calls.folder, true) };
    },
  },
];

function asNobody(path: string, groups: string): Report {
  const user = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--groups', groups];
  return run('/usr/bin/setpriv', [...user, path, '-c', REPORT]);
}
