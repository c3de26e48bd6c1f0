import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserTable } from './user-table.ts';

const user = (uid: number, name: string) => ({ uid, gid: uid, name, home: '/h', shell: '/s' });

test('users and groups by container', () => {
  const table = new UserTable();
  assert.equal(table.user('', 0)?.name, 'root', 'root of the host is known by heart');
  assert.equal(table.group('', 0)?.name, 'root');
  assert.equal(table.user('c1', 0), undefined, 'that of a container is not');
  table.addUser('', user(0, 'toor'));
  table.addUser('c1', user(7, 'app'));
  table.addGroup('c1', { gid: 7, name: 'apps' });
  assert.equal(table.user('', 0)?.name, 'toor');
  assert.equal(table.user('', 7), undefined);
  assert.equal(table.user('c1', 7)?.name, 'app');
  assert.equal(table.group('c1', 7)?.name, 'apps');
  assert.equal(table.size, 4);
  table.deleteUser('c1', 7);
  table.deleteUser('c1', 7);
  assert.equal(table.user('c1', 7), undefined);
  table.deleteContainer('c1');
  assert.equal(table.group('c1', 7), undefined);
  table.deleteGroup('', 0);
  assert.equal(table.size, 1);
});

test('entries of name services are no users', () => {
  const table = new UserTable();
  table.addUser('', user(9, '+nis'));
  table.addGroup('', { gid: 9, name: '-x' });
  assert.equal(table.user('', 9), undefined);
  assert.equal(table.group('', 9), undefined);
});

test('a full table drops and counts', () => {
  const table = new UserTable(3);
  table.addUser('', user(1, 'a'));
  table.addUser('', user(2, 'b'));
  assert.equal(table.user('', 2), undefined);
  assert.equal(table.dropsFull, 1);
  table.addUser('', user(1, 'c'));
  assert.equal(table.user('', 1)?.name, 'c');
});
