import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknownContainer } from './container-info.ts';
import { ContainerTable } from './container-table.ts';

const container = (id: string, name = '') => ({ ...unknownContainer, id, name });

test('the container that is known longest makes room', () => {
  const table = new ContainerTable(2);
  table.add(container('a'));
  table.add(container('b'));
  table.add(container('a', 'again'));
  table.add(container('c'));
  assert.equal(table.get('b'), undefined);
  assert.equal(table.get('a')?.name, 'again');
  assert.equal(table.evictions, 1);
  table.delete('a');
  assert.deepEqual(
    [...table.values()].map(({ id }) => id),
    ['c'],
  );
  assert.equal(table.size, 1);
});
