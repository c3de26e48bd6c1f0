import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type LoadedConfig, loadConfig } from './load-config.ts';

function load(context: TestContext, text: string, ...options: string[]): LoadedConfig {
  const folder = mkdtempSync(join(tmpdir(), 'saker-plugins-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'falco.yaml');
  writeFileSync(file, text);
  return loadConfig({ file, options, environment: {} });
}

const names = ({ config }: LoadedConfig) => config.plugins.map(({ name }) => name);

const two = `plugins:
  - {name: json, library_path: libjson.so}
  - name: k8saudit
    library_path: libk8saudit.so
    init_config: {sslCertificate: /a.pem, maxEventSize: 262144, "async": "true", list: [1, x, ~]}
    open_params: " http://:9765/k8s-audit "
`;

test('load_plugins chooses and orders', (context) => {
  assert.deepEqual(names(load(context, `${two}load_plugins: [k8saudit, json]\n`)), [
    'k8saudit',
    'json',
  ]);
  assert.deepEqual(names(load(context, `${two}load_plugins: []\n`)), []);
});

test('without load_plugins all are meant, as for Falco', (context) => {
  assert.deepEqual(names(load(context, two)), ['json', 'k8saudit']);
  assert.deepEqual(names(load(context, 'json_output: true\n')), []);
});

test('init_config is what JSON makes of it, open_params is trimmed', (context) => {
  const [, plugin] = load(context, two).config.plugins;
  assert.deepEqual(plugin, {
    name: 'k8saudit',
    libraryPath: 'libk8saudit.so',
    initConfig: {
      sslCertificate: '/a.pem',
      maxEventSize: 262_144,
      async: true,
      list: [1, 'x', null],
    },
    openParams: 'http://:9765/k8s-audit',
  });
  const text = load(context, 'plugins: [{name: a, library_path: a.so, init_config: \'{"k": 1}\'}]');
  assert.equal(text.config.plugins[0]?.initConfig, '{"k": 1}');
});

test('an option adds behind the entry for containers, which falco.yaml has', () => {
  const options = [
    'plugins[]={name: json, library_path: libjson.so}',
    'load_plugins[]=json',
    'plugins[0].init_config.with_size=true',
  ];
  const loaded = loadConfig({ file: undefined, options, environment: {} });
  assert.deepEqual(loaded.diagnostics, []);
  assert.deepEqual(names(loaded), ['json']);
  assert.equal(loaded.config.containers.withSize, true);
});

test('libraries stay in their folder', (context) => {
  const found = (path: string) =>
    load(context, `plugins: [{name: a, library_path: ${path}}]`).diagnostics.map(
      ({ message }) => message,
    );
  assert.match(
    found('../../evil.so').join(),
    /^plugin library_path '..\/..\/evil.so' resolves outside the plugins directory/,
  );
  assert.deepEqual(found('a/../b.so'), []);
  assert.deepEqual(found('/opt/b.so'), []);
});

test('the endpoint of older Falcos brings what it needs', (context) => {
  const endpoint = 'webserver: {enabled: true, k8s_audit_endpoint: /k8s_audit}\n';
  const { plugins } = load(context, endpoint).config;
  assert.deepEqual(
    plugins.map(({ name, openParams }) => [name, openParams]),
    [
      ['json', ''],
      ['k8saudit', 'webserver:'],
    ],
  );
  const both = load(context, endpoint + two).config.plugins;
  assert.deepEqual(both[1]?.openParams, 'http://:9765/k8s-audit');
  assert.equal(both.length, 2);
  assert.deepEqual(names(load(context, endpoint.replace('true', 'false'))), []);
});
