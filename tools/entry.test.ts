/** bin/saker: found from anywhere, dispatches on the first word, starts fast. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const saker = join(root, 'bin/saker');

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'saker-entry-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string = root,
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('flags go to the agent, from any folder and through links', (context) => {
  const folder = temporary(context);
  symlinkSync(saker, join(folder, 'absolute'));
  symlinkSync(relative(folder, saker), join(folder, 'relative'));
  symlinkSync('relative', join(folder, 'twice'));
  for (const command of [saker, './absolute', './relative', './twice']) {
    const { status, stdout, stderr } = run(command, ['--version'], folder);
    assert.equal(status, 0, `${command}: ${stderr}`);
    assert.match(stdout, /^Saker version: /);
  }
  assert.match(run('sh', ['saker', '--version'], join(root, 'bin')).stdout, /^Saker version: /);
});

test('an unknown word gets a suggestion', () => {
  const { status, stderr } = run(saker, ['repaly']);
  assert.notEqual(status, 0);
  assert.match(stderr, /repaly.*did you mean "replay"/s);
});

test('the hub says that it is yet to come', () => {
  const { status, stderr } = run(saker, ['hub', '--port', '1']);
  assert.equal(status, 1);
  assert.match(stderr, /hub is not part of this version/);
});

test('without its packages it says how to get them', (context) => {
  const folder = temporary(context);
  mkdirSync(join(folder, 'bin'));
  copyFileSync(saker, join(folder, 'bin/saker'));
  const { status, stderr } = run(join(folder, 'bin/saker'), ['--version']);
  assert.equal(status, 1);
  assert.match(stderr, /packages are not installed; run: npm start/);
});

test('--version takes less than 150 ms', () => {
  // The best of several: the machine may be busy with other tests.
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    run(saker, ['--version']);
    return performance.now() - start;
  });
  assert.ok(
    Math.min(...times) < 150,
    `best of ${times.map((time) => time.toFixed(0)).join(', ')} ms`,
  );
});
