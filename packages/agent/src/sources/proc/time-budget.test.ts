import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { StartNotes } from './start-notes.ts';
import { TimeBudget } from './time-budget.ts';

suite('a budget of time', () => {
  test('what was spent comes back slowly', () => {
    const budget = new TimeBudget(50, 200, 1000);
    assert.ok(budget.isLeft(1000));
    budget.spend(300);
    assert.ok(!budget.isLeft(1000));
    assert.ok(!budget.isLeft(3000), '100 ms came back, and were owed');
    assert.ok(budget.isLeft(3020));
  });

  test('a pause gives no more than a burst', () => {
    const budget = new TimeBudget(50, 200, 0);
    assert.ok(budget.isLeft(3_600_000));
    budget.spend(200);
    assert.ok(!budget.isLeft(3_600_000));
  });
});

suite('notes of starts', () => {
  test('the oldest are forgotten, and only they', () => {
    const notes = new StartNotes(2);
    for (const tid of [1, 2, 3, 4, 5]) notes.note(tid, tid * 10);
    const known = [1, 2, 3, 4, 5].map((tid) => notes.startTicks(tid));
    assert.deepEqual(known, [undefined, undefined, 30, 40, 50]);
  });

  test('a later start replaces, and one can be forgotten', () => {
    const notes = new StartNotes(1);
    notes.note(1, 10);
    notes.note(1, 20);
    assert.equal(notes.startTicks(1), 20);
    notes.forget(1);
    assert.equal(notes.startTicks(1), undefined);
  });
});
