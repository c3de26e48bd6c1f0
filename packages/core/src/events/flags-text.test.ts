import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { flagTables } from './flag-tables.gen.ts';
import { enumNames, flagNames, modeNames } from './flags-text.ts';

describe('flagNames', () => {
  const cases: readonly (readonly [table: string, value: number, names: string])[] = [
    ['file_flags', 4097, 'O_RDONLY|O_CLOEXEC'],
    ['file_flags', 9281, 'O_DIRECTORY|O_NONBLOCK|O_RDONLY|O_TMPFILE'],
    // All bits of O_RDWR are O_RDONLY and O_WRONLY, which it hides.
    ['file_flags', 3, 'O_RDWR'],
    ['file_flags', 0, 'O_NONE'],
    ['mount_flags', 4129, 'RDONLY|REMOUNT|BIND'],
    // The highest bit.
    ['mount_flags', 0x8000_0000, 'NOUSER'],
    ['mount_flags', 0x8000_0001, 'RDONLY|NOUSER'],
    // No name of value 0 in this table.
    ['mount_flags', 0, ''],
    ['access_flags', 0, 'F_OK'],
    ['access_flags', 6, 'R_OK|W_OK'],
    ['futex_operations', 129, 'FUTEX_PRIVATE_FLAG|FUTEX_WAKE'],
    // Bits without a name are not shown.
    ['unlinkat_flags', 0x8000_0200, 'AT_REMOVEDIR'],
    ['unlinkat_flags', 1, ''],
  ];
  for (const [table, value, names] of cases) {
    test(`${table} ${value} is ${names || 'nothing'}`, () => {
      assert.equal(flagNames(table)(value), names);
    });
  }

  test('every named bit is shown once, and bits that are not set never', () => {
    const bits = fc.array(fc.integer({ min: 0, max: 31 }));
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(flagTables)), bits, (table, set) => {
        const value = set.reduce((all, bit) => (all | (1 << bit)) >>> 0, 0);
        const names = flagNames(table)(value);
        const shown = names === '' ? [] : names.split('|');
        const rows = new Map(flagTables[table]);
        const covered = shown.map((name) => rows.get(name) ?? Number.NaN);
        for (const bit of covered) assert.equal((bit & value) >>> 0, bit);
        const total = covered.reduce((sum, bit) => sum + bit, 0);
        const union = covered.reduce((all, bit) => (all | bit) >>> 0, 0);
        assert.equal(total, union, 'no bit twice');
      }),
    );
  });
});

describe('enumNames', () => {
  const cases: readonly (readonly [table: string, value: number, names: string])[] = [
    ['socket_families', 1, 'AF_LOCAL|AF_UNIX'],
    ['socket_families', 10, 'AF_INET6'],
    ['socket_families', 255, ''],
    ['prctl_options', 23, 'PR_CAPBSET_READ'],
    ['rlimit_resources', 3, 'RLIMIT_STACK'],
    ['shutdown_how', 0, 'SHUT_RD'],
  ];
  for (const [table, value, names] of cases) {
    test(`${table} ${value} is ${names || 'nothing'}`, () => {
      assert.equal(enumNames(table)(value), names);
    });
  }
});

describe('modeNames', () => {
  const cases: readonly (readonly [table: string, value: number, names: string])[] = [
    ['chmod_mode', 0o644, 'S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR'],
    ['chmod_mode', 0o4755, 'S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID'],
    ['chmod_mode', 0, ''],
    ['chmod_mode', 0o400, 'S_IRUSR'],
    ['mknod_mode', 0o020666, 'S_IWOTH|S_IROTH|S_IWGRP|S_IRGRP|S_IWUSR|S_IRUSR|S_IFCHR'],
    ['mknod_mode', 0o010700, 'S_IXUSR|S_IWUSR|S_IRUSR|S_IFIFO'],
    ['mknod_mode', 0o010000, 'S_IFIFO'],
  ];
  for (const [table, value, names] of cases) {
    test(`${table} 0${value.toString(8)} is ${names || 'nothing'}`, () => {
      assert.equal(modeNames(table)(value), names);
    });
  }
});

test('without a table nothing has a name', () => {
  for (const names of [flagNames, enumNames, modeNames]) assert.equal(names(undefined)(1), '');
});
