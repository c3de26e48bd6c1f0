import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, test } from 'node:test';
import {
  capabilityBit,
  capabilityName,
  errnoCode,
  errnoName,
  SYSCALL_CODES,
  signalName,
  signalNumber,
  syscallCode,
  syscallName,
} from './names.ts';

describe('names', () => {
  test('known by number and by name', () => {
    assert.deepEqual([errnoName(2), errnoCode('ENOENT')], ['ENOENT', 2]);
    assert.deepEqual([signalName(15), signalNumber('SIGTERM')], ['SIGTERM', 15]);
    assert.deepEqual([capabilityName(21), capabilityBit('CAP_SYS_ADMIN')], ['CAP_SYS_ADMIN', 21]);
    assert.deepEqual([syscallName(75), syscallCode('mprotect')], ['mprotect', 75]);
  });

  test('unknown ones are undefined', () => {
    const unknown = [
      errnoName(0),
      errnoName(-2),
      errnoName(100_000),
      errnoCode('ENOTHING'),
      signalName(0),
      signalName(64),
      signalNumber('SIGNOTHING'),
      capabilityName(63),
      capabilityBit('CAP_NOTHING'),
      syscallName(SYSCALL_CODES),
      syscallName(-1),
      syscallCode('nothing'),
      // Gaps of the table have no name.
      syscallCode(''),
    ];
    assert.deepEqual(new Set(unknown), new Set([undefined]));
  });

  test('there and back', () => {
    for (let code = 1; code < 200; code++) {
      const name = errnoName(code);
      if (name !== undefined) assert.equal(errnoCode(name), code);
    }
    for (let code = 0; code < SYSCALL_CODES; code++) {
      const name = syscallName(code);
      if (name !== undefined) assert.equal(syscallCode(name), code, name);
    }
  });

  test('agree with this system', {
    skip: process.platform === 'linux' ? false : 'no Linux',
  }, () => {
    for (const [name, code] of Object.entries(constants.errno)) {
      assert.ok(errnoCode(name) === undefined || errnoCode(name) === code, name);
    }
    for (const [name, number] of Object.entries(constants.signals)) {
      assert.ok(signalNumber(name) === undefined || signalNumber(name) === number, name);
    }
  });
});
