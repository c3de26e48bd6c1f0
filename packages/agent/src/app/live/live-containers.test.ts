/** Containers from the control group to the name, by a runtime that a test makes up. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { TestMachine, threadEntry } from '@saker/core/state/machine.cases.ts';
import { loadConfig } from '../../config/load-config.ts';
import { FakeDaemon } from '../../enrich/docker/fake-daemon.cases.ts';
import { temporaryFolder } from '../../enrich/temporary-folder.cases.ts';
import { ProcTree } from '../../sources/proc/proc-tree.ts';
import { LiveContainers } from './live-containers.ts';

const WEB = 'a'.repeat(64);
const SHORT = WEB.slice(0, 12);
const SOON_MS = 5000;

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + SOON_MS;
  while (!isSo()) {
    assert.ok(performance.now() < end, `not in time: ${what}`);
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await wait(5);
  }
}

async function containersOf(t: TestContext, waitMs: number, isThere = true) {
  const path = join(temporaryFolder(t), 's');
  const daemon = new FakeDaemon(path);
  if (isThere) await daemon.listen();
  t.after(() => daemon.close());
  const { config } = loadConfig({ file: undefined, options: [], environment: {} });
  const known: string[] = [];
  const tree = new ProcTree({ hostname: '' });
  t.after(() => tree.close());
  const containers = new LiveContainers({
    config: {
      ...config.containers,
      engines: ['docker'],
      sockets: new Map([['docker', [path]]]),
      waitMs,
    },
    hostRoot: '',
    log: { warning: () => undefined, info: () => undefined, debug: () => undefined },
    onRecord: (record) => machine.apply(record),
    onKnown: (id) => known.push(id),
  });
  const machine: TestMachine = new TestMachine({
    containers: { onMatch: (match, cgroup) => containers.onMatch(match, cgroup) },
  });
  containers.watch(machine.state, tree);
  t.after(() => containers.stop());
  /** A thread of the container is found. */
  const find = () => machine.starts(threadEntry(1, { cgroups: `cpu=/docker/${WEB}` }));
  const name = () =>
    daemon.answers.set(`/containers/${WEB}/json`, { Id: WEB, Name: '/web', Config: {} });
  return { machine, containers, daemon, known, find, name };
}

test('where no runtime is, nobody waits for a name', async (t) => {
  const { machine, containers, find } = await containersOf(t, 60_000, false);
  await containers.start();
  find();
  const id = machine.state.threads.get(1)?.containerId ?? '';
  assert.equal(id, SHORT);
  assert.equal(containers.isAwaited(id), false);
});

test('a container is awaited until its name is there', async (t) => {
  const { machine, containers, known, find, name } = await containersOf(t, 60_000);
  await containers.start();
  assert.equal(containers.isAwaited(SHORT), false, 'nobody has seen it');
  find();
  assert.equal(containers.isAwaited(SHORT), true);
  name();
  await until('the name', () => known.includes(SHORT));
  assert.equal(containers.isAwaited(SHORT), false);
  assert.equal(machine.state.containers.get(SHORT)?.name, 'web');
});

test('it is awaited no longer than alerts may wait', async (t) => {
  const { containers, find } = await containersOf(t, 50);
  await containers.start();
  find();
  assert.equal(containers.isAwaited(SHORT), true);
  await wait(60);
  assert.equal(containers.isAwaited(SHORT), false);
});

test('one that ran before is awaited from the first event on, not from the scan', async (t) => {
  const { containers, find } = await containersOf(t, 50);
  find();
  await wait(60);
  await containers.start();
  assert.equal(containers.isAwaited(SHORT), true);
});

test('after the end nothing is told', async (t) => {
  const { containers, known, find, name } = await containersOf(t, 50);
  await containers.start();
  await containers.stop();
  name();
  find();
  await wait(50);
  assert.deepEqual(known, []);
});
