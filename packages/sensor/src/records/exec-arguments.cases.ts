/** Programs with unusual arguments, and unusual ways to start one. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { PPM_EXE_WRITABLE } from '@saker/core/events/constants.gen.ts';
import { syscallNumber } from '../syscall-numbers.ts';
import { runFromThread, skipBirths, stringArray } from './births.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';
import { ownFacts } from './process-facts.ts';
import {
  environment,
  environmentText,
  fileFacts,
  layerFlag,
  REPORT,
  reportArguments,
  run,
  SHELL,
  shellFacts,
} from './programs.ts';

const EXECVE_X = 'PPME_SYSCALL_EXECVE_19_X';
/** exe and args together, and env: as much of each as records have. */
const LIST_BYTES = 4096;
/** As long as the kernel lets one string be. */
const STRING_BYTES_MAX = 131_071;

/** What is left of a list; what was cut off is followed by a NUL all the same. */
function cut(text: string, bytes: number): string | null {
  if (bytes === 0) return null;
  return text.length <= bytes ? text : `${text.slice(0, bytes - 1)}\0`;
}

/** One char for each byte. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** The record of a shell with so many arguments behind those that it needs. */
function withArguments(calls: Calls, more: readonly string[]): Expected {
  const report = run(SHELL, ['-c', REPORT, ...more]);
  const list = bytesOf(`${reportArguments}${more.map((text) => `${text}\0`).join('')}`);
  return { ...shellFacts(calls, report), args: cut(list, LIST_BYTES - `${SHELL}\0`.length) };
}

function withEnvironment(calls: Calls, values: Readonly<Record<string, string>>): Expected {
  const env = { ...environment, ...values };
  const report = run(SHELL, ['-c', REPORT], { env });
  const list = Object.entries(env).map(([name, value]) => `${name}=${value}\0`);
  return { ...shellFacts(calls, report), env: cut(list.join(''), LIST_BYTES) };
}

/** Bytes of arguments that still fit behind those that the shell needs. */
const ROOM = LIST_BYTES - `${SHELL}\0${reportArguments}`.length;

/** An executable of 132 bytes that needs no library: exit_group(0). For x86-64. */
function tinyProgram(): Uint8Array {
  const HEADERS_BYTES = 120;
  const code = [0xbf, 0, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05];
  const bytes = new Uint8Array(HEADERS_BYTES + code.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const BASE = 0x40_0000n;
  // ELF header: executable, x86-64, version; entry; program header; sizes and number.
  view.setUint32(16, 0x003e_0002, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BASE + BigInt(HEADERS_BYTES), true);
  view.setBigUint64(32, 64n, true);
  view.setUint32(52, 0x0038_0040, true);
  view.setUint16(56, 1, true);
  // Program header: load all of the file, readable and executable.
  view.setUint32(64, 1, true);
  view.setUint32(68, 5, true);
  view.setBigUint64(80, BASE, true);
  view.setBigUint64(96, BigInt(bytes.length), true);
  view.setBigUint64(104, BigInt(bytes.length), true);
  view.setBigUint64(112, 4096n, true);
  bytes.set(code, HEADERS_BYTES);
  return bytes;
}

/** What cannot be told of a program that says nothing itself. */
const unknownCounters = {
  pgft_min: { between: [0, 1_000_000] },
  pgft_maj: { between: [0, 1_000_000] },
  vm_size: { between: [1, 1_000_000] },
  vm_rss: { between: [0, 1_000_000] },
  vm_swap: 0,
} as const;

/** Becomes the shell by execveat: the call's number, descriptor, path and flags are arguments. */
const EXECVEAT = `
  my ($number, $file, $path, $flags, $report) = @ARGV;
  open(my $handle, "<", $file) or die;
  print "fd ", fileno($handle), "\\n"; $| = 1; print "";
  syscall($number + 0, fileno($handle), $path, pack("p*", "given", "-c", $report, undef),
    pack("p*", "ONE=1", "TWO=2", undef), $flags + 0);
`;

function byExecveat(calls: Calls, file: string, path: string, flags: number): Expected {
  const number = String(syscallNumber('execveat', process.arch));
  const report = run('/usr/bin/perl', ['-e', EXECVEAT, number, file, path, String(flags), REPORT]);
  const fd = /fd (\d+)/u.exec(report.text)?.[1];
  return {
    ...shellFacts(calls, report),
    exe: 'given',
    env: 'ONE=1\0TWO=2\0',
    filename: path === '' ? `/dev/fd/${fd}` : `/dev/fd/${fd}/${path}`,
  };
}

const AT_EMPTY_PATH = 0x1000;

export const cases: readonly RecordCase[] = [
  {
    name: 'arguments that just fit',
    event: EXECVE_X,
    run: (calls) => withArguments(calls, ['x'.repeat(ROOM - 1)]),
  },
  {
    name: 'arguments of one byte too many',
    event: EXECVE_X,
    run: (calls) => withArguments(calls, ['x'.repeat(ROOM)]),
  },
  {
    name: 'an argument that just does not fit',
    event: EXECVE_X,
    run: (calls) => withArguments(calls, ['x'.repeat(ROOM - 1), '']),
  },
  {
    name: 'arguments of more than 64 KiB',
    event: EXECVE_X,
    run: (calls) =>
      withArguments(
        calls,
        Array.from({ length: 9000 }, (_, index) => `number ${index}`),
      ),
  },
  {
    name: 'an argument as long as can be',
    event: EXECVE_X,
    run: (calls) => withArguments(calls, ['y'.repeat(STRING_BYTES_MAX)]),
  },
  {
    name: 'empty arguments, and bytes that are no text',
    event: EXECVE_X,
    run: (calls) => withArguments(calls, ['', '', '\n\t', 'ÿé€', '']),
  },
  {
    name: 'a name that leaves no room for arguments',
    event: EXECVE_X,
    run(calls) {
      const argv0 = 'n'.repeat(2 * LIST_BYTES);
      const report = run(SHELL, ['-c', REPORT], { argv0 });
      return { ...shellFacts(calls, report), exe: argv0.slice(0, LIST_BYTES - 1), args: null };
    },
  },
  {
    name: 'an environment that just fits',
    event: EXECVE_X,
    run: (calls) =>
      withEnvironment(calls, {
        V: 'v'.repeat(LIST_BYTES - environmentText.length - 'V=\0'.length),
      }),
  },
  {
    name: 'an environment that is too long',
    event: EXECVE_X,
    run: (calls) => withEnvironment(calls, { LONG: 'v'.repeat(LIST_BYTES), LAST: '1' }),
  },
  {
    name: 'a program deep below',
    event: EXECVE_X,
    run(calls) {
      const path = `${calls.folder}/${`${'deep'.repeat(15)}/`.repeat(50)}sh`;
      mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
      writeFileSync(path, readFileSync(SHELL), { mode: 0o755 });
      const report = run(path, ['-c', REPORT], { argv0: SHELL });
      const flags = PPM_EXE_WRITABLE | layerFlag(path, true);
      return { ...shellFacts(calls, report), ...fileFacts(path), flags, filename: path };
    },
  },
  {
    name: 'a program below another root: its path is that of the host',
    event: EXECVE_X,
    skip: process.arch === 'x64' ? undefined : 'the program is for x86-64',
    run(calls) {
      const path = `${calls.folder}/root/tiny`;
      mkdirSync(`${calls.folder}/root`);
      writeFileSync(path, tinyProgram(), { mode: 0o755 });
      const args = [`${calls.folder}/root`, '/tiny', 'x'];
      const { pid, status } = spawnSync('/usr/sbin/chroot', args, { env: environment });
      if (status !== 0) throw new Error(`the program ended with ${status}`);
      return {
        ...ownFacts(calls),
        ...unknownCounters,
        ...fileFacts(path),
        'evt.tid': pid,
        res: 0,
        exe: '/tiny',
        args: 'x\0',
        env: environmentText,
        tid: pid,
        pid,
        ptid: calls.tid,
        comm: 'tiny',
        flags: PPM_EXE_WRITABLE | layerFlag(path, true),
        filename: '/tiny',
      };
    },
  },
  {
    name: 'execveat of a descriptor: a record of execve',
    event: EXECVE_X,
    run: (calls) => byExecveat(calls, SHELL, '', AT_EMPTY_PATH),
  },
  {
    name: 'execveat of a path below a descriptor',
    event: EXECVE_X,
    run: (calls) => byExecveat(calls, '/bin', 'sh', 0),
  },
  {
    name: 'a program that another thread than the first becomes',
    event: EXECVE_X,
    skip: skipBirths,
    run(calls) {
      const output = `${calls.folder}/report`;
      const script = `exec >${output}; ${REPORT}`;
      const argv = stringArray(calls, [SHELL, '-c', script]);
      const envp = stringArray(calls, ['PATH=/usr/bin:/bin']);
      const pid = runFromThread(calls, SHELL, argv, envp);
      const report = { pid, text: readFileSync(output, 'latin1') };
      return {
        ...shellFacts(calls, report),
        args: `-c\0${script}\0`,
        env: 'PATH=/usr/bin:/bin\0',
      };
    },
  },
];
