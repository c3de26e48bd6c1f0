import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { saker } from '../testing.ts';
import { SAKER_VERSION } from './versions.ts';

/**
 * A file that is there and says nothing: tests must not depend on what this machine has in
 * /etc/falco.
 */
const config = ['-c', '/dev/null'];

describe('what needs no configuration', () => {
  test('--help, as wide as Falco prints it', async (context) => {
    const { code, stdout, stderr } = await saker('--help');
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.ok(stdout.split('\n').every((line) => line.length <= 140));
    context.assert.snapshot(stdout, { serializers: [String] });
  });

  test('--config-schema and --rule-schema are JSON', async () => {
    for (const flag of ['--config-schema', '--rule-schema']) {
      const { code, stdout } = await saker(flag);
      assert.equal(code, 0);
      assert.match(JSON.stringify(JSON.parse(stdout)), /"\$schema":"http/);
    }
  });

  test('-i lists system calls', async () => {
    const { stdout } = await saker('-i');
    assert.match(stdout, /^Ignored syscall\(s\):\n(- \w+\n)+\n$/);
    assert.match(stdout, /^- read\n/m);
    assert.doesNotMatch(stdout, /^- openat\n/m);
  });

  test('--list-events in three formats', async () => {
    assert.match((await saker('--list-events')).stdout, /^> openat2?\(/m);
    const markdown = await saker('--list-events', '--format', 'markdown');
    assert.match(markdown.stdout, /^Yes \| `<` \| `openat2?` \|/m);
    const json = await saker('--list-events', '--format', 'json');
    assert.ok('Syscall events' in (JSON.parse(json.stdout) as object));
  });
});

describe('versions', () => {
  test('are those of the package', () => {
    const file = resolve(import.meta.dirname, '../../package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
    assert.equal(SAKER_VERSION, version);
  });

  test('--version has the lines that Falco prints', async () => {
    const { code, stdout } = await saker(...config, '--version');
    assert.equal(code, 0);
    assert.match(stdout, /^Saker version: \S+\nFalco version: 0\.44\.\d+\nLibs version: {2}\S+\n/);
    assert.match(stdout, /\nEngine: {8}0\.63\.0\nDriver:\n {2}API version: {4}10\.1\.0\n/);
  });

  test('--version as JSON', async () => {
    const { stdout } = await saker(...config, '-o', 'json_output=true', '--version');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(document['engine_version'], '63');
    assert.equal(document['engine_version_semver'], '0.63.0');
    assert.deepEqual(document['plugin_versions'], { container: '0.7.1' });
    assert.deepEqual(Object.keys(document), Object.keys(document).toSorted());
  });
});

describe('what needs a configuration', () => {
  test('--page-size', async () => {
    const { stdout } = await saker(...config, '--page-size');
    assert.match(stdout, /^Your system page size is: \d+ bytes\n$/);
  });

  test('--list by source, names only', async () => {
    const all = await saker(...config, '--list', '-N');
    assert.match(all.stdout, /^proc\.name$/m);
    const syscall = await saker(...config, '--list=syscall', '-N');
    assert.equal(syscall.stdout, all.stdout);
    const own = await saker(...config, '--list', '-N', '-o', 'static_fields.region=eu');
    assert.match(own.stdout, /^static\.region$/m);
    const unknown = await saker(...config, '--list=k8s_audit');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /^Error: --list: there is no event source "k8s_audit"/);
  });

  test('--list-plugins and --plugin-info', async () => {
    const list = await saker(...config, '--list-plugins');
    assert.match(list.stdout, /^1 Plugins Loaded:\n\nName: container\n/);
    for (const name of ['container', 'libcontainer.so', '/usr/share/falco/libcontainer.so']) {
      assert.equal((await saker(...config, '--plugin-info', name)).code, 0);
    }
    const unknown = await saker(...config, '--plugin-info', 'contianer');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /no plugin "contianer": did you mean "container"/);
  });
});

describe('mistakes', () => {
  const cases: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--versoin'], /^Error: option "--versoin" does not exist: did you mean "--version"\?\n$/],
    [['-c', '/nonexistent.yaml'], /^Error: cannot read .*nonexistent.yaml: it does not exist\n$/],
    [['-c', '/tmp'], /^Error: cannot read the configuration file \/tmp: it is a directory\n$/],
    [
      [...config, '-o', 'json_output'],
      /form key=value.*\nError: the configuration cannot be used/s,
    ],
  ];

  test('are told, exit code 1', async () => {
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await saker(...args);
      assert.equal(code, 1, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, message);
    }
  });
});
