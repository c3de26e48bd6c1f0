import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syscallName } from '@saker/core/events/names.ts';
import { describedSyscalls, stateSyscalls } from '@saker/core/events/syscall-sets.ts';
import { parseFilter } from './event-filter.ts';
import { chooseSyscalls } from './syscall-choice.ts';

function namesOf(choice: ReturnType<typeof chooseSyscalls>): ReadonlySet<string | undefined> {
  if (typeof choice === 'string') assert.fail(choice);
  return new Set([...choice].map(syscallName));
}

const ofFilter = (text: string) => namesOf(chooseSyscalls(undefined, parseFilter(text).ruleSet));

test('without a word, calls that have parameters to tell of', () => {
  const names = namesOf(chooseSyscalls(undefined, undefined));
  for (const name of ['read', 'openat', 'execve', 'clone3', 'ptrace']) assert.ok(names.has(name));
  assert.ok(!names.has('getrandom'), 'it has no event of its own');
});

test('all of them, those of state, those named with what they need', () => {
  assert.ok(namesOf(chooseSyscalls('all', undefined)).has('getrandom'));
  assert.equal(chooseSyscalls('state', undefined), stateSyscalls);
  const named = namesOf(chooseSyscalls('getrandom, connect', undefined));
  for (const name of ['getrandom', 'connect', 'socket', 'execve', 'close']) {
    assert.ok(named.has(name), name);
  }
  assert.ok(!named.has('read'));
});

test('names that are none', () => {
  const message = 'no system call is called "conect", did you mean "connect"?';
  assert.equal(chooseSyscalls('read,conect', undefined), message);
  assert.equal(chooseSyscalls('', undefined), 'no system call is called ""');
});

test('a filter asks for what it looks at', () => {
  const connects = ofFilter('evt.type = connect');
  assert.ok(connects.has('connect') && connects.has('openat') && !connects.has('read'));
  assert.ok(ofFilter('evt.type in (read, getrandom)').has('getrandom'));
  for (const text of ['proc.name = cat', 'not evt.type = openat']) {
    const names = ofFilter(text);
    assert.ok(names.has('read') && !names.has('getrandom'), text);
    assert.ok(names.size <= describedSyscalls.size, text);
  }
});
