import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compatTable, SYSCALLS_MAX, syscallNumber } from './syscall-numbers.ts';

const NO_CALL = 0xffff;

test('a call has the number of the architecture', () => {
  assert.equal(syscallNumber('read', 'x64'), 0);
  assert.equal(syscallNumber('openat', 'x64'), 257);
  assert.equal(syscallNumber('openat', 'arm64'), 56);
  assert.equal(syscallNumber('open', 'arm64'), undefined);
  assert.equal(syscallNumber('openat', 'riscv64'), undefined);
  assert.equal(syscallNumber('toString', 'x64'), undefined);
});

const compat: readonly (readonly [name: string, number: number, native: string | undefined])[] = [
  ['read', 3, 'read'],
  ['execve', 11, 'execve'],
  ['mmap2', 192, 'mmap'],
  ['stat64', 195, 'stat'],
  ['_llseek', 140, 'lseek'],
  ['chown32', 212, 'chown'],
  ['fstatat64', 300, 'newfstatat'],
  ['ppoll_time64', 414, 'ppoll'],
  ['ipc, of which the 64-bit table has only the parts', 117, undefined],
  ['a number that nobody uses', 222, undefined],
];

test('calls of the 32-bit entry have the number of the same 64-bit call', () => {
  const table = compatTable();
  for (const [name, number, native] of compat) {
    const expected = native === undefined ? NO_CALL : syscallNumber(native, 'x64');
    assert.equal(table[number], expected, name);
  }
  assert.ok(table.every((number) => number < SYSCALLS_MAX || number === NO_CALL));
});
