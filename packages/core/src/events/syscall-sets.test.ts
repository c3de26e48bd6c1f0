import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PPME } from './event-codes.gen.ts';
import { genericSyscalls } from './names.gen.ts';
import { SYSCALL_CODES, syscallName } from './names.ts';
import {
  codesOf,
  eventsOfSyscalls,
  ignoredSyscalls,
  ioSyscalls,
  stateSyscalls,
} from './syscall-sets.ts';

const namesOf = (codes: ReadonlySet<number>): string[] =>
  [...codes].map((code) => syscallName(code) ?? '').sort();
const allNames = Array.from({ length: SYSCALL_CODES }, (_, code) => syscallName(code));
function codeOf(name: string): number {
  assert(allNames.includes(name), name);
  return allNames.indexOf(name);
}

describe('sets of system calls', () => {
  test('the ignored ones are those that Falco leaves out by default', () => {
    assert.deepEqual(namesOf(ignoredSyscalls), [
      'pread64',
      'preadv',
      'pwrite64',
      'pwritev',
      'read',
      'readv',
      'recv',
      'send',
      'sendfile',
      'sendfile64',
      'write',
      'writev',
    ]);
  });

  test('io that state needs is not ignored', () => {
    for (const name of ['sendto', 'recvmsg']) {
      assert.ok(ioSyscalls.has(codeOf(name)), name);
      assert.ok(stateSyscalls.has(codeOf(name)), name);
    }
  });

  test('state needs processes and descriptors', () => {
    for (const name of ['clone', 'execve', 'openat', 'close', 'connect', 'sched_process_exit']) {
      assert.ok(stateSyscalls.has(codeOf(name)), name);
    }
    assert.ok(!stateSyscalls.has(codeOf('mprotect')));
  });

  test('events of a call, of old formats too', () => {
    const events = eventsOfSyscalls(new Set([codeOf('openat')]));
    assert.deepEqual(
      [...events].sort((a, b) => a - b),
      [
        PPME.PPME_SYSCALL_OPENAT_E,
        PPME.PPME_SYSCALL_OPENAT_X,
        PPME.PPME_SYSCALL_OPENAT_2_E,
        PPME.PPME_SYSCALL_OPENAT_2_X,
      ],
    );
  });

  test('generic events stand for the calls that have none', () => {
    assert.equal(codesOf(PPME.PPME_GENERIC_X), genericSyscalls);
    const events = eventsOfSyscalls(new Set(genericSyscalls.slice(0, 1)));
    assert.deepEqual([...events], [PPME.PPME_GENERIC_E, PPME.PPME_GENERIC_X]);
    assert.deepEqual(codesOf(PPME.PPME_PLUGINEVENT_E), []);
  });
});
