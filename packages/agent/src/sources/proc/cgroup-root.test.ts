import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fromText } from '@saker/core/base/byte-string.ts';
import { unifiedRoot } from './cgroup-root.ts';
import { FakeHost } from './fake-host.cases.ts';
import { LinuxFiles, NO_DIRECTORY } from './linux-files.ts';

const cgroup2 = (root: string, point: string): string =>
  `30 1 0:26 ${root} ${point} rw - cgroup2 cgroup2 rw\n`;

const groups = ['a/x', 'kube pods/pöd/c', 'z'];

/** What a container would find that runs in the group of the host's hierarchy. */
function rootSeenBy(host: FakeHost, group: string): string {
  for (const path of groups) mkdirSync(join(host.root, 'cg', path), { recursive: true });
  host.link('own', join(host.root, 'cg', group));
  host.link('proc/1/root', host.root);
  host.write('proc/1/mountinfo', `1 0 0:1 / / rw - ext4 x rw\n${cgroup2('/../../..', '/cg')}`);
  const others = cgroup2('/..', '/elsewhere');
  host.write('proc/self/mountinfo', others + cgroup2('/', join(host.root, 'own')));
  const files = new LinuxFiles();
  const path = join(host.root, 'proc');
  const proc = files.openDirectory(NO_DIRECTORY, path);
  const root = unifiedRoot(files, proc, path);
  files.close(proc);
  return root;
}

suite("where a process's own cgroup namespace begins", () => {
  const namespaces = (host: FakeHost, own: number): void => {
    host.link('proc/self/ns/cgroup', `cgroup:[${own}]`);
    host.link('proc/1/ns/cgroup', 'cgroup:[1]');
  };

  for (const group of groups) {
    test(group, (t) => {
      const host = new FakeHost(t);
      namespaces(host, 2);
      assert.equal(rootSeenBy(host, group), fromText(`/${group}`));
    });
  }

  test("in the host's own namespace nothing is looked for", (t) => {
    const host = new FakeHost(t);
    namespaces(host, 1);
    assert.equal(rootSeenBy(host, 'z'), '');
  });

  test('where it cannot be seen', (t) => {
    assert.equal(rootSeenBy(new FakeHost(t), 'z'), '');
  });
});
