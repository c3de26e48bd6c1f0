import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LoadedConfig, loadConfig } from './load-config.ts';

function options(...all: string[]): LoadedConfig {
  return loadConfig({ file: undefined, options: all, environment: {} });
}

/** The container plugin with this as its `init_config`. */
function plugin(initConfig: string): LoadedConfig {
  return options(`plugins[0].init_config=${initConfig}`);
}

function messages({ diagnostics }: LoadedConfig): string[] {
  return diagnostics.map(({ severity, message }) => `${severity}: ${message}`);
}

const everyEngine = ['docker', 'podman', 'containerd', 'cri', 'lxc', 'libvirt-lxc', 'bpm'];

describe('containers', () => {
  test('defaults: every engine, its own sockets', () => {
    const { config } = options();
    assert.deepEqual(config.containers, {
      engines: everyEngine,
      sockets: new Map(),
      staticContainer: undefined,
      labelLengthMax: 100,
      withSize: false,
      waitMs: 500,
    });
    assert.equal(options('saker.container_wait_ms=0').config.containers.waitMs, 0);
  });

  test('engines and sockets', () => {
    const { config, diagnostics } = plugin(
      '{label_max_len: 7, with_size: true, engines: {docker: {enabled: false, sockets: [/d]}, ' +
        'cri: {enabled: true, sockets: [/a, /b]}, lxc: {enabled: false}}}',
    );
    assert.deepEqual(diagnostics, []);
    const { engines, sockets, labelLengthMax, withSize } = config.containers;
    assert.deepEqual(engines, ['podman', 'containerd', 'cri', 'libvirt-lxc', 'bpm']);
    assert.deepEqual(sockets.get('cri'), ['/a', '/b']);
    assert.deepEqual([labelLengthMax, withSize], [7, true]);
  });

  test('as a JSON text, as older configurations have it', () => {
    const json = '"{\\"label_max_len\\": 9, \\"engines\\": {\\"bpm\\": {\\"enabled\\": false}}}"';
    const text = `{name: container, library_path: libcontainer.so, init_config: ${json}}`;
    const { config } = options(`plugins[0]=${text}`);
    assert.equal(config.containers.labelLengthMax, 9);
    assert.deepEqual(config.containers.engines, everyEngine.slice(0, -1));
    assert.equal(plugin('').config.containers.labelLengthMax, 100);
  });

  test('the old section counts where the plugin says nothing', () => {
    const old = 'container_engines={docker: {enabled: false}, cri: {sockets: [/old]}}';
    const { config } = options(old, 'plugins[0].init_config={engines: {cri: {sockets: [/new]}}}');
    assert.deepEqual(config.containers.engines, everyEngine.slice(1));
    assert.deepEqual(config.containers.sockets, new Map([['cri', ['/new']]]));
  });

  test('a static container', () => {
    const names = 'container_id: i, container_name: n, container_image: m';
    const { config } = plugin(`{engines: {static: {enabled: true, ${names}}}}`);
    assert.deepEqual(config.containers.staticContainer, { id: 'i', name: 'n', image: 'm' });
    const off = plugin(`{engines: {static: {${names}}}}`);
    assert.equal(off.config.containers.staticContainer, undefined);
    assert.deepEqual(messages(plugin('{engines: {static: {enabled: true, container_id: i}}}')), [
      'error: plugins[container].init_config.engines.static: ' +
        'a static container needs container_id, container_name and container_image',
    ]);
  });

  test('what cannot be read', () => {
    assert.deepEqual(messages(plugin('{label_max_len: long, engines: {dokcer: {}}}')), [
      'warning: plugins[container].init_config.label_max_len: ' +
        'expected a whole number from 0, found "long"',
      'warning: unknown key "plugins[container].init_config.engines.dokcer", ' +
        'did you mean "docker"?',
    ]);
    assert.match(messages(plugin('nonsense')).join(), /^error: .*a map or a JSON document/);
    assert.match(messages(plugin('{a: [')).join(), /^error: /);
  });
});
