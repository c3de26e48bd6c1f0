import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PPME } from '@saker/core/events/event-codes.gen.ts';
import { TestMachine, threadEntry } from '@saker/core/state/machine.cases.ts';
import { EventFilter, parseFilter } from './event-filter.ts';

test('events that match', () => {
  const machine = new TestMachine().starts(threadEntry(7, { comm: 'cat' }), threadEntry(8));
  const { ruleSet } = parseFilter('proc.name = cat and fd.name startswith /etc');
  assert.ok(ruleSet !== undefined);
  const filter = new EventFilter(ruleSet, machine.state);
  const opens = (tid: number, name: string) =>
    filter.accepts(machine.on(tid, PPME.PPME_SYSCALL_OPEN_X, { fd: 3, name, flags: 1 }));
  assert.deepEqual(
    [opens(7, '/etc/passwd'), opens(7, '/tmp/x'), opens(8, '/etc/passwd')],
    [true, false, false],
  );
});

test('what is wrong with a condition is told at its place', () => {
  const cases: readonly (readonly [text: string, message: string, start: number])[] = [
    ['proc.nam = cat', "there is no field 'proc.nam'", 0],
    ['proc.name = cat and', "expected a clause after 'and', found the end", 19],
    ['proc.name = cat and spawned_process', '"spawned_process" is no comparison', 20],
    ['evt.type = opn', "'opn' is not the name of an event or system call", 11],
  ];
  for (const [text, message, start] of cases) {
    const { ruleSet, diagnostics } = parseFilter(text);
    const [first] = diagnostics;
    assert.equal(ruleSet, undefined);
    assert.ok(first !== undefined, `${text} is refused`);
    assert.ok(first.message.startsWith(message), first.message);
    assert.deepEqual([first.source.name, first.span.start], ['--filter', start]);
  }
});
