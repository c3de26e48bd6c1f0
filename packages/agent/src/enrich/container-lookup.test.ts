import assert from 'node:assert/strict';
import { chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { ContainerEngine } from '@saker/core/state/container-engines.ts';
import { parseContainerJson } from '@saker/core/state/container-json.ts';
import { ContainerLookup, type ContainerLookupOptions } from './container-lookup.ts';
import { FakeDaemon } from './docker/fake-daemon.cases.ts';
import type { RuntimeEngine } from './runtime-sockets.ts';
import { temporaryFolder } from './temporary-folder.cases.ts';

const WEB = 'a'.repeat(64);
const DB = 'b'.repeat(64);
const POD = 'c'.repeat(64);
const short = (id: string) => id.slice(0, 12);
const cgroup = (id: string) => `/docker/${id}`;

const inspected = (id: string, name: string, more: object = {}) => ({
  [`/containers/${id}/json`]: { Id: id, Name: `/${name}`, Config: { Image: 'app:1' }, ...more },
});

interface Delivered {
  readonly kind: 'metadata' | 'removed';
  readonly id: string;
  readonly name: string;
}

/** A lookup whose clock stands still, what it delivered and what it said. */
function lookupOf(t: TestContext, options: Partial<ContainerLookupOptions>) {
  const delivered: Delivered[] = [];
  const messages: string[] = [];
  const clock = { ms: 1000 };
  const note = (kind: Delivered['kind']) => (json: string, id: string) => {
    delivered.push({ kind, id, name: parseContainerJson(json)?.name ?? '' });
  };
  const lookup = new ContainerLookup({
    engines: ['docker'],
    sockets: new Map(),
    labelLengthMax: 100,
    withSize: false,
    hostRoot: '',
    now: () => clock.ms,
    onMetadata: note('metadata'),
    onRemoved: note('removed'),
    log: {
      warning: (message) => messages.push(`warning ${message}`),
      info: (message) => messages.push(`info ${message}`),
      debug: (message) => messages.push(`debug ${message}`),
    },
    ...options,
  });
  t.after(() => lookup.stop());
  return { lookup, delivered, messages, clock };
}

async function dockerOf(t: TestContext, answers: Readonly<Record<string, object>> = {}) {
  const path = join(temporaryFolder(t), 's');
  const daemon = await new FakeDaemon(path, answers).listen();
  t.after(() => daemon.close());
  const sockets = new Map<RuntimeEngine, readonly string[]>([['docker', [path]]]);
  return { daemon, path, sockets };
}

/** Until `isSo`; an error after 5 s. */
async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (isSo()) return;
    await wait(10);
  }
  assert.fail(`not after 5 s: ${what}`);
}

test('containers that run already are known when it has started', async (t) => {
  const { sockets } = await dockerOf(t, {
    '/containers/json': [{ Id: WEB }, { Id: DB }],
    ...inspected(WEB, 'web'),
    ...inspected(DB, 'db'),
  });
  const { lookup, delivered, messages } = lookupOf(t, { sockets });
  await lookup.start();
  assert.deepEqual(delivered.map(({ name }) => name).sort(), ['db', 'web']);
  assert.equal(lookup.known().length, 2);
  assert.match(messages[0] ?? '', /^info container runtime docker at .*: connected$/);
  const { runtimes, pending, known } = lookup.stats;
  assert.deepEqual([pending, known], [0, 2]);
  assert.equal(runtimes[0]?.state, 'connected');
});

test('events: made, changed, gone', async (t) => {
  const { daemon, sockets } = await dockerOf(t);
  const { lookup, delivered } = lookupOf(t, { sockets });
  await lookup.start();
  for (const [path, answer] of Object.entries(inspected(WEB, 'web'))) {
    daemon.answers.set(path, answer);
  }
  daemon.tell('create', WEB);
  await until('made', () => delivered.length === 1);
  daemon.tell('start', WEB);
  await until('asked again', () => daemon.asked.filter((path) => path.includes(WEB)).length === 2);
  daemon.answers.set(`/containers/${WEB}/json`, { Id: WEB, Name: '/renamed' });
  daemon.tell('rename', WEB);
  await until('changed', () => delivered.length === 2);
  daemon.tell('destroy', WEB);
  daemon.tell('destroy', DB);
  await wait(50);
  assert.deepEqual(delivered, [
    { kind: 'metadata', id: short(WEB), name: 'web' },
    { kind: 'metadata', id: short(WEB), name: 'renamed' },
  ]);
  assert.equal(lookup.stats.delivered, 2);
});

test('requests: once at a time, delivered again when it is wanted again', async (t) => {
  const { daemon, sockets } = await dockerOf(t, inspected(WEB, 'web'));
  const { lookup, delivered, clock } = lookupOf(t, { sockets });
  await lookup.start();
  const request = () => lookup.request(short(WEB), 'docker', cgroup(WEB));
  for (let count = 0; count < 100; count++) request();
  await until('found', () => delivered.length === 1);
  assert.equal(daemon.asked.filter((path) => path.includes(WEB)).length, 1);
  request();
  assert.equal(lookup.stats.pending, 0, 'on its way');
  clock.ms += 1000;
  request();
  await until('again', () => delivered.length === 2);
  assert.equal(lookup.stats.requests, 102);
});

test('a container that its runtime does not know yet, and one that nobody knows', async (t) => {
  const { daemon, sockets } = await dockerOf(t);
  const { lookup, delivered, clock } = lookupOf(t, { sockets });
  await lookup.start();
  lookup.request(short(WEB), 'docker', cgroup(WEB));
  lookup.request(short(DB), 'docker', cgroup(DB));
  await until('asked', () => daemon.asked.length >= 3);
  const [[path, answer]] = Object.entries(inspected(WEB, 'web')) as [[string, object]];
  daemon.answers.set(path, answer);
  await until('found', () => delivered.length === 1);
  await until('given up', () => lookup.stats.notFound === 1);
  assert.ok(lookup.stats.retries >= 8, `${lookup.stats.retries}`);
  const asked = daemon.asked.length;
  lookup.request(short(DB), 'docker', cgroup(DB));
  assert.equal(lookup.stats.pending, 0, 'nobody is asked again for a while');
  clock.ms += 60_001;
  lookup.request(short(DB), 'docker', cgroup(DB));
  await until('asked again', () => daemon.asked.length > asked);
});

test('a runtime that is lost and comes back', async (t) => {
  const { daemon, path, sockets } = await dockerOf(t, {
    '/containers/json': [{ Id: WEB }],
    ...inspected(WEB, 'web'),
  });
  const { lookup, delivered, messages } = lookupOf(t, { sockets });
  await lookup.start();
  await daemon.close();
  await until('lost', () => lookup.stats.runtimes[0]?.losses === 1);
  assert.match(messages.at(-1) ?? '', /^(warning .*: lost, connecting again|debug)/);
  lookup.request(short(DB), 'docker', cgroup(DB));
  const again = await new FakeDaemon(path, {
    '/containers/json': [{ Id: DB }],
    ...inspected(DB, 'db'),
  }).listen();
  t.after(() => again.close());
  await until('connected again', () => lookup.stats.runtimes[0]?.connections === 2);
  await until('found there', () => delivered.length === 2);
  assert.equal(delivered[1]?.name, 'db');
});

test('a runtime that is there later than its first container', async (t) => {
  const path = join(temporaryFolder(t), 's');
  const sockets = new Map<RuntimeEngine, readonly string[]>([['docker', [path]]]);
  const { lookup, delivered } = lookupOf(t, { sockets });
  await lookup.start();
  assert.equal(lookup.stats.runtimes[0]?.state, 'absent');
  const daemon = await new FakeDaemon(path, inspected(WEB, 'web')).listen();
  t.after(() => daemon.close());
  await wait(110);
  lookup.request(short(WEB), 'docker', cgroup(WEB));
  await until('found', () => delivered.length === 1);
});

test('errors are counted, other runtimes are asked all the same', async (t) => {
  const broken = await dockerOf(t);
  broken.daemon.answers.set(`/containers/${WEB}/json`, (response) => {
    response.writeHead(500).end();
  });
  broken.daemon.answers.set(`/containers/${DB}/json`, (response) => {
    response.writeHead(500).end();
  });
  const podman = await dockerOf(t, inspected(WEB, 'web'));
  const { lookup, delivered } = lookupOf(t, {
    engines: ['docker', 'podman'],
    sockets: new Map([
      ['docker', [broken.path]],
      ['podman', [podman.path]],
    ]),
  });
  await lookup.start();
  lookup.request(short(WEB), 'docker', cgroup(WEB));
  lookup.request(short(DB), 'docker', cgroup(DB));
  await until('found', () => delivered.length === 1);
  await until('counted', () => lookup.stats.errors > 0);
});

test('whoever is believed more is not overruled', async (t) => {
  const docker = await dockerOf(t, inspected(WEB, 'web'));
  const podman = await dockerOf(t, inspected(WEB, 'forged'));
  const { lookup, delivered } = lookupOf(t, {
    engines: ['docker', 'podman'],
    sockets: new Map([
      ['docker', [docker.path]],
      ['podman', [podman.path]],
    ]),
  });
  await lookup.start();
  docker.daemon.tell('start', WEB);
  await until('known', () => delivered.length === 1);
  podman.daemon.tell('start', WEB);
  podman.daemon.tell('destroy', WEB);
  await until('asked', () => podman.daemon.asked.some((path) => path.includes(WEB)));
  await wait(50);
  assert.deepEqual(
    delivered.map(({ name }) => name),
    ['web'],
  );
});

test('the sandbox of a container is looked for too', async (t) => {
  const labels = { 'io.kubernetes.sandbox.id': POD };
  const { sockets } = await dockerOf(t, {
    ...inspected(WEB, 'web', { Config: { Labels: labels } }),
    ...inspected(POD, 'k8s_POD_x'),
  });
  const { lookup, delivered } = lookupOf(t, { sockets });
  await lookup.start();
  lookup.request(short(WEB), 'docker', cgroup(WEB));
  await until('both', () => delivered.length === 2);
  assert.deepEqual(
    delivered.map(({ name }) => name),
    ['web', 'k8s_POD_x'],
  );
});

test('one socket by two paths is one runtime', async (t) => {
  const { daemon, path } = await dockerOf(t, { '/containers/json': [{ Id: WEB }] });
  const link = join(dirname(path), 'link');
  symlinkSync(path, link);
  const { lookup } = lookupOf(t, { sockets: new Map([['docker', [path, link]]]) });
  await lookup.start();
  assert.deepEqual(
    lookup.stats.runtimes.map(({ state }) => state),
    ['connected', 'absent'],
  );
  assert.equal(daemon.asked.filter((asked) => asked === '/containers/json').length, 1);
});

const skipUnlessRoot =
  process.getuid?.() === 0 ? false : 'sockets of other users can be made by root only';

/** A runtime of the user 1000 below a folder that stands for the root of the host. */
async function userRuntime(t: TestContext, answers: Readonly<Record<string, object>>) {
  const hostRoot = temporaryFolder(t);
  const path = join(hostRoot, 'run/user/1000/podman/podman.sock');
  mkdirSync(dirname(path), { recursive: true });
  const daemon = await new FakeDaemon(path, answers).listen();
  t.after(() => daemon.close());
  chownSync(path, 1000, 1000);
  const engines: readonly ContainerEngine[] = ['podman'];
  return { hostRoot, path, daemon, engines };
}

const inSliceOf = (uid: number, id: string) =>
  `/user.slice/user-${uid}.slice/user@${uid}.service/user.slice/libpod-${id}.scope/container`;

test('runtimes of users: for their own containers', { skip: skipUnlessRoot }, async (t) => {
  const { hostRoot, daemon, engines } = await userRuntime(t, {
    ...inspected(WEB, 'web'),
    ...inspected(DB, 'db'),
  });
  const { lookup, delivered } = lookupOf(t, { hostRoot, engines });
  await lookup.start();
  assert.equal(daemon.asked.length, 0);
  lookup.request(short(WEB), 'podman', inSliceOf(1000, WEB));
  await until('found', () => delivered.length === 1);
  assert.equal(delivered[0]?.name, 'web');
  lookup.request(short(DB), 'podman', inSliceOf(1001, DB));
  lookup.request(short(POD), 'podman', `/machine.slice/libpod-${DB}.scope`);
  await wait(300);
  assert.equal(delivered.length, 1);
  assert.ok(!daemon.asked.some((path) => path.includes(DB)));
});

test('runtimes of users: no word on others', { skip: skipUnlessRoot }, async (t) => {
  const { hostRoot, engines } = await userRuntime(t, inspected(WEB, 'forged'));
  const system = await new FakeDaemon(join(hostRoot, 'run/podman.sock'), {
    '/containers/json': [{ Id: WEB }],
    ...inspected(WEB, 'web'),
  }).listen();
  const sockets = new Map<RuntimeEngine, readonly string[]>([
    ['podman', ['/run/podman.sock', '/run/user/1000/podman/podman.sock']],
  ]);
  const { lookup, delivered, clock } = lookupOf(t, { hostRoot, engines, sockets });
  await lookup.start();
  assert.equal(lookup.stats.runtimes.length, 1, 'connected to that of the system only');
  await system.close();
  clock.ms += 5000;
  lookup.request(short(WEB), 'podman', inSliceOf(1000, WEB));
  await until('answered', () => lookup.stats.pending === 0);
  assert.deepEqual(
    delivered.map(({ name }) => name),
    ['web'],
  );
});

test('a socket of a user that leads elsewhere', { skip: skipUnlessRoot }, async (t) => {
  const { hostRoot, path, daemon, engines } = await userRuntime(t, inspected(WEB, 'web'));
  const other = join(hostRoot, 'run/user/1001/podman/podman.sock');
  mkdirSync(dirname(other), { recursive: true });
  symlinkSync(path, other);
  mkdirSync(join(hostRoot, 'run/user/1002'), { recursive: true });
  symlinkSync('/etc/passwd', join(hostRoot, 'run/user/1002/podman'));
  const { lookup, delivered } = lookupOf(t, { hostRoot, engines });
  await lookup.start();
  for (const uid of [1001, 1002]) lookup.request(short(WEB), 'podman', inSliceOf(uid, WEB));
  await wait(200);
  assert.deepEqual([delivered, daemon.asked, lookup.stats.errors], [[], [], 0]);
});

test('stopped: nothing is delivered, nothing is open', async (t) => {
  const { sockets } = await dockerOf(t, inspected(WEB, 'web'));
  const { lookup, delivered } = lookupOf(t, { sockets });
  await lookup.start();
  lookup.request(short(WEB), 'docker', cgroup(WEB));
  await lookup.stop();
  lookup.request(short(DB), 'docker', cgroup(DB));
  await wait(50);
  assert.deepEqual([delivered, lookup.stats.requests], [[], 1]);
  assert.equal(lookup.stats.runtimes[0]?.state, 'stopped');
});
