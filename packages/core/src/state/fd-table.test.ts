import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FdType } from '../events/fd-type.ts';
import { FdInfo } from './fd-info.ts';
import { FDS_MAX, FdBudget, FdTable } from './fd-table.ts';

const file = (): FdInfo => new FdInfo(FdType.FILE_V2);

test('a table behaves like a map, on both sides of its array', () => {
  const number = fc.oneof(fc.nat(1100), fc.integer(), fc.constantFrom(-100, 2 ** 40));
  const operation = fc.tuple(fc.constantFrom('set', 'delete', 'purge', 'fork'), number);
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const budget = new FdBudget();
      let table = new FdTable(budget);
      let model = new Map<number, FdInfo>();
      for (const [kind, fd] of operations) {
        if (kind === 'set') {
          const entry = file();
          entry.closeOnExec = fd % 2 === 0;
          assert.ok(table.set(fd, entry));
          model.set(fd, entry);
        } else if (kind === 'delete') {
          table.delete(fd);
          model.delete(fd);
        } else if (kind === 'purge') {
          table.deleteWhere((entry) => entry.closeOnExec);
          model = new Map([...model].filter(([, entry]) => !entry.closeOnExec));
        } else {
          const fork = table.fork();
          table.clear();
          table = fork;
          model = new Map(fork.entries());
        }
        assert.equal(table.size, model.size);
        assert.equal(budget.used, model.size);
        assert.equal(table.get(fd), model.get(fd));
      }
      const inOrder = (entries: Iterable<[number, FdInfo]>) =>
        [...entries].sort((a, b) => a[0] - b[0]);
      assert.deepEqual(inOrder(table.entries()), inOrder(model));
    }),
  );
});

test('a fork shares entries until one side changes its own', () => {
  const parent = new FdTable();
  const entry = file();
  entry.closeOnExec = true;
  parent.set(3, entry);
  parent.set(5000, file());
  const child = parent.fork();
  assert.equal(child.get(3), entry);
  for (const fd of [3, 5000]) {
    const own = child.own(fd);
    assert.ok(own !== undefined && own !== parent.get(fd) && !own.isShared);
    assert.equal(child.get(fd), own);
    assert.equal(child.own(fd), own);
  }
  assert.equal(child.get(3)?.closeOnExec, true);
  assert.equal(child.own(7), undefined);
  child.delete(3);
  assert.equal(parent.get(3), entry);
  assert.notEqual(parent.own(3), entry, 'the parent cannot know that nobody else has it');
});

test('what finds no room is counted', () => {
  const budget = new FdBudget(3);
  const [first, second] = [new FdTable(budget), new FdTable(budget)];
  assert.ok(first.set(0, file()) && first.set(1, file()) && second.set(0, file()));
  assert.equal(second.set(1, file()), false);
  assert.ok(second.set(0, file()), 'replacing needs no room');
  assert.equal(second.set(9999, file()), false);
  assert.equal(budget.dropped, 2);
  assert.equal(first.fork().size, 0, 'a fork is whole or empty');
  assert.equal(budget.dropped, 4);
  first.clear();
  assert.equal(budget.used, 1);
  assert.equal(second.fork().size, 1);
});

test('one process cannot have all the room', () => {
  const table = new FdTable();
  for (let fd = 0; fd < FDS_MAX + 10; fd++) table.set(fd, file());
  assert.equal(table.size, FDS_MAX);
});
