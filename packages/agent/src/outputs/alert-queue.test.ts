import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Priority } from '@saker/core/rules/rule.ts';
import fc from 'fast-check';
import type { OutgoingAlert } from './alert-output.ts';
import { AlertQueue } from './alert-queue.ts';
import { outgoing } from './outgoing.cases.ts';
import { sumOf } from './output-counters.ts';

const PRIORITIES: readonly Priority[] = [0, 1, 2, 3, 4, 5, 6, 7];
const LONG = 1_000_000;

/** `a3` is an alert with the line a of priority 3. */
function alerts(text: string): OutgoingAlert[] {
  return text
    .split(' ')
    .map((word) => outgoing(word.slice(0, -1), Number(word.at(-1)) as Priority));
}

function rest(queue: AlertQueue): string {
  const lines: string[] = [];
  for (let alert = queue.take(); alert !== undefined; alert = queue.take()) lines.push(alert.line);
  return lines.join(' ');
}

const tables: readonly (readonly [name: string, alerts: string, left: string, dropped: string])[] =
  [
    ['leaves in the order of coming', 'a7 b0 c4', 'a b c', '00000000'],
    ['the oldest of equals goes', 'a5 b5 c5 d5', 'b c d', '00000100'],
    ['the least important goes', 'a2 b7 c4 d3', 'a c d', '00000001'],
    ['also when it is the one that comes', 'a2 b3 c4 d7', 'a b c', '00000001'],
    ['of the least important the oldest', 'a7 b2 c7 d2 e2', 'b d e', '00000002'],
  ];

for (const [name, written, left, dropped] of tables) {
  test(name, () => {
    const queue = new AlertQueue({ alertsMax: 3, charsMax: LONG });
    for (const alert of alerts(written)) queue.add(alert);
    assert.equal(queue.dropped.join(''), dropped);
    assert.equal(rest(queue), left);
    assert.equal(queue.size, 0);
  });
}

test('long lines count by their length, and one that is too long alone goes', () => {
  const queue = new AlertQueue({ alertsMax: 100, charsMax: 10 });
  queue.add(outgoing('12345'));
  queue.add(outgoing('67890'));
  queue.add(outgoing('x'));
  assert.equal(queue.size, 2);
  queue.add(outgoing('y'.repeat(11), 0));
  assert.equal(rest(queue), '');
  assert.equal(sumOf(queue.dropped), 4);
});

test('whatever happens: bounded, in order, nothing unaccounted for, no better one dropped', () => {
  const operation = fc.oneof(
    fc.constantFrom(...PRIORITIES).map((priority) => ({ add: priority })),
    fc.constant({ add: undefined }),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const queue = new AlertQueue({ alertsMax: 5, charsMax: LONG });
      let added = 0;
      let taken = 0;
      let last = -1;
      for (const { add } of operations) {
        if (add !== undefined) queue.add(outgoing(String(added++), add));
        const alert = add === undefined ? queue.take() : undefined;
        if (alert !== undefined) {
          taken++;
          assert.ok(Number(alert.line) > last);
          last = Number(alert.line);
        }
        assert.ok(queue.size <= 5);
        assert.equal(taken + queue.size + sumOf(queue.dropped), added);
      }
    }),
  );
});

test('what has left a long queue is not kept', () => {
  const queue = new AlertQueue({ alertsMax: Infinity, charsMax: Infinity });
  for (let number = 0; number < 10_000; number++) queue.add(outgoing(String(number)));
  for (let number = 0; number < 9999; number++) assert.equal(queue.take()?.line, String(number));
  queue.add(outgoing('more'));
  assert.equal(rest(queue), '9999 more');
  queue.add(outgoing('dropped'));
  queue.clear();
  assert.deepEqual([queue.size, sumOf(queue.dropped)], [0, 1]);
});
