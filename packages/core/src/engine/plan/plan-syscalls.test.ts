import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { syscallName } from '../../events/names.ts';
import { ignoredSyscalls, stateSyscalls } from '../../events/syscall-sets.ts';
import { type BaseSyscalls, planSyscalls, unrecordedMessage } from './plan-syscalls.ts';
import { eventNamesOf, syscallsNamed } from './syscall-index.ts';

const defaults: BaseSyscalls = { customSet: [], repair: false, all: false };

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
function codes(names: string): ReadonlySet<number> {
  return new Set(words(names).flatMap(syscallsNamed));
}
const namesOf = (set: ReadonlySet<number>): string => eventNamesOf(set).join(' ');
const stateNames = namesOf(stateSyscalls);
/** All names, sorted, each once. */
const together = (...names: string[]): string => namesOf(codes(names.join(' ')));
function less(names: string, removed: string): string {
  return words(names)
    .filter((name) => !words(removed).includes(name))
    .join(' ');
}

/** What containers are noticed by, and the end of processes: always. */
const always = 'chroot clone clone3 execve execveat fork procexit vfork';
/** What `repair` always adds. */
const life =
  'capset chdir chroot clone clone3 execve execveat fchdir fork prctl procexit setgid setpgid ' +
  'setresgid setresuid setsid setuid vfork';

interface Case {
  readonly name: string;
  readonly rules: string;
  readonly base: Partial<BaseSyscalls>;
  readonly selected: string;
}

const cases: readonly Case[] = [
  {
    name: 'rules and state',
    rules: 'mprotect syncfs',
    base: {},
    selected: together(stateNames, 'mprotect syncfs'),
  },
  {
    name: 'frequent calls are left out, state keeps its own',
    rules: 'read write sendto mprotect',
    base: {},
    selected: together(stateNames, 'mprotect'),
  },
  {
    name: 'all keeps the frequent ones',
    rules: 'read write',
    base: { all: true },
    selected: together(stateNames, 'read write'),
  },
  {
    name: 'all adds nothing by itself',
    rules: '',
    base: { all: true },
    selected: stateNames,
  },
  {
    name: 'names in custom_set replace the state set',
    rules: 'openat',
    base: { customSet: ['mprotect', 'syncfs'] },
    selected: together('openat mprotect syncfs', always),
  },
  {
    name: 'a frequent call in custom_set needs all',
    rules: '',
    base: { customSet: ['read', 'ptrace'] },
    selected: together('ptrace', always),
  },
  {
    name: 'and is there with all',
    rules: '',
    base: { customSet: ['read', 'ptrace'], all: true },
    selected: together('read ptrace', always),
  },
  {
    name: '!name alone leaves the state set',
    rules: 'openat',
    base: { customSet: ['!connect'] },
    selected: less(stateNames, 'connect'),
  },
  {
    name: '!name takes calls from the rules',
    rules: 'openat ptrace',
    base: { customSet: ['mprotect', '!ptrace'] },
    selected: together('openat mprotect', always),
  },
  {
    name: '!name wins over name',
    rules: '',
    base: { customSet: ['!mprotect', 'mprotect', 'ptrace'] },
    selected: together('ptrace', always),
  },
  {
    name: 'an event name takes every call of its old events',
    rules: 'accept4',
    base: { customSet: ['!accept'] },
    selected: less(stateNames, 'accept accept4'),
  },
  {
    name: 'the end of processes stays',
    rules: '',
    base: { customSet: ['ptrace', '!procexit', '!clone'] },
    selected: less(together('ptrace', always), 'clone'),
  },
  {
    name: 'repair: processes only',
    rules: 'execve',
    base: { repair: true },
    selected: life,
  },
  {
    name: 'repair: files are closed',
    rules: 'openat',
    base: { repair: true },
    selected: together(life, 'openat close'),
  },
  {
    name: 'repair: data goes through descriptors, even when it is then ignored',
    rules: 'write',
    base: { repair: true },
    selected: together(life, 'close'),
  },
  {
    name: 'repair: connections',
    rules: 'connect',
    base: { repair: true },
    selected: together(life, 'connect socket getsockopt close'),
  },
  {
    name: 'repair: servers',
    rules: 'listen',
    base: { repair: true },
    selected: together(life, 'listen bind socket getsockopt close'),
  },
  {
    name: 'repair takes back what custom_set took away, rules do not get theirs back',
    rules: 'accept connect ptrace',
    base: { repair: true, customSet: ['!bind', '!ptrace', '!clone'] },
    selected: together(life, 'accept connect bind socket getsockopt close'),
  },
  {
    name: 'repair with names: for these',
    rules: 'ptrace',
    base: { repair: true, customSet: ['openat'] },
    selected: together(life, 'ptrace openat close'),
  },
];

describe('selected calls', () => {
  for (const { name, rules, base, selected } of cases) {
    test(name, () => {
      const plan = planSyscalls(codes(rules), { ...defaults, ...base });
      assert.equal(namesOf(plan.selected), selected);
    });
  }

  test('codes are calls, without the ignored ones', () => {
    const everyCode = Array.from({ length: 500 }, (_, code) => code).filter(
      (code) => code > 0 && syscallName(code) !== undefined,
    );
    const { selected } = planSyscalls(new Set(everyCode), defaults);
    assert.equal(selected.size, everyCode.length - ignoredSyscalls.size);
  });
});

describe('messages', () => {
  const lines = (rules: string, base: Partial<BaseSyscalls>, level: string): string[] =>
    planSyscalls(codes(rules), { ...defaults, ...base })
      .messages.filter((message) => message.level === level)
      .map(({ text }) => text);

  test('what makes up the set, for debugging', () => {
    const base = { customSet: ['mprotect', '!kill'] };
    assert.deepEqual(lines('accept kill read', base, 'debug'), [
      '(4) syscalls in rules: accept, accept4, kill, read',
      `(8) syscalls required by plugins: ${always.replaceAll(' ', ', ')}`,
      '+(1) syscalls added (base_syscalls override): mprotect',
      '-(1) syscalls removed (base_syscalls override): kill',
      '-(1) ignored syscalls (-> activate via base_syscalls.all): read',
      '(11) syscalls selected in total (final set): accept, accept4, chroot, clone, clone3, ' +
        'execve, execveat, fork, mprotect, procexit, vfork',
    ]);
    const [first, , state] = lines('openat', {}, 'debug');
    assert.equal(first, '(1) syscalls in rules: openat');
    assert.match(
      state ?? '',
      /^\+\(\d+\) syscalls \(Falco's state engine set of syscalls\): accept/,
    );
    assert.doesNotMatch(state ?? '', /openat,/);
  });

  test('what repair brought back', () => {
    assert.deepEqual(lines('openat', { repair: true, customSet: ['!close'] }, 'info'), [
      '+(1) repaired syscalls: close',
    ]);
  });

  test('names that are none', () => {
    const customSet = ['openta', 'setuid32', '', '!', '!conect', '!xyzzyxyzzy'];
    assert.deepEqual(lines('', { customSet }, 'warning'), [
      'Invalid (positive) syscall names: warning (base_syscalls override): !, ' +
        'openta (did you mean "openat"?), setuid32 (did you mean "setuid"?)',
      'Invalid (negative) syscall names: warning (base_syscalls override): ' +
        'conect (did you mean "connect"?), xyzzyxyzzy',
    ]);
  });

  test('calls of rules that are not recorded', () => {
    const [line, ...others] = lines('read openat ptrace', { customSet: ['!ptrace'] }, 'warning');
    assert.match(line ?? '', /not activated: warning \(unsupported-evttype\): ptrace, read\./);
    assert.deepEqual(others, []);
    assert.deepEqual(lines('openat', {}, 'warning'), []);
  });

  test('calls that have no program', () => {
    const message = unrecordedMessage(codes('openat switch kill'), codes('switch read'));
    assert.equal(message?.level, 'warning');
    assert.match(message.text, /does not record.*: switch$/);
    assert.equal(unrecordedMessage(codes('openat'), codes('read')), undefined);
  });
});
