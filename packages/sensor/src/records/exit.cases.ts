/** Threads and processes that end, and who takes in their children. */

import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { syscallNumber } from '../syscall-numbers.ts';
import { bearProcess, bearThread, EXIT_STATUS, skipBirths, THREAD_FLAGS } from './births.ts';
import type { Calls, Expected, RecordCase } from './harness.ts';

const PROCEXIT_E = 'PPME_PROCEXIT_1_E';
const PERL = '/usr/bin/perl';
const PRCTL = String(syscallNumber('prctl', process.arch));
const SIGCHLD = 17;
const CLONE_NEWPID = 0x2000_0000;

/** A shell that ends like this. */
function ended(script: string, expected: Expected): Expected {
  const { pid } = spawnSync('/bin/sh', ['-c', script]);
  return { 'evt.tid': pid, core: 0, reaper_tid: 0, ...expected };
}

/** A child that kills itself, and what its parent is told of it. */
const KILLED = `
  $SIG{CHLD} = 'DEFAULT';
  my $pid = fork() // die;
  if ($pid == 0) { kill $ARGV[0], $$; sleep 9 }
  waitpid($pid, 0);
  print "$pid $?\\n";
`;

function killed(signal: number): Expected {
  const { stdout } = spawnSync(PERL, ['-e', KILLED, String(signal)], { encoding: 'latin1' });
  const [pid = 0, status = 0] = stdout.trim().split(' ').map(Number);
  return {
    'evt.tid': pid,
    status,
    ret: 0,
    sig: signal,
    core: (status & 0x80) === 0 ? 0 : 1,
    reaper_tid: 0,
  };
}

/**
 * A process that takes in orphans or not, its child, whose child outlives it. Prints the ids of the
 * first two, and of what becomes the parent of the third.
 */
const ORPHAN = `
  syscall(${PRCTL}, 36, $ARGV[0] + 0);
  pipe(my $read, my $write);
  my $child = fork() // die;
  if ($child == 0) {
    my $orphan = fork() // die;
    if ($orphan == 0) {
      close $write;
      my $told = <$read>;
      open(my $stat, "<", "/proc/self/stat");
      print "$$ ", (split / /, <$stat>)[3], "\\n";
      exit 0;
    }
    exit 5;
  }
  waitpid($child, 0);
  print $write "told\\n";
  close $write;
  if ($ARGV[0]) { wait } else { select(undef, undef, undef, 0.2) }
  print "$child $$\\n";
`;

/**
 * By the ids that the processes print: of the orphan and its new parent, of the one that ended and
 * its parent.
 */
function orphaned(isSubreaper: boolean): Expected {
  const { stdout } = spawnSync(PERL, ['-e', ORPHAN, isSubreaper ? '1' : '0'], {
    encoding: 'latin1',
  });
  const lines = stdout.trim().split('\n');
  const [, reaper] = (lines[0] ?? '').split(' ').map(Number);
  const [child, parent] = (lines[1] ?? '').split(' ').map(Number);
  if (reaper === undefined || child === undefined) throw new Error(`perl said ${stdout}`);
  if (isSubreaper !== (reaper === parent)) throw new Error(`${reaper} took in the orphan`);
  return { 'evt.tid': child, status: 5 << 8, ret: 5, sig: 0, core: 0, reaper_tid: reaper };
}

/** A thread that starts a process and ends before it. */
const LEAVING_THREAD = `
  const { spawn } = require('node:child_process');
  const { readlinkSync } = require('node:fs');
  const { parentPort } = require('node:worker_threads');
  const child = spawn('/bin/sleep', ['1'], { stdio: 'ignore' });
  child.unref();
  parentPort.postMessage({ link: readlinkSync('/proc/thread-self'), child: child.pid });
`;

async function leftThread(calls: Calls): Promise<Expected> {
  const worker = new Worker(LEAVING_THREAD, { eval: true });
  let said: { link: string; child: number } | undefined;
  worker.once('message', (message: typeof said) => {
    said = message;
  });
  await new Promise((resolve) => {
    worker.once('exit', resolve);
  });
  if (said === undefined) throw new Error('the thread did not say which it is');
  const tid = Number(said.link.slice(said.link.lastIndexOf('/') + 1));
  process.kill(said.child);
  return { 'evt.tid': tid, status: 0, ret: 0, sig: 0, core: 0, reaper_tid: calls.pid };
}

export const cases: readonly RecordCase[] = [
  {
    name: 'a process that ends well',
    event: PROCEXIT_E,
    run: () => ended('exit 0', { status: 0, ret: 0, sig: 0 }),
  },
  {
    name: 'a process that ends with a status',
    event: PROCEXIT_E,
    run: () => ended('exit 203', { status: 203 << 8, ret: 203, sig: 0 }),
  },
  {
    name: 'a process that is killed',
    event: PROCEXIT_E,
    run: () => killed(9),
  },
  {
    name: 'a process that ends with an error that is worth a core',
    event: PROCEXIT_E,
    run: () => killed(6),
  },
  {
    name: 'a process whose child its parent takes in',
    event: PROCEXIT_E,
    run: () => orphaned(true),
  },
  {
    name: 'a process whose child the first process, or the nearest that asked for it, takes in',
    event: PROCEXIT_E,
    run: () => orphaned(false),
  },
  {
    name: 'a thread whose child another thread takes in',
    event: PROCEXIT_E,
    run: leftThread,
  },
  {
    name: 'a thread',
    event: PROCEXIT_E,
    skip: skipBirths,
    run(calls) {
      const tid = bearThread(calls, 'clone', THREAD_FLAGS);
      while (calls.syscall('tgkill', calls.pid, tid, 0) === 0) calls.syscall('sched_yield');
      return { 'evt.tid': tid, ...byStatus };
    },
  },
  {
    name: 'the first process of a pid namespace',
    event: PROCEXIT_E,
    skip: skipBirths,
    run: (calls) => ({
      'evt.tid': bearProcess(calls, 'clone', CLONE_NEWPID | SIGCHLD),
      ...byStatus,
    }),
  },
];

const byStatus: Expected = {
  status: EXIT_STATUS << 8,
  ret: EXIT_STATUS,
  sig: 0,
  core: 0,
  reaper_tid: 0,
};
