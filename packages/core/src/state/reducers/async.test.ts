import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PPME } from '../../events/event-codes.gen.ts';
import { TestMachine } from '../machine.cases.ts';

const asyncEvent = (m: TestMachine, name: string, data: string) =>
  m.on(-1, PPME.PPME_ASYNCEVENT_E, { plugin_id: 0, name, data });

test('containers come and go', () => {
  const m = new TestMachine();
  const { lineageVersion } = m.state.threads;
  const { event, thread } = asyncEvent(
    m,
    'container',
    '{"container":{"id":"c1","name":"web","type":0}}\0',
  );
  const { containers, users } = m.state;
  assert.equal(thread, undefined);
  assert.equal(m.isShown, true);
  assert.deepEqual([containers.get('c1')?.name, containers.get('c1')?.type], ['web', 'docker']);
  assert.equal(containers.eventContainer, containers.get('c1'));
  assert.equal(containers.eventNumber, event.num);
  assert.notEqual(m.state.threads.lineageVersion, lineageVersion);
  m.on(-1, PPME.PPME_USER_ADDED_E, {
    uid: 1,
    gid: 1,
    name: 'u',
    home: '/',
    shell: '',
    container_id: 'c1',
  });
  asyncEvent(m, 'container_removed', '{"container":{"id":"c1","name":"web"}}');
  assert.equal(containers.get('c1'), undefined);
  assert.equal(containers.eventContainer?.name, 'web', 'the event itself still shows it');
  assert.equal(users.user('c1', 1), undefined);
});

test('events of other plugins, and what is no container', () => {
  const m = new TestMachine();
  asyncEvent(m, 'other', '{"container":{"id":"c1"}}');
  asyncEvent(m, 'container', '{"container":');
  assert.equal(m.state.containers.size, 0);
  assert.equal(m.state.containers.eventNumber, 0);
});

test('containers of older captures', () => {
  const m = new TestMachine();
  m.on(1, PPME.PPME_CONTAINER_JSON_2_E, { json: '{"container":{"id":"c2","image":"i"}}' });
  m.on(1, PPME.PPME_CONTAINER_JSON_E, { json: '{"container":{"id":"c3"}}' });
  m.on(1, PPME.PPME_CONTAINER_E, { id: 'c4', type: 1, name: 'box', image: 'im' });
  m.on(1, PPME.PPME_CONTAINER_E, {});
  const { containers } = m.state;
  assert.deepEqual(
    [...containers.values()].map(({ id, image }) => [id, image]),
    [
      ['c2', 'i'],
      ['c3', ''],
      ['c4', 'im'],
    ],
  );
  assert.equal(containers.get('c4')?.type, 'lxc');
});

test('users and groups', () => {
  const m = new TestMachine();
  const { users } = m.state;
  const user = { uid: 7, gid: 8, name: 'app', home: '/h', shell: '/s', container_id: '' };
  m.on(-1, PPME.PPME_USER_ADDED_E, user);
  assert.deepEqual(users.user('', 7), { uid: 7, gid: 8, name: 'app', home: '/h', shell: '/s' });
  m.on(-1, PPME.PPME_USER_DELETED_E, user);
  assert.equal(users.user('', 7), undefined);
  m.on(-1, PPME.PPME_GROUP_ADDED_E, { gid: 8, name: 'apps', container_id: 'c1' });
  assert.equal(users.group('c1', 8)?.name, 'apps');
  m.on(-1, PPME.PPME_GROUP_DELETED_E, { gid: 8, name: 'apps', container_id: 'c1' });
  assert.equal(users.group('c1', 8), undefined);
});
