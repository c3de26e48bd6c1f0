import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  ownerOfSocket,
  type RuntimeEngine,
  runtimeSockets,
  socketIdentity,
  userSockets,
} from './runtime-sockets.ts';
import { temporaryFolder } from './temporary-folder.cases.ts';

const engines = ['podman', 'docker', 'lxc', 'cri', 'containerd'];

test('the usual ones, below the root of the host', () => {
  const found = runtimeSockets({ engines, sockets: new Map(), hostRoot: '/host' });
  const paths = found.map(({ engine, path }) => `${engine} ${path}`);
  assert.deepEqual(paths.slice(0, 4), [
    'docker /host/var/run/docker.sock',
    'docker /host/run/docker.sock',
    'podman /host/run/podman/podman.sock',
    'cri /host/run/containerd/containerd.sock',
  ]);
  assert.ok(paths.includes('cri /host/run/crio/crio.sock'));
  assert.ok(paths.includes('containerd /host/run/host-containerd/containerd.sock'));
});

test('those of the configuration, and none of engines that take no part', () => {
  const sockets = new Map<RuntimeEngine, readonly string[]>([
    ['docker', ['/a.sock', 'unix:///b.sock']],
    ['cri', ['/c.sock']],
  ]);
  const found = runtimeSockets({ engines: ['docker', 'podman'], sockets, hostRoot: '' });
  assert.deepEqual(
    found.map(({ path }) => path),
    ['/a.sock', '/b.sock', '/run/podman/podman.sock'],
  );
});

test('those of users', () => {
  const options = { engines: ['podman', 'cri'], sockets: new Map(), hostRoot: '/host' };
  const [podman, ...others] = userSockets(options, 1000);
  assert.deepEqual(podman, { engine: 'podman', path: '/host/run/user/1000/podman/podman.sock' });
  assert.deepEqual(others, []);
  const owner = (path: string, hostRoot = '') =>
    ownerOfSocket({ engine: 'podman', path }, hostRoot);
  assert.equal(owner('/host/run/user/1000/podman/podman.sock', '/host'), 1000);
  assert.equal(owner('/run/user/7/docker.sock'), 7);
  assert.equal(owner('/run/podman/podman.sock'), undefined);
});

test('paths of the same socket', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 's');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  symlinkSync(path, join(folder, 'link'));
  writeFileSync(join(folder, 'file'), '');
  assert.equal(socketIdentity(join(folder, 'link')), socketIdentity(path));
  assert.equal(socketIdentity(join(folder, 'file')), undefined);
  assert.equal(socketIdentity(join(folder, 'absent')), undefined);
});
