import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { syscallsNamed } from '@saker/core/engine/plan/syscall-index.ts';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { load, ruleText } from '@saker/core/rules/loading.cases.ts';
import { type SyscallWishes, selectSyscalls, tellUnrecorded } from './select-syscalls.ts';

const NONE = { customSet: [], repair: false, all: false };
const NO_EVENTS: ReadonlySet<number> = new Set();
const OPENS = 'evt.type in (open, openat)';

function logger() {
  const said: string[] = [];
  const log = (level: string, text: string): void => {
    said.push(`${level} ${text}`);
  };
  return { said, log: { log, debug: (text: string) => log('debug', text) } };
}

function isCloseSelected(condition: string, wishes: Partial<SyscallWishes>): boolean {
  const { ruleSet } = load(ruleText('a', condition));
  const { log, said } = logger();
  const all = { base: NONE, keepsClose: false, parsedEvents: NO_EVENTS, ...wishes };
  const selected = selectSyscalls(ruleSet, all, log);
  for (const code of syscallsNamed('openat')) assert.ok(selected.has(code), 'openat stays');
  const isSelected = syscallsNamed('close').every((code) => selected.has(code));
  assert.equal(
    said.some((text) => text.includes('close is not recorded')),
    !isSelected,
  );
  return isSelected;
}

describe('close', () => {
  const cases: readonly [what: string, string, Partial<SyscallWishes>, boolean][] = [
    ['nobody asks for it', OPENS, {}, false],
    ['not when state is repaired either', OPENS, { base: { ...NONE, repair: true } }, false],
    ['a rule is about it', `${OPENS} or evt.type = close`, {}, true],
    ['a rule is about everything', 'proc.name = cat', {}, true],
    ['it is named', OPENS, { base: { ...NONE, customSet: ['close', 'openat'] } }, true],
    ['it is taken away', OPENS, { base: { ...NONE, customSet: ['!close'] } }, false],
    ['captures are written', OPENS, { keepsClose: true }, true],
    ['a plugin parses it', OPENS, { parsedEvents: new Set([PPME.PPME_SYSCALL_CLOSE_X]) }, true],
    [
      'a plugin parses something else',
      OPENS,
      { parsedEvents: new Set([PPME.PPME_PLUGINEVENT_E]) },
      false,
    ],
  ];
  for (const [what, condition, wishes, expected] of cases) {
    test(what, () => assert.equal(isCloseSelected(condition, wishes), expected));
  }
});

describe('calls that no program records', () => {
  const programs = new Set(['sys_openat', 'sys_open']);
  test('are told when a rule looks at them', () => {
    const { log, said } = logger();
    tellUnrecorded(load(ruleText('a', 'evt.type in (openat, unshare)')).ruleSet, programs, log);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^warning .*cannot match on them: unshare$/);
  });
  test('are not told otherwise', () => {
    const { log, said } = logger();
    tellUnrecorded(load(ruleText('a', 'evt.type = openat')).ruleSet, programs, log);
    assert.deepEqual(said, []);
  });
});
