import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, suite, type TestContext, test } from 'node:test';
import { installNodeHost } from '../../host/node-host.ts';
import { CONTAINER_ACCOUNTS_MAX, readContainerAccounts } from './accounts.ts';
import { FakeHost } from './fake-host.cases.ts';
import { LinuxFiles, NO_DIRECTORY } from './linux-files.ts';
import { startReady } from './live-processes.cases.ts';
import { ProcTree } from './proc-tree.ts';

const skip = process.getuid?.() === 0 ? false : 'only root may change the root of a process';

before(installNodeHost);

/** A process whose root is a new directory. */
async function startInRoot(t: TestContext, prepare: (etc: string) => void): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), 'saker-root-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'etc'));
  prepare(join(root, 'etc'));
  const script = 'chroot shift; $| = 1; print "ready\n"; sleep 60';
  const { pid } = await startReady(t, ['perl', '-e', script, root]);
  return pid;
}

suite('users of a container', { skip }, () => {
  test('those of its own root', async (t) => {
    const pid = await startInRoot(t, (etc) => {
      writeFileSync(join(etc, 'passwd'), 'www:x:33:33::/var/www:/bin/false\n');
      writeFileSync(join(etc, 'group'), 'www:x:33:\n');
    });
    const tree = new ProcTree({ hostname: '' });
    t.after(() => tree.close());
    assert.deepEqual(tree.readContainerAccounts(pid), {
      users: [{ uid: 33, gid: 33, name: 'www', home: '/var/www', shell: '/bin/false' }],
      groups: [{ gid: 33, name: 'www' }],
    });
  });

  test("never the host's", async (t) => {
    const tree = new ProcTree({ hostname: '' });
    t.after(() => tree.close());
    assert.equal(tree.readContainerAccounts(process.pid), undefined, 'the root is the host’s');
    const pid = await startInRoot(t, (etc) => {
      symlinkSync('/etc/passwd', join(etc, 'passwd'));
      symlinkSync('../../../etc/group', join(etc, 'group'));
    });
    assert.equal(tree.readContainerAccounts(pid), undefined, 'a link leads to the host');
    assert.equal(tree.readContainerAccounts(2 ** 22), undefined, 'no such process');
  });

  test('what is no file is not waited for, what is too large not read', async (t) => {
    const line = (id: number) => `u${id}:x:${id}:0:::\n`;
    const pid = await startInRoot(t, (etc) => {
      mkdirSync(join(etc, 'group'));
      const ids = Array.from({ length: CONTAINER_ACCOUNTS_MAX + 10 }, (_, id) => line(id));
      writeFileSync(join(etc, 'passwd'), ids.join(''));
    });
    const tree = new ProcTree({ hostname: '' });
    t.after(() => tree.close());
    assert.equal(tree.readContainerAccounts(pid)?.users.length, CONTAINER_ACCOUNTS_MAX);
    const huge = await startInRoot(t, (etc) => {
      writeFileSync(join(etc, 'passwd'), `${line(1)}${'#'.repeat(1 << 20)}`);
    });
    assert.equal(tree.readContainerAccounts(huge), undefined);
  });

  test('a file system of somebody in the way', (t) => {
    const host = new FakeHost(t);
    const files = new LinuxFiles();
    const points = ['/', '/etc', '/etc/passwd'];
    for (const [at, point] of points.entries()) {
      const mountinfo = `1 0 0:1 / ${point} rw - fuse.x x rw\n`;
      host.process(10 + at, { mountinfo });
      const process = files.openDirectory(NO_DIRECTORY, `${host.root}/proc/${10 + at}`);
      assert.equal(readContainerAccounts(files, process), undefined, point);
      files.close(process);
    }
    host.process(20, { mountinfo: '1 0 0:1 / /srv rw - fuse.x x rw\n' });
    const process = files.openDirectory(NO_DIRECTORY, `${host.root}/proc/20`);
    assert.ok(readContainerAccounts(files, process), 'not in the way');
    files.close(process);
  });
});
