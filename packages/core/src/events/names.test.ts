import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { describe, test } from 'node:test';
import { errnoName, SYSCALL_CODES, signalName, syscallName } from './names.ts';

describe('names', () => {
  test('known by number', () => {
    assert.deepEqual(
      [errnoName(2), signalName(15), syscallName(75)],
      ['ENOENT', 'SIGTERM', 'mprotect'],
    );
  });

  test('unknown ones are undefined', () => {
    const unknown = [
      errnoName(0),
      errnoName(-2),
      errnoName(100_000),
      signalName(0),
      signalName(64),
      syscallName(SYSCALL_CODES),
      syscallName(-1),
    ];
    assert.deepEqual(new Set(unknown), new Set([undefined]));
  });

  test('codes of system calls have names of their own', () => {
    const names = Array.from({ length: SYSCALL_CODES }, (_, code) => syscallName(code));
    const known = names.filter((name) => name !== undefined);
    assert.equal(new Set(known).size, known.length);
    assert(!known.includes(''));
  });

  test('agree with this system', {
    skip: process.platform === 'linux' ? false : 'no Linux',
  }, () => {
    const agree = (
      numbers: Readonly<Record<string, number>>,
      nameOf: (number: number) => string | undefined,
    ): void => {
      for (const number of new Set(Object.values(numbers))) {
        const name = nameOf(number);
        // A name that this system does not have, or another one for the same number.
        assert(name === undefined || (numbers[name] ?? number) === number, `${number}: ${name}`);
      }
    };
    agree(constants.errno, errnoName);
    agree(constants.signals, signalName);
  });
});
