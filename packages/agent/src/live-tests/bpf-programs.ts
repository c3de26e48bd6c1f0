/** For tests: the BPF programs of a process, and those that the kernel still has. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { syscallNumber } from '@saker/sensor/syscall-numbers.ts';
import { isErrno } from '../host/errno.ts';

/** Perl: bpf(BPF_PROG_GET_NEXT_ID) from first to last; union bpf_attr begins with both ids. */
const LIST = `
my $id = 0;
for (;;) {
  my $attributes = pack("L32", $id);
  last if syscall(${syscallNumber('bpf', process.arch)}, 11, $attributes, 128) < 0;
  $id = (unpack("L2", $attributes))[1];
  print "$id\\n";
}`;

/** Ids of those that its descriptors stand for. */
export function programsOf(pid: number): readonly number[] {
  const folder = `/proc/${pid}/fdinfo`;
  const ids = readdirSync(folder).flatMap((fd) => {
    const text = textOf(`${folder}/${fd}`);
    const id = /^prog_id:\s*(\d+)/mu.exec(text)?.[1];
    return id === undefined ? [] : [Number(id)];
  });
  return [...new Set(ids)];
}

/** '' for a descriptor that was closed since the folder was read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return '';
    throw error;
  }
}

/** Ids of all that are loaded, whoever did it. */
export function loadedPrograms(): ReadonlySet<number> {
  const text = execFileSync('perl', ['-e', LIST], { encoding: 'utf8' });
  return new Set(text.trim().split('\n').map(Number));
}
