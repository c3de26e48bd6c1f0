import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';

interface OldKey {
  readonly options: readonly string[];
  readonly warning: RegExp;
  /** What the configuration has because of it. */
  readonly effect?: readonly [read: (config: Config) => unknown, value: unknown];
}

const cases: readonly OldKey[] = [
  {
    options: ['syscall_buf_size_preset=6'],
    warning: /^syscall_buf_size_preset is of Falco before 0.38: it is read as engine.modern_ebpf/,
    effect: [({ engine }) => engine.ringPreset, 6],
  },
  {
    options: ['syscall_drop_failed_exit=true'],
    warning: /it is read as engine.modern_ebpf.drop_failed_exit$/,
    effect: [({ engine }) => engine.dropsFailedCalls, true],
  },
  {
    options: ['modern_bpf.cpus_for_each_syscall_buffer=1'],
    warning: /it is read as engine.modern_ebpf.cpus_for_each_buffer$/,
  },
  {
    options: ['rules_file=a.yaml'],
    warning: /^rules_file is of Falco before 0.38: it still works, its modern form is rules_files$/,
    effect: [({ rulesFiles }) => rulesFiles, ['a.yaml']],
  },
  {
    options: ['webserver.k8s_audit_endpoint=/k8s_audit'],
    warning: /before 0.32: it still works, its modern form is load_plugins: \[k8saudit, json\]$/,
    effect: [({ webServer }) => webServer.k8sAuditPath, '/k8s_audit'],
  },
  {
    options: ['container_engines.cri.sockets[0]=/run/x.sock'],
    warning: /its modern form is init_config.engines of the container plugin$/,
    effect: [({ containers }) => containers.sockets.get('cri'), ['/run/x.sock']],
  },
  { options: ['outputs={rate: .03, max_burst: 1}'], warning: /^outputs .* does nothing: a limit/ },
  { options: ['outputs_queue.recovery=exit'], warning: /does nothing: what is least important/ },
  { options: ['metadata_download.max_mb=100'], warning: /^metadata_download .* does nothing: / },
  { options: ['engine.gvisor.root=/x'], warning: /^engine.gvisor .* does nothing: / },
  { options: ['engine.ebpf.probe=/x.o'], warning: /its modern form is engine.modern_ebpf$/ },
  { options: ['rule_files=x'], warning: /^rule_files does nothing: Falco has never read it/ },
];

test('keys of older Falcos load, with one warning each', () => {
  for (const { options, warning, effect } of cases) {
    const { config, diagnostics } = loadConfig({ file: undefined, options, environment: {} });
    assert.equal(diagnostics.length, 1, options.join());
    assert.equal(diagnostics[0]?.code, 'CONFIG_WARN_OLD_KEY');
    assert.match(diagnostics[0]?.message ?? '', warning);
    if (effect !== undefined) assert.deepEqual(effect[0](config), effect[1]);
  }
});

test('the modern name counts where both are set', () => {
  const options = ['engine.modern_ebpf.buf_size_preset=2', 'syscall_buf_size_preset=6'];
  const { config, diagnostics } = loadConfig({ file: undefined, options, environment: {} });
  assert.equal(config.engine.ringPreset, 2);
  assert.match(diagnostics.map(({ message }) => message).join('\n'), /is ignored: .* is set, too/);
});

test('gRPC of Falco up to 0.43 is served, without a warning', () => {
  const options = ['grpc.enabled=true', 'grpc_output.enabled=true', 'grpc.bind_address=[::]:5060'];
  const { config, diagnostics } = loadConfig({ file: undefined, options, environment: {} });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(config.outputs.grpc, {
    bindAddress: '[::]:5060',
    threadiness: 0,
    privateKey: '/etc/falco/certs/server.key',
    certChain: '/etc/falco/certs/server.crt',
    rootCerts: '/etc/falco/certs/ca.crt',
    alerts: true,
  });
});
