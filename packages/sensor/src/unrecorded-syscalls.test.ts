import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSCALL_CODES, syscallName } from '@saker/core/events/names.ts';
import { unrecordedSyscalls } from './unrecorded-syscalls.ts';

const codeByName = new Map(
  Array.from({ length: SYSCALL_CODES }, (_, code) => [syscallName(code), code]),
);

function unrecorded(names: string, programs: string, arch: string): string {
  const codes = names.split(' ').map((name) => codeByName.get(name) ?? -1);
  const found = unrecordedSyscalls(codes, new Set(programs.split(' ')), arch);
  return [...found].map((code) => syscallName(code)).join(' ');
}

test('calls without a program are told, calls that the machine does not have are not', () => {
  interface Case {
    readonly names: string;
    readonly programs: string;
    readonly arch?: string;
    readonly expected: string;
  }
  const cases: readonly Case[] = [
    { names: 'open openat', programs: 'sys_open sys_openat', expected: '' },
    { names: 'open openat', programs: 'sys_open', expected: 'openat' },
    { names: 'open openat', programs: 'sys_openat', arch: 'arm64', expected: '' },
    { names: 'setuid setuid32', programs: '', expected: 'setuid' },
    // A generic event of openat is no event of openat.
    { names: 'openat syncfs', programs: 'sys_generic', expected: 'openat' },
    { names: 'syncfs', programs: '', expected: 'syncfs' },
    {
      names: 'sched_process_exit sched_switch signal_deliver',
      programs: 'sched_process_exit sys_sched_switch',
      expected: 'sched_switch signal_deliver',
    },
  ];
  for (const { names, programs, arch = 'x64', expected } of cases) {
    assert.equal(unrecorded(names, programs, arch), expected, names);
  }
});
