import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '@saker/core/engine/alert.ts';
import { TestScreen } from '../testing.ts';
import { formatAlertForPeople } from './alert-text.ts';

function alert(message: string, more: Partial<Alert> = {}): Alert {
  return {
    rule: 'Shell started',
    priority: 4,
    source: 'syscall',
    tags: [],
    hostname: 'lab',
    time: 0,
    timeText: '10:00:00.000000000',
    timeUtc: '',
    message,
    outputFields: new Map(),
    ...more,
  };
}

const format = (message: string, screen = new TestScreen(), more: Partial<Alert> = {}): string =>
  formatAlertForPeople(alert(message, more), screen);

test('the name of the rule is said once', () => {
  const head = '10:00:00.000000000  Warning    Shell started';
  assert.equal(format('Shell started | command=sh'), `${head} | command=sh`);
  assert.equal(format('A shell (command=sh)'), `${head}: A shell (command=sh)`);
  assert.equal(format('Shell startedX'), `${head}: Shell startedX`);
  assert.equal(format('Shell started'), head);
});

test('what a terminal would obey is shown', () => {
  assert.match(format('a\u001b[2J\nb'), /: a\\x1b\[2J\\nb$/);
});

test('the priority has a column', () => {
  const at = (priority: Alert['priority']) => format('m', undefined, { priority }).slice(20, 31);
  assert.deepEqual(
    [0, 2, 6, 7].map((priority) => at(priority as Alert['priority'])),
    ['Emergency  ', 'Critical   ', 'Info       ', 'Debug      '],
  );
});

test('a terminal breaks lines at blanks, the rest hangs', () => {
  const words = 'one two three four five six seven eight nine ten eleven twelve thirteen';
  assert.deepEqual(format(words, new TestScreen(70)).split('\n'), [
    '10:00:00.000000000  Warning    Shell started: one two three four five',
    '        six seven eight nine ten eleven twelve thirteen',
  ]);
  assert.equal(format(words, new TestScreen(50)).split('\n').length, 1);
});

test('colours', (t) => {
  t.assert.snapshot(
    ([1, 3, 4, 5, 6] as const).map((priority) =>
      format('Shell started | x=1', new TestScreen(100, true), { priority }),
    ),
  );
});
