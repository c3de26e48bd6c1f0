import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CgroupReader, NO_CGROUPS } from './cgroups.ts';
import { unknownContainer } from './container-info.ts';

const ID = 'd'.repeat(64);

test('subsystems have the names that Falco prints', () => {
  const list = ['cpuset_cgroup=/', 'perf=/a', 'mem_cgroup=/b=c', 'io=/', 'pids=/'].join('\0');
  const read = new CgroupReader().read(list);
  assert.equal(
    read?.text,
    ['cpuset=/', 'perf_event=/a', 'memory=/b=c', 'blkio=/', 'pids=/'].join('\0'),
  );
  assert.equal(read?.containerId, '');
});

test('an item that is no pair makes the list none', () => {
  const reader = new CgroupReader();
  assert.equal(reader.read('cpu=/\0oops'), undefined);
  assert.equal(reader.read('cpu=/\0oops'), undefined);
  assert.equal(reader.read(''), NO_CGROUPS);
});

test('the first path of a container counts', () => {
  const reader = new CgroupReader();
  const read = reader.read(`cpu=\0mem=/\0io=/docker/${ID}\0pids=/default/x`);
  assert.equal(read?.containerId, 'd'.repeat(12));
  assert.equal(read?.container, undefined, 'docker is asked for the rest');
  assert.equal(reader.read(`cpu=\0mem=/\0io=/docker/${ID}\0pids=/default/x`), read);
});

test('every list of a container is told, known ones too', () => {
  const told: string[] = [];
  const onMatch = ({ id }: { readonly id: string }, path: string) => told.push(`${id} ${path}`);
  const reader = new CgroupReader({ onMatch });
  const lists = [`cpu=/\0io=/docker/${ID}`, 'cpu=/', `cpu=/\0io=/docker/${ID}`];
  for (const list of lists) reader.read(list);
  const once = `${'d'.repeat(12)} /docker/${ID}`;
  assert.deepEqual(told, [once, once]);
});

test('containers without a service are what their cgroup says', () => {
  const read = new CgroupReader().read('cpu=/lxc.payload.box');
  assert.deepEqual(read?.container, { ...unknownContainer, id: 'box', type: 'lxc' });
});

test('the static engine puts everything into its container', () => {
  const staticContainer = { ...unknownContainer, id: 'pod', name: 'all' };
  const reader = new CgroupReader({ staticContainer });
  assert.equal(reader.read('cpu=/')?.container, staticContainer);
  assert.equal(reader.read('')?.containerId, '');
  const none = new CgroupReader({ engines: [] });
  assert.equal(none.read(`cpu=/docker/${ID}`)?.containerId, '');
});

test('more lists than are remembered', () => {
  const reader = new CgroupReader();
  for (let i = 0; i < 10_000; i++) assert.equal(reader.read(`cpu=/${i}`)?.text, `cpu=/${i}`);
});
