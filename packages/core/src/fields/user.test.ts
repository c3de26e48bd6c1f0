import assert from 'node:assert/strict';
import test from 'node:test';
import { UNSET_ID } from '../state/thread-info.ts';
import type { Value } from './field.ts';
import { groupFields } from './group.ts';
import { closeEvent, containerOf, Scene, type ThreadTraits, valueOf } from './scene.cases.ts';
import { userFields } from './user.ts';

const fields = [...userFields, ...groupFields];

function hostWithUsers(): Scene {
  const scene = new Scene();
  scene.state.users.addUser('', {
    uid: 1000,
    gid: 1000,
    name: 'lab',
    home: '/home/lab',
    shell: '/bin/bash',
  });
  scene.state.users.addUser('', { uid: 0, gid: 0, name: 'toor', home: '/r', shell: '' });
  scene.state.users.addGroup('', { gid: 1000, name: 'labs' });
  return scene;
}

/** user.uid, name, homedir, shell, loginuid, loginname, group.gid, group.name */
const NAMES = fields.map((field) => field.name);

test('users and groups by the table of the host or the container, else by fallbacks', () => {
  const cases: readonly (readonly [what: string, ThreadTraits, wanted: readonly Value[]])[] = [
    [
      'listed',
      { uid: 1000, gid: 1000, loginuid: 1000 },
      [1000, 'lab', '/home/lab', '/bin/bash', 1000, 'lab', 1000, 'labs'],
    ],
    [
      'another user than the one who logged in; an empty shell is a value',
      { uid: 0, gid: 0, loginuid: 1000 },
      [0, 'toor', '/r', '', 1000, 'lab', 0, 'root'],
    ],
    [
      'not listed',
      { uid: 33, gid: 33, loginuid: 34 },
      [33, '<NA>', '<NA>', '<NA>', 34, '<NA>', 33, '<NA>'],
    ],
    [
      'unknown',
      { uid: UNSET_ID, gid: UNSET_ID, loginuid: UNSET_ID },
      [UNSET_ID, '<NA>', '<NA>', '<NA>', -1, '<NA>', UNSET_ID, '<NA>'],
    ],
    [
      'root of a container whose users are not known',
      { uid: 0, gid: 0, loginuid: 0, containerId: 'c0ffee' },
      [0, 'root', '/root', '<NA>', 0, 'root', 0, 'root'],
    ],
    [
      'the users of the host are not those of a container',
      { uid: 1000, gid: 1000, loginuid: 1000, containerId: 'c0ffee' },
      [1000, '<NA>', '<NA>', '<NA>', 1000, '<NA>', 1000, '<NA>'],
    ],
  ];
  for (const [what, traits, wanted] of cases) {
    const scene = hostWithUsers();
    const context = scene.on(scene.process(7, traits));
    const values = NAMES.map((name) => valueOf(fields, name, context));
    assert.deepEqual(values, wanted, what);
  }
});

test('without a thread: absent', () => {
  const context = hostWithUsers().on(undefined);
  for (const name of NAMES) assert.equal(valueOf(fields, name, context), undefined, name);
});

test('user.name of a container event is the configured user of the container', () => {
  const scene = hostWithUsers();
  scene.announce(containerOf({ user: 'app' }), 5);
  assert.equal(valueOf(fields, 'user.name', scene.on(undefined, closeEvent(5))), 'app');
  assert.equal(valueOf(fields, 'user.uid', scene.on(undefined, closeEvent(5))), undefined);
  const thread = scene.process(7, { uid: 1000 });
  assert.equal(valueOf(fields, 'user.name', scene.on(thread, closeEvent(6))), 'lab');
});
