import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../config/load-config.ts';
import { bindsLowPort } from './low-ports.ts';

const cases: readonly [options: readonly string[], isLow: boolean][] = [
  [[], false],
  [['webserver.listen_port=443'], true],
  [['webserver.listen_port=443', 'webserver.enabled=false'], false],
  [['webserver.listen_port=0'], false],
  [['grpc.enabled=true', 'grpc.bind_address=unix:///run/falco/falco.sock'], false],
  [['grpc.enabled=true', 'grpc.bind_address=0.0.0.0:506'], true],
  [['grpc.enabled=true', 'grpc.bind_address=0.0.0.0:5060'], false],
  [audit('https://:443/k8s-audit'), true],
  [audit('http://:9765/k8s-audit'), false],
  [audit('/var/log/audit.log'), false],
];

function audit(openParams: string): readonly string[] {
  const plugin = `{name: k8saudit, library_path: libk8saudit.so, open_params: "${openParams}"}`;
  return [`plugins[]=${plugin}`, 'load_plugins[]=k8saudit'];
}

for (const [options, isLow] of cases) {
  test(`${options.join(', ') || 'the defaults'}: ${isLow}`, () => {
    const { config } = loadConfig({ file: undefined, options, environment: {} });
    assert.equal(bindsLowPort(config), isLow);
  });
}
