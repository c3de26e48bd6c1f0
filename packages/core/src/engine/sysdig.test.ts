/**
 * Filters against another reader of the same captures: Debian's sysdig 0.29. It predates this event
 * table, so only filters stand here that look at what both know: kinds of events, results, names of
 * processes, and descriptors where it keeps them.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Source } from '../base/source.ts';
import { FieldTable } from '../fields/field-catalogue.ts';
import { parseCondition } from '../lang/parser.ts';
import { replayCapture, sharedPath, skipWithoutShared } from '../testing.ts';
import { PlainCompiler } from './plain.ts';

const FILTERS: Readonly<Record<string, readonly string[]>> = {
  open1: [
    'evt.type=openat',
    'evt.type=close',
    'evt.type in (openat,close)',
    'evt.type=openat and evt.res=ENOENT',
    'evt.type=openat and evt.failed=true',
    'evt.type=openat and evt.rawres=-2',
    'evt.type=openat and evt.is_open_read=true',
    'evt.type=openat and evt.is_open_write=true',
    'evt.type=openat and proc.name=bash',
    'evt.type=openat and proc.name in (bash,sh,cat)',
    'evt.type=openat and not proc.name in (bash,sh,cat)',
    'evt.type=openat and evt.arg.flags contains O_CREAT',
    'evt.type=openat and proc.cmdline contains -c',
    'evt.type=openat and proc.aname=bash',
    'evt.type=openat and proc.aname[2]=bash',
    'evt.type=connect',
    'evt.type=execve',
    'evt.type=execve and proc.name=cat',
    'evt.type=execve and proc.args contains /etc',
    'evt.type=execve and proc.exe startswith /usr/bin',
    'evt.type=execve and evt.arg.res=0',
    'evt.type=unlinkat',
    'evt.type=sendto',
    'evt.type=recvfrom',
    'evt.type=socket',
    'evt.type=fcntl',
    'evt.type=clone',
    'evt.is_io=true',
    'evt.is_io_write=true',
    'evt.is_io_read=true',
    'thread.ismain=true and evt.type=openat',
    'proc.nthreads>1 and evt.type=openat',
    'evt.type=openat and proc.exe contains bash',
    'evt.type=recvmsg',
    'evt.type=sendmsg',
    'evt.type=openat and evt.res=EACCES',
    'evt.type=openat and proc.name startswith b',
    'evt.type=openat and proc.name endswith sh',
    'evt.type=openat and proc.name glob *a*',
    'evt.type=openat and proc.pid>20000',
    'evt.type=openat and proc.cmdline startswith bash',
    'evt.type=openat and proc.cmdline icontains LAB',
    'evt.type=openat and thread.tid>=20000',
    'evt.type=execve and evt.res=ENOENT',
    'evt.type=openat and evt.rawres<0',
    'evt.type=openat and evt.rawres>=0',
    'evt.type=openat and evt.rawres in (3,4)',
    'evt.type=openat and evt.cpu=0',
    'evt.type=openat and proc.name exists',
    'evt.type=openat and proc.name!=bash',
    'evt.type in (openat,unlinkat) and not evt.res=SUCCESS',
  ],
  curl_google: [
    'evt.type=close',
    'evt.type in (openat,close)',
    'evt.type=close and fd.type=pipe',
    'evt.type=close and fd.name startswith /usr',
    'evt.type=connect',
    'evt.type=connect and fd.l4proto=tcp',
    'evt.type=execve',
    'evt.type=execve and evt.arg.res=0',
    'evt.type=write',
    'evt.type=read',
    'evt.type=sendto',
    'evt.type=recvfrom',
    'evt.type=socket',
    'evt.type=fcntl',
    'evt.type=clone',
    'evt.is_io=true',
    'evt.is_io_write=true',
    'evt.is_io_read=true',
    'evt.type=read and fd.type=file',
    'evt.type=read and fd.name contains lib',
    'evt.type=read and evt.rawres>0',
    'evt.type=close and fd.num=3',
    'evt.type=close and fd.name endswith .conf',
    'evt.type=poll',
    'evt.type in (mmap,munmap,brk)',
    'evt.type=socket and fd.num>=3',
    'evt.type=open',
    'evt.type=open and fd.name startswith /etc',
    'evt.type=open and evt.res=ENOENT',
    'evt.type=open and fd.num>=3',
    'evt.type=open and fd.filename startswith lib',
    'evt.type=recvfrom and fd.l4proto=udp',
    'evt.type=sendto and fd.sport=53',
    'evt.type=write and proc.name=curl',
    'evt.type=fstat',
  ],
  single_ipv6_conn: [
    'evt.type=connect',
    'evt.type=connect and fd.l4proto=tcp',
    'evt.type=write',
    'evt.type=read',
    'evt.type=socket',
    'evt.type=write and evt.buflen>=10',
    'evt.is_io=true',
    'evt.is_io_write=true',
    'evt.is_io_read=true',
    'evt.type=read and evt.rawres>0',
    'evt.type=socket and fd.num>=3',
  ],
  test_ipv6_client: [
    'evt.type=close',
    'evt.type in (openat,close)',
    'evt.type=connect',
    'evt.type=execve',
    'evt.type=execve and evt.arg.res=0',
    'evt.type=write',
    'evt.type=read',
    'evt.type=sendto',
    'evt.type=socket',
    'evt.is_io=true',
    'evt.is_io_write=true',
    'evt.is_io_read=true',
    'evt.category=process',
    'evt.type=read and fd.type=file',
    'evt.type=read and fd.name contains lib',
    'evt.type=read and evt.rawres>0',
    'evt.type=close and fd.num=3',
    'evt.type in (mmap,munmap,brk)',
    'evt.type=socket and fd.num>=3',
    'evt.type=open',
    'evt.type=open and fd.name startswith /etc',
    'evt.type=open and fd.num>=3',
    'evt.type=open and fd.filename startswith lib',
    'evt.type=fstat',
  ],
};

const probe = spawnSync('sysdig', ['--version'], { encoding: 'utf8' });
const skip =
  skipWithoutShared || (probe.error === undefined ? false : 'the package sysdig is not installed');

/**
 * Events of the capture that pass the filter there; enter events, which we never show, are left
 * out.
 */
function countThere(capture: string, filter: string): number {
  const args = ['-r', capture, '-p', '%evt.num', `(${filter}) and evt.dir=<`];
  const { stdout, stderr } = spawnSync('sysdig', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const lines = stdout.split('\n').filter((line) => /^\d+$/.test(line));
  assert.ok(lines.length > 0, `${filter}: ${stderr}`);
  return lines.length;
}

for (const [name, filters] of Object.entries(FILTERS)) {
  test(`${filters.length} filters on ${name} pass as many events as in sysdig`, { skip }, () => {
    const capture = sharedPath(`compat/${name}.scap`);
    const compiler = new PlainCompiler(new FieldTable(), () => undefined);
    const counted = filters.map((filter) => {
      const { expr } = parseCondition(new Source('filter', filter));
      assert.ok(expr, filter);
      return { filter, holds: compiler.compile(expr), count: 0 };
    });
    replayCapture(capture, (context) => {
      for (const each of counted) if (each.holds(context)) each.count++;
    });
    const here = counted.map(({ filter, count }) => `${filter}: ${count}`);
    assert.deepEqual(
      here,
      filters.map((filter) => `${filter}: ${countThere(capture, filter)}`),
    );
  });
}

test('there are at least 40 different filters', () => {
  assert.ok(new Set(Object.values(FILTERS).flat()).size >= 40);
});
